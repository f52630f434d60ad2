"""Tips that leave the desk as a file."""

import csv
import io
import json

import pyotp
import pytest
from lxml import etree
from werkzeug.test import TestResponse

from hotline.intake.errors import Unavailable
from hotline.records.export import PFIF
from hotline.stores.casebook import SqlCaseBook
from hotline.stores.tip_lists import CHUNK
from tests.desk.conftest import Browser, House
from tests.tips import a_tip


@pytest.fixture
def sure(house: House) -> Browser:
    """An admin who has just given password and code again."""
    browser = house.inside("admin", "hoa")
    assert confirm(browser).headers["Location"] == "/export"
    return browser


def confirm(browser: Browser) -> TestResponse:
    house = browser.house
    house.later(seconds=30)
    made = house.known["hoa"]
    code = pyotp.TOTP(made.totp_secret).at(house.now)
    return browser.post("/own/sure", password=made.password, totp=code, back="/export")


def file(browser: Browser, form: str, **more: str) -> TestResponse:
    return browser.post("/export/file", "/export", form=form, **more)


def acts(house: House) -> list[tuple[str, str]]:
    return [(act.act, act.what) for act in house.audit.read() if act.act.startswith("export")]


def test_a_table_holds_the_tips_of_the_filter_and_no_formula(house: House, sure: Browser) -> None:
    wanted = a_tip(kind="arrest", narrative="=HYPERLINK(1)\nsau đó")
    for each in (wanted, a_tip(kind="wages")):
        house.book.file(each)
    sure.post("/tips/filter", kind="arrest")
    assert "Bị bắt" in sure.page("/export")
    answer = file(sure, "csv")
    (row,) = csv.DictReader(io.StringIO(answer.get_data(as_text=True)))
    assert (row["id"], row["narrative"]) == (wanted.id, "'=HYPERLINK(1)\nsau đó")
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.headers["Content-Disposition"] == "attachment; filename=tips-2026-11-24.csv"
    assert acts(house) == [("export.end", "csv 1"), ("export.begin", "csv kind")]
    assert "arrest" not in str(acts(house))


def test_lines_of_json_are_whole_tips(house: House, sure: Browser) -> None:
    house.book.file(tip := a_tip())
    assert json.loads(file(sure, "jsonl").data)["id"] == tip.id
    assert acts(house) == [("export.end", "jsonl 1"), ("export.begin", "jsonl all")]


def test_pfif_names_its_domain(house: House, sure: Browser) -> None:
    house.book.file(tip := a_tip())
    for domain, told in (("", "hotline.invalid"), ("hoi.example", "hoi.example")):
        root = etree.fromstring(file(sure, "pfif", domain=domain).data)
        ids = [each.text for each in root.iter(f"{{{PFIF}}}person_record_id")]
        assert f"{told}/{tip.id}.1" in ids


@pytest.mark.parametrize("domain", ["x", "a b.example", "hoi..example", "<x>.example", "-a.b"])
def test_a_domain_that_is_none_makes_no_file(house: House, sure: Browser, domain: str) -> None:
    answer = file(sure, "pfif", domain=domain)
    assert answer.status_code == 400
    assert "Tên miền không đúng" in answer.get_data(as_text=True)
    assert acts(house) == []


def test_a_form_that_is_none_is_refused(sure: Browser) -> None:
    assert file(sure, "pdf").status_code == 400


def test_a_night_without_a_tip_is_a_file_without_one(house: House, sure: Browser) -> None:
    assert file(sure, "csv").get_data(as_text=True).count("\n") == 1
    assert file(sure, "jsonl").data == b""
    assert len(etree.fromstring(file(sure, "pfif").data)) == 0


def test_password_and_code_are_wanted_again(house: House) -> None:
    browser = house.inside("admin", "hoa")
    answer = file(browser, "csv")
    assert answer.status_code == 403
    assert "Chưa có gì thay đổi" in answer.get_data(as_text=True)
    confirm(browser)
    assert file(browser, "csv").status_code == 200
    house.later(minutes=10)
    assert file(browser, "csv").status_code == 403
    assert len(acts(house)) == 2


@pytest.mark.parametrize("role", ["viewer", "operator", "auditor"])
def test_only_an_admin_takes_tips_out(house: House, role: str) -> None:
    browser = house.inside(role)
    assert browser.get("/export").status_code == 403
    assert browser.post("/export/file", form="csv").status_code == 403


def test_a_long_file_is_made_while_it_is_sent(house: House, sure: Browser) -> None:
    for _ in range(CHUNK + 5):
        house.book.file(a_tip())
    token = sure.token("/export")
    with house.asked() as statements:
        data = {"csrf_token": token, "form": "jsonl"}
        answer = sure.client.post("/export/file", data=data)
        lines = iter(answer.response)
        next(lines)
        read = [each for each in statements if "FROM tips" in each]
        assert len(read) == 1
        assert len(list(lines)) == CHUNK + 4
    assert acts(house)[0] == ("export.end", f"jsonl {CHUNK + 5}")


def test_a_file_that_breaks_off_is_no_whole_one(
    house: House, sure: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    def every(*_: object) -> object:
        yield a_tip()
        raise Unavailable("casebook")

    # The case book goes away between two chunks: no real one does so on a wish.
    monkeypatch.setattr(SqlCaseBook, "every", every)
    with pytest.raises(Unavailable):
        file(sure, "jsonl").get_data()
    assert acts(house)[0] == ("export.broken", "jsonl 1")
