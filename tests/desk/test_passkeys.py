"""Passkeys as a second factor beside the one-time code."""

import json
from collections.abc import Callable
from dataclasses import replace

import pyotp
import pytest
from werkzeug.test import TestResponse

from hotline.desk import passkeys
from hotline.records.operator import MOST_PASSKEYS
from tests.desk.conftest import Browser, House
from tests.desk.device import THERE, Device


def challenge(browser: Browser) -> str:
    return str(json.loads(browser.get("/challenge").data)["challenge"])


def confirm(browser: Browser, name: str = "lan") -> None:
    """Password and one-time code given again."""
    house = browser.house
    house.later(seconds=30)
    code = pyotp.TOTP(house.known[name].totp_secret).at(house.now)
    form = {"password": house.known[name].password, "totp": code}
    assert browser.post("/own/sure", "/own", **form).status_code == 303


def register(browser: Browser, device: Device, label: str = "máy của Lan") -> TestResponse:
    options = json.loads(browser.get("/own/passkeys/new").data)
    answer = device.made(options["challenge"])
    return browser.post("/own/passkeys", "/own", label=label, passkey=answer)


def come_in(house: House, device: Device, name: str = "lan", **wrong: str) -> TestResponse:
    browser = house.browser()
    browser.page("/login")
    form = {
        "name": name,
        "password": house.known[name].password,
        "passkey": device.signed(challenge(browser)),
        **wrong,
    }
    return browser.post("/login", "/login", **form)


@pytest.fixture
def lan(house: House) -> Browser:
    browser = house.inside(name="lan")
    confirm(browser)
    return browser


@pytest.fixture
def device(lan: Browser) -> Device:
    """A device that Lan has registered."""
    made = Device()
    assert register(lan, made).status_code == 303
    return made


def acts(house: House) -> list[str]:
    return [act.act for act in house.audit.read()]


def test_two_devices_and_either_lets_in(house: House, lan: Browser, device: Device) -> None:
    other = Device()
    register(lan, other, "khoá dự phòng")
    page = lan.page("/own")
    assert "máy của Lan" in page
    assert "khoá dự phòng" in page
    for each in (device, other):
        house.later(seconds=1)
        answer = come_in(house, each)
        assert answer.headers["Location"] == "/queue"
    assert acts(house)[:4] == ["login.passkey", "login.passkey", "own.passkey", "own.passkey"]


def test_the_password_is_wanted_as_well_and_the_code_still_does(
    house: House, device: Device
) -> None:
    assert come_in(house, device, password="wrong").status_code == 401
    assert house.inside(name="lan")


def test_a_passkey_lets_in_nobody_else(house: House, device: Device) -> None:
    house.inside(name="minh")
    assert come_in(house, device, name="minh").status_code == 401


def test_what_was_signed_counts_once(house: House, device: Device) -> None:
    browser = house.browser()
    browser.page("/login")
    signed = device.signed(challenge(browser))
    form = {"name": "lan", "password": house.known["lan"].password, "passkey": signed}
    token = browser.token("/login")
    cookie = browser.cookie("desk_before")
    assert browser.post("/login", "/login", **form).status_code == 303
    again = house.browser()
    again.client.set_cookie("desk_before", cookie)
    answer = again.client.post("/login", data={"csrf_token": token, **form})
    assert answer.status_code == 401


WRONG: dict[str, Callable[[Device], object]] = {
    "another site": lambda d: setattr(d, "origin", "http://evil.example"),
    "another host": lambda d: setattr(d, "host", "evil.example"),
    "its owner was not looked at": lambda d: setattr(d, "flags", THERE),
    "a device that was copied": lambda d: setattr(d, "count", -1 if d.count else 0),
    "a passkey of nobody": lambda d: setattr(d, "credential", b"x" * 32),
}


@pytest.mark.parametrize("how", [each for each in WRONG if each != "a device that was copied"])
def test_what_is_not_right_lets_nobody_in(house: House, device: Device, how: str) -> None:
    WRONG[how](device)
    assert come_in(house, device).status_code == 401


def test_a_copied_device_is_found_out_by_its_counter(house: House, device: Device) -> None:
    assert come_in(house, device).status_code == 303
    house.later(seconds=1)
    device.count = 0
    assert come_in(house, device).status_code == 401


def test_a_challenge_is_of_one_browser_and_of_two_minutes(house: House, device: Device) -> None:
    stranger = house.browser()
    stranger.page("/login")
    assert come_in(house, device, passkey=device.signed(challenge(stranger))).status_code == 401
    browser = house.browser()
    browser.page("/login")
    old = challenge(browser)
    house.later(seconds=121)
    form = {"name": "lan", "password": house.known["lan"].password}
    answer = browser.post("/login", "/login", **form, passkey=device.signed(old))
    assert answer.status_code == 401
    assert house.browser().get("/challenge").status_code == 400


@pytest.mark.parametrize("junk", ["{", "[]", "{}", '{"response":{}}', "x" * 20_000, '"\\ud800"'])
def test_junk_is_no_passkey(house: House, lan: Browser, device: Device, junk: str) -> None:
    assert come_in(house, device, passkey=junk).status_code == 401
    answer = lan.post("/own/passkeys", "/own", label="x", passkey=junk)
    assert answer.status_code == 400
    assert "Không nhận được khoá" in answer.get_data(as_text=True)


def test_making_and_removing_want_password_and_code_again(house: House) -> None:
    browser, device = house.inside(name="lan"), Device()
    assert register(browser, device).status_code == 403
    assert house.room.passkeys.of("lan") == ()
    confirm(browser)
    register(browser, device)
    (made,) = house.room.passkeys.of("lan")
    house.later(minutes=11)
    assert browser.post("/own/passkeys/remove", "/own", mark=made.mark).status_code == 403
    confirm(browser)
    assert browser.post("/own/passkeys/remove", "/own", mark=made.mark).status_code == 303
    assert house.room.passkeys.of("lan") == ()
    assert come_in(house, device).status_code == 401
    assert acts(house)[0] == "own.passkey_gone"


@pytest.mark.parametrize("mark", ["", "zz", "00" * 17])
def test_removing_what_is_not_there_changes_nothing(
    house: House, lan: Browser, device: Device, mark: str
) -> None:
    assert lan.post("/own/passkeys/remove", "/own", mark=mark).status_code == 303
    assert len(house.room.passkeys.of("lan")) == 1
    minh = house.inside(name="minh")
    confirm(minh, "minh")
    minh.post("/own/passkeys/remove", "/own", mark=house.room.passkeys.of("lan")[0].mark)
    assert len(house.room.passkeys.of("lan")) == 1


@pytest.mark.parametrize(("label", "why"), [("  ", "dài nhất 30"), ("x" * 31, "dài nhất 30")])
def test_a_device_wants_a_name(lan: Browser, label: str, why: str) -> None:
    answer = register(lan, Device(), label)
    assert answer.status_code == 400
    assert why in answer.get_data(as_text=True)


def test_the_same_device_twice_and_too_many_are_told(lan: Browser, device: Device) -> None:
    assert "đã có rồi" in register(lan, device).get_data(as_text=True)
    for number in range(MOST_PASSKEYS - 1):
        lan.house.later(seconds=1)
        assert register(lan, Device(), f"khoá {number}").status_code == 303
    assert "nhiều nhất" in register(lan, Device()).get_data(as_text=True)


def test_being_sure_by_passkey(house: House, lan: Browser, device: Device) -> None:
    house.later(minutes=11)
    form = {"password": house.known["lan"].password, "passkey": device.signed(challenge(lan))}
    assert lan.post("/own/sure", "/own", **form).status_code == 303
    assert lan.post("/own/recovery", "/own").status_code == 200
    assert lan.post("/own/sure", "/own", **form).status_code == 401


def test_a_reset_forgets_them(house: House, device: Device) -> None:
    house.known["lan"] = house.staff.reset("lan")
    assert house.room.passkeys.of("lan") == ()
    assert come_in(house, device).status_code == 401


def test_nothing_of_a_passkey_lies_open(house: House, device: Device) -> None:
    with house.engine.connect() as held:
        rows = held.exec_driver_sql("SELECT * FROM passkeys").all()
    everything = repr([tuple(row) for row in rows]).encode()
    assert len(rows) == 1
    assert b"Lan" not in everything
    assert all(device.credential != bytes(v) for v in rows[0] if isinstance(v, bytes))


def test_a_passkey_is_bound_to_the_desks_own_address_whatever_is_asked_for(
    house: House,
) -> None:
    bound = replace(house.room, origin="https://desk.example:8443")
    with house.app.test_request_context("/", base_url="https://elsewhere.example"):
        assert passkeys._host(bound) == "desk.example"
        assert passkeys._origin(bound) == "https://desk.example:8443"
        assert passkeys._host(replace(bound, origin="")) == "elsewhere.example"
