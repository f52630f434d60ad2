"""A receiver of the hotline's webhooks to begin from: verifies, knows repeats, keeps files.

    python tools/webhook_receiver.py SECRET_FILE FOLDER [PORT]

Standard library only. Put TLS in front of it.
"""

import base64
import hashlib
import hmac
import json
import sys
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

LARGEST = 40 * 1024 * 1024


def verified(keys: list[bytes], headers: dict[str, str], body: bytes, now: float) -> bool:
    """Whether one of our keys signed this, within five minutes of now."""
    name, stamp = headers.get("webhook-id", ""), headers.get("webhook-timestamp", "")
    if not stamp.isdigit() or abs(int(stamp) - now) > 300:
        return False
    signed = f"{name}.{stamp}.".encode() + body
    right = [b"v1," + base64.b64encode(hmac.digest(key, signed, hashlib.sha256)) for key in keys]
    given = headers.get("webhook-signature", "").split()
    return any(hmac.compare_digest(each.encode(), one) for each in given for one in right)


def keep(folder: Path, name: str, body: bytes) -> int:
    """The status to answer: 200 when it is here, 409 when other content is under this id."""
    if not name.replace("-", "").isalnum():
        return 400
    message = json.loads(body)
    if message["type"] == "tip.withdrawn":
        for path in folder.glob(f"*{message['data']['id']}*"):
            path.unlink()
        return 200
    tip = message["data"].get("tip_id", message["data"]["id"])
    path = folder / f"{tip}.{name}.json"
    if path.exists():
        return 200 if path.read_bytes() == body else 409
    draft = path.with_suffix(".new")
    draft.write_bytes(body)
    draft.replace(path)
    return 200


def server(secret_file: Path, folder: Path, port: int) -> ThreadingHTTPServer:
    """The receiver, listening."""
    lines = secret_file.read_text("utf-8").split()
    keys = [base64.b64decode(line.removeprefix("whsec_")) for line in lines]

    class Receiver(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            length = int(self.headers.get("Content-Length", 0))
            body = self.rfile.read(length) if length <= LARGEST else b""
            headers = {key.lower(): value for key, value in self.headers.items()}
            good = verified(keys, headers, body, time.time())
            self.send_response(keep(folder, headers["webhook-id"], body) if good else 401)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_: object) -> None:
            """Say nothing of who sent what."""

    return ThreadingHTTPServer(("127.0.0.1", port), Receiver)


if __name__ == "__main__":
    _, secret, kept, *rest = sys.argv
    server(Path(secret), Path(kept), int(rest[0]) if rest else 8090).serve_forever()
