"""A number at the provider: where it sends what callers say, and where when we do not answer."""

from collections.abc import Mapping

from hotline.intake.errors import Mistaken
from hotline.provider.client import Client


def wanted(public_url: str) -> dict[str, str]:
    """How a number should be set: names of IncomingPhoneNumber, as the 2010 API answers them."""
    base = public_url.rstrip("/")
    return {
        "sms_url": f"{base}/twilio/message",
        "sms_method": "POST",
        "sms_fallback_url": f"{base}/twilio/fallback/message",
        "sms_fallback_method": "POST",
        "voice_url": f"{base}/twilio/voice",
        "voice_method": "POST",
        "voice_fallback_url": f"{base}/twilio/fallback/voice",
        "voice_fallback_method": "POST",
        "status_callback": f"{base}/twilio/call-status",
        "status_callback_method": "POST",
        "voice_caller_id_lookup": "false",
    }


def compare(client: Client, public_url: str, number: str | None) -> list[dict[str, object]]:
    """Each number of the account with the settings that differ. Raises Unavailable, Mistaken."""
    query = {"PhoneNumber": number} if number else {}
    return [
        {"number": str(item.get("phone_number")), "differs": _differs(item, wanted(public_url))}
        for item in client.items("IncomingPhoneNumbers", query)
    ]


def connect(client: Client, public_url: str, number: str) -> None:
    """Set a number as `wanted`. Raises Mistaken when the account has none such, or not that alone.

    An application (a SID that the number is given to) would win over every address: it is removed.
    """
    found = [
        item
        for item in client.items("IncomingPhoneNumbers", {"PhoneNumber": number})
        if item.get("phone_number") == number
    ]
    if len(found) != 1:
        raise Mistaken("--number: the account has no such number")
    form = {_parameter(name): value for name, value in wanted(public_url).items()}
    form |= {"VoiceApplicationSid": "", "SmsApplicationSid": "", "TrunkSid": ""}
    client.change(f"/IncomingPhoneNumbers/{found[0]['sid']}.json", form)


def _differs(item: Mapping[str, object], should: Mapping[str, str]) -> list[str]:
    differing = [name for name, value in should.items() if _text(item.get(name)) != value]
    given = ("voice_application_sid", "sms_application_sid", "trunk_sid")
    return [*differing, *(name for name in given if item.get(name))]


def _text(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _parameter(name: str) -> str:
    """`sms_url` is set as `SmsUrl`."""
    return "".join(word.capitalize() for word in name.split("_"))
