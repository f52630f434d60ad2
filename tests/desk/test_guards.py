"""Every route says who may come in, and every answer wears the headers."""

import re
from pathlib import Path

import pytest
from flask import Flask

from hotline.desk.guard import guard_of, guarded, refuse_unguarded
from hotline.desk.headers import HEADERS
from hotline.intake.errors import Mistaken
from tests.desk.conftest import House
from tests.tips import a_tip

OPEN = {"/login", "/challenge", "/language", "/healthz", "/readyz", "/static/<path:filename>"}
SIGNED = {"/hooks/case/<sink>", "/metrics"}  # machines: signature or token is the guard
DESK = Path(__file__).parents[2] / "hotline" / "desk"


def test_every_route_is_guarded_or_known_to_be_open(house: House) -> None:
    opened, machines = set(), set()
    for rule in house.app.url_map.iter_rules():
        guard = guard_of(house.app, rule.endpoint)
        assert guard is not None, rule
        if guard.signed:
            machines.add(rule.rule)
        elif not guard.roles:
            opened.add(rule.rule)
    assert (opened, machines) == (OPEN, SIGNED)


LOOKING = {
    "/",
    "/queue",
    "/queue/live",
    "/queue.json",
    "/tips",
    "/tips/<tip_id>",
    "/call",
    "/export",
    "/cases",
    "/cases/<case_id>",
    "/tips/<tip_id>/card",
    "/tips/<tip_id>/sound/<attachment_id>",
    "/deliveries",
    "/map",
    "/people",
    "/own",
    "/own/passkeys/new",
    "/challenge",
    "/locked",
    "/audit",
    "/metrics",
    "/healthz",
    "/readyz",
    "/static/<path:filename>",
}


def test_routes_that_change_something_are_posts(house: House) -> None:
    for rule in house.app.url_map.iter_rules():
        methods = {"GET", "HEAD", "OPTIONS"} if rule.rule in LOOKING else {"POST", "OPTIONS"}
        assert rule.methods == methods or rule.rule == "/login", rule


def test_an_unguarded_route_keeps_the_desk_shut() -> None:
    app = Flask("x", static_folder=None)
    app.add_url_rule("/hole", "hole", lambda: "")
    app.add_url_rule("/fine", "fine", guarded()(lambda: ""))
    with pytest.raises(Mistaken, match=r"/hole$"):
        refuse_unguarded(app)


READING = {"/queue", "/tips", "/cases", "/tips/ID", "/deliveries", "/map", "/own"}
TAKING = {"/call"}
HANDLING = ("show", "claim", "unclaim", "status", "labels", "note", "answer")


@pytest.mark.parametrize(
    ("role", "allowed"),
    [
        ("viewer", READING),
        ("operator", {*READING, *TAKING, *HANDLING}),
        ("admin", {*READING, *TAKING, "/export", "/people", "/audit", *HANDLING, "erase"}),
        ("auditor", {"/queue", "/audit", "/own"}),
    ],
)
def test_roles(house: House, role: str, allowed: set[str]) -> None:
    tip = a_tip()
    house.book.file(tip)
    browser = house.inside(role)
    for path in (*READING, *TAKING, "/export", "/people", "/audit"):
        code = browser.get(path.replace("ID", tip.id)).status_code
        assert code == (200 if path in allowed else 403), path
    form = {"status": "closed", "text": "x", "labels": "x", "sure": "yes", "confirm": tip.id[:4]}
    for act in (*HANDLING, "erase"):
        code = browser.post(f"/tips/{tip.id}/{act}", **form).status_code
        assert code in ({200, 303, 409} if act in allowed else {403}), act


def test_what_a_role_may_not_it_is_not_offered(house: House) -> None:
    tip = a_tip()
    house.book.file(tip)
    page = house.inside("viewer").page(f"/tips/{tip.id}")
    for act in (*HANDLING, "erase"):
        assert f"/{act}" not in page
    assert "/erase" not in house.inside("operator").page(f"/tips/{tip.id}")
    assert 'href="/audit"' not in page
    assert 'href="/tips"' not in house.inside("auditor").page("/queue")


@pytest.mark.parametrize(
    "path", ["/login", "/queue", "/tips", "/nowhere", "/healthz", "/static/desk.css", "/queue.json"]
)
def test_headers_are_on_every_answer(house: House, path: str) -> None:
    for browser in (house.inside(), house.browser()):
        answer = browser.get(path)
        headers = answer.headers
        answer.close()
        for name, value in HEADERS.items():
            if name != "Cache-Control":
                assert headers[name] == value
        wanted = "private, max-age=3600" if "static" in path else "no-store"
        assert headers["Cache-Control"] == wanted


def test_pages_ask_nobody_else_and_hold_nothing_inline(house: House) -> None:
    tip = a_tip()
    house.book.file(tip)
    browser = house.inside("admin")
    for path in (
        "/queue",
        "/tips",
        f"/tips/{tip.id}",
        "/deliveries",
        "/map",
        "/call",
        "/export",
        "/people",
        "/own",
        "/audit",
    ):
        page = browser.page(path)
        assert not re.search(r"(?:src|href|action)=\"(?!/(?!/)|#|data:,\")", page), path
        assert not re.search(r"<script(?![^>]* src=)|<style|\sstyle=|\son[a-z]+=", page), path


def test_every_attribute_in_a_template_is_quoted() -> None:
    for path in DESK.glob("templates/*.html"):
        text = path.read_text("utf-8")
        plain = re.sub(r"\{%.*?%\}|\{\{.*?\}\}", "X", text, flags=re.S)
        bare = re.sub(r'"[^"]*"', '""', plain)
        assert not re.search(r"\s[a-z-]+=(?!\")", bare), path.name
        assert not re.search(r"\|\s*safe|autoescape|Markup", text), path.name


def test_style_and_script_ask_nobody_else() -> None:
    for path in DESK.glob("static/*"):
        text = path.read_text("utf-8")
        assert "http" not in text
        assert "url(" not in text
        assert "innerHTML" not in text


def test_no_login_is_needed_to_be_healthy(house: House) -> None:
    assert house.browser().get("/healthz").status_code == 200
    assert house.browser().get("/readyz").status_code == 200


def test_an_unknown_page_is_words_and_tells_nothing(house: House) -> None:
    answer = house.inside().get("/nowhere")
    assert answer.status_code == 404
    assert "Không có trang này" in answer.get_data(as_text=True)
    assert house.browser().get("/nowhere").status_code == 404
