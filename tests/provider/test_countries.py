"""Which countries an account may text and ring: told, set as far as it goes, looked at again."""

import json

import pytest

from hotline.intake.errors import Mistaken
from hotline.provider import client as provider
from hotline.provider.client import TWILIO, Client
from hotline.provider.countries import KINDS, Allowed, allow, allowed, countries
from tests.line import TestLine
from tests.provider.fake import ACCOUNT, TOKEN, Fake
from tests.provider.test_fake import sid
from tests.provider.test_purge import twilio

WANTED = ("JP", "VN")


@pytest.fixture
def wide(fake: Fake) -> Fake:
    """An account as it comes: open to dear countries, one of which only the console closes."""
    fake.countries.texts = {"JP": True, "VN": False, "LV": True, "OM": True}
    fake.countries.calls = {"JP": [True, True, True], "VN": [False] * 3, "LV": [True, False, False]}
    fake.countries.console_only = {"OM"}
    fake.page = 2
    return fake


def test_what_is_open_is_told_and_nothing_is_changed(wide: Fake, client: Client) -> None:
    found = allowed(client, None)
    assert found == Allowed(("JP", "LV", "OM"), ("JP", "LV"), ())
    assert [each for each in wide.asked if not each.startswith("GET")] == []


def test_only_what_is_wanted_is_open_afterwards_and_the_rest_is_named(
    wide: Fake, client: Client
) -> None:
    allow(client, WANTED)
    assert wide.countries.texts == {"JP": True, "VN": True, "LV": False, "OM": True}
    plain = [True, False, False]
    assert wide.countries.calls == {"JP": plain, "VN": plain, "LV": [False] * 3}
    assert allowed(client, WANTED).differs == ("texts: OM is open",)
    wide.asked.clear()
    wide.countries.console_only.clear()
    allow(client, WANTED)
    allow(client, WANTED)  # what is right is left alone
    assert [each for each in wide.asked if not each.startswith("GET")] == [
        "PATCH /v1/Messaging/GeoPermissions"
    ]


def test_what_differs_is_named_by_country_and_kind(wide: Fake, client: Client) -> None:
    assert allowed(client, WANTED).differs == (
        "texts: LV is open",
        "texts: OM is open",
        "texts: VN is closed",
        "calls: JP high risk special numbers open",
        "calls: JP high risk tollfraud numbers open",
        "calls: LV low risk numbers open",
        "calls: VN low risk numbers closed",
    )


@pytest.mark.parametrize("fault", [(404, 20404), (403, 20003), (500, 0)])
def test_a_platform_that_does_not_answer_is_told_as_such(
    fake: Fake, client: Client, fault: tuple[int, int]
) -> None:
    fake.faults = [fault, fault]
    if fault[0] == 403:
        with pytest.raises(Mistaken):
            allowed(client, WANTED)
        return
    found = allowed(client, WANTED)
    assert (found.texts, found.calls) == (None, None)
    assert found.differs == ("texts: cannot be read from here", "calls: cannot be read from here")


def test_an_answer_of_another_shape_is_no_answer(fake: Fake, client: Client) -> None:
    fake.countries.texts = {"JP": True}
    fake.countries.calls = {"JP": [True] * len(KINDS)}
    fake.faults = [(200, 0), (200, 0)]
    assert allowed(client, None) == Allowed((), (), ())


def test_credentials_go_to_the_provider_and_its_sisters_alone(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Patched: the test must not call the real one."""
    asked: list[str] = []

    def sent(self: Client, method: str, url: str, form: object) -> tuple[int, bytes]:
        asked.append(url)
        following = {"next_page_url": "https://elsewhere.example/v1/x?Page=1"}
        page = {"content": [], "meta": following if len(asked) < 3 else {}}
        return 200, json.dumps(page).encode()

    monkeypatch.setattr(provider.Client, "_send", sent)
    allowed(Client(TWILIO, ACCOUNT, TOKEN), None)
    hosts = {url.partition("/v1/")[0] for url in asked}
    assert hosts == {"https://accounts.twilio.com", "https://voice.twilio.com"}
    assert asked[-1] == "https://voice.twilio.com/v1/DialingPermissions/Countries?Page=1"


@pytest.mark.parametrize("text", ["", "JPN", "J1", "JP;VN", "日本"])
def test_what_is_no_country_is_refused(text: str) -> None:
    with pytest.raises(Mistaken):
        countries(text)


def test_codes_are_taken_in_any_case_and_once() -> None:
    assert countries(" jp, VN,jp") == WANTED


def test_the_command_sets_looks_again_and_says_what_is_left_by_hand(
    line: TestLine, wide: Fake
) -> None:
    number = "+815000000200"
    wide.add("IncomingPhoneNumbers", sid("PN", 1), phone_number=number)
    words = ("connect", "--number", number, "--countries", "JP,VN")
    done = twilio(line, wide, *words)
    assert done.returncode == 1
    assert "texts: OM is open: set it in the console" in done.stdout
    assert "by hand: message redaction" in done.stdout
    wide.countries.console_only.clear()
    done = twilio(line, wide, *words, "--json")
    assert done.returncode == 0, done.stdout
    assert json.loads(done.stdout)["countries"]["texts"] == ["JP", "VN"]
    assert twilio(line, wide, "status", "--countries", "XXX").returncode == 2
