"""What the library for passkeys does for us. It is large: loaded only by who has a passkey."""

from collections.abc import Iterable
from typing import Any

from webauthn import (
    generate_registration_options,
    options_to_json,
    verify_authentication_response,
    verify_registration_response,
)
from webauthn.helpers.exceptions import WebAuthnException
from webauthn.helpers.structs import (
    AuthenticatorSelectionCriteria,
    PublicKeyCredentialDescriptor,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

from hotline.records.operator import Passkey


def options(
    host: str, name: str, user: bytes, challenge: bytes, ms: int, known: Iterable[bytes]
) -> str:
    """What a browser is asked to make, as JSON; a device that holds one of `known` makes none."""
    made = generate_registration_options(
        rp_id=host,
        rp_name="hotline",
        user_name=name,
        user_id=user,
        challenge=challenge,
        timeout=ms,
        authenticator_selection=AuthenticatorSelectionCriteria(
            resident_key=ResidentKeyRequirement.REQUIRED,
            user_verification=UserVerificationRequirement.REQUIRED,
        ),
        exclude_credentials=[PublicKeyCredentialDescriptor(id=each) for each in known],
    )
    return options_to_json(made)


def made(
    given: dict[str, Any], challenge: bytes, host: str, origin: str
) -> tuple[bytes, bytes, int]:
    """A new credential: its id, its public key, its counter. Raises ValueError."""
    try:
        found = verify_registration_response(
            credential=given,
            expected_challenge=challenge,
            expected_rp_id=host,
            expected_origin=origin,
            require_user_verification=True,
        )
    except WebAuthnException:
        raise ValueError("not what was asked for") from None
    return found.credential_id, found.credential_public_key, found.sign_count


def signed(given: dict[str, Any], challenge: bytes, host: str, origin: str, known: Passkey) -> int:
    """The new counter of a credential that signed the challenge. Raises ValueError."""
    try:
        found = verify_authentication_response(
            credential=given,
            expected_challenge=challenge,
            expected_rp_id=host,
            expected_origin=origin,
            credential_public_key=known.key,
            credential_current_sign_count=known.count,
            require_user_verification=True,
        )
    except WebAuthnException:
        raise ValueError("not signed") from None
    return found.new_sign_count
