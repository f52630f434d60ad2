"""Who comes in, how they stay in, how they go."""

from dataclasses import replace

import pyotp
import pytest

from hotline.desk import create_desk
from hotline.intake.errors import Mistaken
from tests.desk.conftest import House


def test_strangers_are_led_to_the_door(house: House) -> None:
    for path in ("/", "/queue", "/tips", "/tips/x", "/audit"):
        answer = house.browser().get(path)
        assert (answer.status_code, answer.headers["Location"]) == (303, "/login")
    for path in ("/queue/live", "/queue.json"):
        assert house.browser().get(path).status_code == 401


def test_the_right_three_lead_to_the_queue(house: House) -> None:
    browser = house.browser()
    answer = browser.log_in("lan")
    assert (answer.status_code, answer.headers["Location"]) == (303, "/queue")
    assert "Hàng chờ" in browser.page("/queue")
    assert browser.get("/login").headers["Location"] == "/queue"


@pytest.mark.parametrize(
    "wrong",
    [
        {"name": "stranger"},
        {"password": "x"},
        {"totp": "000000x"},
        {"totp": ""},
        {"name": "' OR 1"},
    ],
)
def test_one_wrong_is_answered_like_any_other(house: House, wrong: dict[str, str]) -> None:
    browser = house.browser()
    answer = browser.log_in("lan", **wrong)
    assert answer.status_code == 401
    assert not browser.cookie()
    text = answer.get_data(as_text=True)
    assert "Tên, mật khẩu hoặc mã không đúng" in text
    assert "stranger" not in text


def test_a_code_lets_in_once(house: House) -> None:
    assert house.browser().log_in("lan").status_code == 303
    used = pyotp.TOTP(house.known["lan"].totp_secret).at(house.now)
    assert house.browser().log_in("lan", totp=used).status_code == 401


def test_wrong_tries_are_slowed_but_keep_nobody_out(house: House) -> None:
    browser = house.browser()
    browser.log_in("lan", password="x")
    answers = [
        browser.post("/login", "/login", name="lan", password="x", totp="1") for _ in range(5)
    ]
    assert [a.status_code for a in answers] == [401] * 4 + [429]
    assert 0 < int(answers[-1].headers["Retry-After"]) <= 60
    assert house.browser().log_in("lan").status_code == 303
    assert house.browser().log_in("lan", password="x").status_code == 401


def test_coming_in_makes_a_new_session(house: House) -> None:
    browser = house.browser()
    browser.client.set_cookie("desk", "planted")
    browser.log_in("lan")
    first = browser.cookie()
    assert first not in ("", "planted")
    assert len(first) >= 43
    answer = browser.client.post(
        "/login",
        data={
            "csrf_token": browser.token("/queue"),
            "name": "lan",
            "password": house.known["lan"].password,
            "totp": pyotp.TOTP(house.known["lan"].totp_secret).at(house.now.timestamp() + 30),
        },
    )
    assert answer.status_code == 303
    assert browser.cookie() != first
    old = house.browser()
    old.client.set_cookie("desk", first)
    assert old.get("/queue").status_code == 303


def test_going_out_kills_the_session_for_every_copy_of_the_cookie(house: House) -> None:
    browser = house.inside()
    copy = house.browser()
    copy.client.set_cookie("desk", browser.cookie())
    assert copy.get("/queue").status_code == 200
    assert browser.post("/logout").headers["Location"] == "/login"
    assert not browser.cookie()
    assert copy.get("/queue").status_code == 303


def test_cookies_are_out_of_reach(house: House) -> None:
    browser = house.browser()
    before = browser.get("/login").headers["Set-Cookie"]
    after = browser.log_in("lan").headers.getlist("Set-Cookie")[-1]
    for cookie in (before, after):
        assert "HttpOnly" in cookie
        assert "SameSite=Strict" in cookie
        assert "Secure" not in cookie
    secure = house.app.test_client().get("/login", base_url="https://desk.invalid")
    assert "Secure" in secure.headers["Set-Cookie"]
    assert "Strict-Transport-Security" in secure.headers


@pytest.mark.parametrize(
    "path", ["/logout", "/tips/filter", "/language", "/tips/x/show", "/tips/x/answer", "/login"]
)
@pytest.mark.parametrize("token", [None, "", "x", "é"])
def test_a_post_without_the_token_changes_nothing(
    house: House, path: str, token: str | None
) -> None:
    browser = house.inside()
    form = {} if token is None else {"csrf_token": token}
    assert browser.client.post(path, data=form).status_code == 400
    assert browser.get("/queue").status_code == 200


def test_the_token_of_another_session_is_no_token(house: House) -> None:
    mine, theirs = house.inside(name="lan"), house.inside(name="nam")
    form = {"csrf_token": theirs.token("/queue")}
    assert mine.client.post("/logout", data=form).status_code == 400


def test_the_login_form_needs_its_own_browser(house: House) -> None:
    house.browser().log_in("lan")
    token = house.browser().token("/login")
    stranger = house.browser()
    made = house.known["lan"]
    form = {"csrf_token": token, "name": "lan", "password": made.password, "totp": "123456"}
    assert stranger.client.post("/login", data=form).status_code == 400
    stranger.get("/login")
    assert stranger.client.post("/login", data=form).status_code == 400


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "https://evil.invalid"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
    ],
)
def test_a_post_from_elsewhere_changes_nothing(house: House, headers: dict[str, str]) -> None:
    browser = house.inside()
    form = {"csrf_token": browser.token("/queue")}
    assert browser.client.post("/logout", data=form, headers=headers).status_code == 400


@pytest.mark.parametrize("headers", [{"Origin": "http://localhost"}, {"Origin": "null"}])
def test_a_post_from_here_counts(house: House, headers: dict[str, str]) -> None:
    browser = house.inside()
    form = {"csrf_token": browser.token("/queue")}
    assert browser.client.post("/logout", data=form, headers=headers).status_code == 303


def test_a_get_never_goes_out(house: House) -> None:
    browser = house.inside()
    for path in ("/logout", "/tips/filter", "/language", "/tips/x/show", "/tips/x/status"):
        assert browser.get(path).status_code in (404, 405)
    assert browser.get("/queue").status_code == 200


def test_an_operator_who_was_closed_is_out(house: House) -> None:
    browser = house.inside(name="lan")
    house.staff.close("lan")
    assert browser.get("/queue").status_code == 303


def test_the_audit_knows_comings_and_goings(house: House) -> None:
    house.inside(name="lan").post("/logout")
    assert [(act.operator, act.act) for act in house.audit.read()] == [
        ("lan", "logout"),
        ("lan", "login"),
    ]


def test_a_short_secret_keeps_the_desk_shut(house: House) -> None:
    with pytest.raises(Mistaken, match="HOTLINE_SECRET_KEY"):
        create_desk(replace(house.room, secret_key="short"))
