"""A device that keeps passkeys, as a browser lets a page see it (WebAuthn, attestation none)."""

import base64
import hashlib
import json
from dataclasses import dataclass, field
from secrets import token_bytes

import cbor2
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec

LOOKED = 0x05  # the owner is there, and was looked at
THERE = 0x01  # somebody is there


@dataclass
class Device:
    """One passkey of one site."""

    origin: str = "http://localhost"
    host: str = "localhost"
    flags: int = LOOKED
    count: int = 0
    credential: bytes = field(default_factory=lambda: token_bytes(32))
    _key: ec.EllipticCurvePrivateKey = field(
        default_factory=lambda: ec.generate_private_key(ec.SECP256R1())
    )

    def made(self, challenge: str) -> str:
        """The answer to `navigator.credentials.create`."""
        told = self._told("webauthn.create", challenge)
        numbers = self._key.public_key().public_numbers()
        key = {1: 2, 3: -7, -1: 1, -2: numbers.x.to_bytes(32), -3: numbers.y.to_bytes(32)}
        size = len(self.credential).to_bytes(2)
        data = self._data(0x40) + bytes(16) + size + self.credential + cbor2.dumps(key)
        attestation = cbor2.dumps({"fmt": "none", "attStmt": {}, "authData": data})
        return self._answer(clientDataJSON=told, attestationObject=attestation)

    def signed(self, challenge: str) -> str:
        """The answer to `navigator.credentials.get`."""
        self.count += 1
        told, data = self._told("webauthn.get", challenge), self._data(0)
        message = data + hashlib.sha256(told).digest()
        signature = self._key.sign(message, ec.ECDSA(hashes.SHA256()))
        return self._answer(clientDataJSON=told, authenticatorData=data, signature=signature)

    def _told(self, kind: str, challenge: str) -> bytes:
        return json.dumps({"type": kind, "challenge": challenge, "origin": self.origin}).encode()

    def _data(self, more: int) -> bytes:
        head = hashlib.sha256(self.host.encode()).digest()
        return head + bytes([self.flags | more]) + self.count.to_bytes(4)

    def _answer(self, **response: bytes) -> str:
        name = text(self.credential)
        parts = {each: text(raw) for each, raw in response.items()}
        return json.dumps({"id": name, "rawId": name, "type": "public-key", "response": parts})


def text(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")
