"""Operators, seen and changed by an admin; recovery codes; one's own account."""

import re

import pyotp
import pytest

from hotline.records.operator import Credentials
from tests.desk.conftest import Browser, House


def sure(house: House, browser: Browser, name: str) -> int:
    """Give password and a new code again."""
    house.later(seconds=60)
    made = house.known[name]
    totp = pyotp.TOTP(made.totp_secret).at(house.now)
    form = {"password": made.password, "totp": totp, "back": "/people"}
    return browser.post("/own/sure", "/own", **form).status_code


@pytest.fixture
def admin(house: House) -> Browser:
    """An admin who has just confirmed."""
    browser = house.inside("admin", "hoa")
    assert sure(house, browser, "hoa") == 303
    return browser


def handed(page: str) -> Credentials:
    """What a page hands over."""
    codes = re.findall(r"<code>([^<]+)</code>", page)
    return Credentials(codes[1], codes[2], tuple(codes[4:]))


def acts(house: House, most: int = 1) -> list[tuple[str, str, str]]:
    return [(act.operator, act.act, act.what) for act in house.audit.read(most)]


def test_who_is_added_comes_in(house: House, admin: Browser) -> None:
    page = admin.post("/people/add", "/people", name="Lan", role="viewer").get_data(as_text=True)
    house.known["lan"] = handed(page)
    assert acts(house) == [("hoa", "people.add", "lan viewer")]
    assert house.browser().log_in("lan").status_code == 303
    people = admin.page("/people")
    assert "lan" in people
    assert house.known["lan"].password not in people


@pytest.mark.parametrize("name", ["", "a b", "<b>", "hoa", "x" * 41, "' OR 1"])
def test_names_that_are_none_are_refused_and_given_back(
    house: House, admin: Browser, name: str
) -> None:
    answer = admin.post("/people/add", "/people", name=name, role="viewer")
    assert answer.status_code == 400
    assert "<b>" not in answer.get_data(as_text=True)
    assert len(house.staff.list()) == 1


def test_a_role_that_is_none_is_refused(admin: Browser) -> None:
    assert admin.post("/people/add", "/people", name="lan", role="root").status_code == 400


def test_without_a_code_given_again_nothing_changes(house: House) -> None:
    house.staff.add("lan")
    browser = house.inside("admin", "hoa")
    for path, form in (
        ("/people/add", {"name": "nam", "role": "admin"}),
        ("/people/lan/role", {"role": "admin"}),
        ("/people/lan/reset", {}),
        ("/people/lan/close", {}),
        ("/people/lan/out", {}),
        ("/own/recovery", {}),
    ):
        answer = browser.post(path, **form)
        assert answer.status_code == 403
        assert "Chưa có gì thay đổi" in answer.get_data(as_text=True)
    assert [(o.name, o.role, o.active) for o in house.staff.list()] == [
        ("hoa", "admin", True),
        ("lan", "operator", True),
    ]
    assert [act.act for act in house.audit.read()] == ["login"]


def test_being_sure_lasts_ten_minutes_in_this_browser(house: House, admin: Browser) -> None:
    house.staff.add("lan")
    other = house.browser()
    other.log_in("hoa")
    assert other.post("/people/lan/out").status_code == 403
    house.later(minutes=8)
    assert admin.post("/people/lan/out").status_code == 303
    house.later(minutes=2)
    assert admin.post("/people/lan/out").status_code == 403


def test_the_wrong_code_is_no_confirmation_and_is_slowed(house: House) -> None:
    browser = house.inside("admin", "hoa")
    made = house.known["hoa"]
    used = pyotp.TOTP(made.totp_secret).at(house.now)
    codes = [
        browser.post("/own/sure", "/own", password=made.password, totp=totp).status_code
        for totp in (used, "", "000000x", "1", "2", "3")
    ]
    assert codes == [401] * 5 + [429]
    assert browser.post("/own/recovery").status_code == 403


def test_another_role_counts_at_once(house: House, admin: Browser) -> None:
    lan = house.inside(name="lan")
    admin.post("/people/lan/role", "/people", role="auditor")
    assert acts(house) == [("hoa", "people.role", "lan auditor")]
    assert lan.get("/tips").status_code == 303
    lan.log_in("lan")
    assert (lan.get("/tips").status_code, lan.get("/audit").status_code) == (403, 200)


def test_closing_signing_out_and_opening_again(house: House, admin: Browser) -> None:
    lan = house.inside(name="lan")
    assert "đang vào ở 1 trình duyệt" in admin.page("/people")
    admin.post("/people/lan/out", "/people")
    assert lan.get("/queue").status_code == 303
    assert lan.log_in("lan").status_code == 303
    admin.post("/people/lan/close", "/people")
    assert lan.get("/queue").status_code == 303
    assert lan.log_in("lan").status_code == 401
    page = admin.post("/people/lan/reset", "/people").get_data(as_text=True)
    assert lan.log_in("lan").status_code == 401
    house.known["lan"] = handed(page)
    assert lan.log_in("lan").status_code == 303


@pytest.mark.parametrize("act", ["role", "reset", "close", "out"])
def test_nobody_does_it_to_themselves(house: House, admin: Browser, act: str) -> None:
    assert admin.post(f"/people/hoa/{act}", "/people", role="viewer").status_code == 400
    assert admin.get("/people").status_code == 200


@pytest.mark.parametrize("path", ["/people/nobody/close", "/people/lan/explode", "/people/%00/out"])
def test_who_is_not_there_is_not_changed(house: House, admin: Browser, path: str) -> None:
    house.staff.add("lan")
    assert admin.post(path, "/people").status_code == 404


@pytest.mark.parametrize("role", ["viewer", "operator", "auditor"])
def test_only_admins_change_people(house: House, role: str) -> None:
    browser = house.inside(role)
    house.staff.add("lan")
    assert browser.get("/people").status_code == 403
    for path in ("/people/add", "/people/lan/close", "/people/lan/role"):
        assert browser.post(path, name="nam", role="admin").status_code == 403


def test_a_recovery_code_lets_in_once_and_is_written_down(house: House) -> None:
    house.known["lan"] = house.staff.add("lan")
    code = house.known["lan"].recovery[3]
    browser = house.browser()
    assert browser.log_in("lan", totp="", recovery=f" {code.upper()} ").status_code == 303
    assert acts(house) == [("lan", "login.recovery", "")]
    assert house.browser().log_in("lan", totp="", recovery=code).status_code == 401
    assert "Còn 9 mã" in browser.page("/own")


def test_other_recovery_codes_replace_the_old(house: House) -> None:
    browser = house.inside(name="lan")
    old = house.known["lan"].recovery[0]
    sure(house, browser, "lan")
    page = browser.post("/own/recovery", "/own").get_data(as_text=True)
    new = re.findall(r"<li><code>([a-z2-9-]{11})</code>", page)
    assert len(set(new)) == 10
    assert house.browser().log_in("lan", totp="", recovery=old).status_code == 401
    assert house.browser().log_in("lan", totp="", recovery=new[0]).status_code == 303


def test_out_everywhere_is_everywhere(house: House) -> None:
    here, there = house.inside(name="lan"), house.inside(name="lan")
    nam = house.inside(name="nam")
    assert here.post("/own/out").headers["Location"] == "/login"
    assert there.get("/queue").status_code == 303
    assert nam.get("/queue").status_code == 200
