"""Three languages, each whole."""

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from hotline.desk.i18n import LANGUAGES, load_texts
from hotline.intake.errors import Mistaken
from tests.desk.conftest import House
from tests.tips import a_tip

ROOT = Path(__file__).parents[2]


def test_the_catalogues_are_what_the_desk_says() -> None:
    done = subprocess.run([sys.executable, ROOT / "tools" / "extract_site.py", "--check"])
    assert done.returncode == 0


def test_every_text_is_there_in_every_language() -> None:
    texts = load_texts().by_language
    assert {len(texts[language]) for language in LANGUAGES} == {len(texts["vi"])}
    assert len(texts["vi"]) > 100


def test_gaps_are_the_same_in_every_language() -> None:
    texts = load_texts().by_language
    for text in texts["vi"]:
        gaps = [set(re.findall(r"%\(\w+\)s", texts[language][text])) for language in LANGUAGES]
        assert gaps[0] == gaps[1] == gaps[2], text


def test_a_missing_translation_keeps_the_desk_shut(tmp_path: Path) -> None:
    shutil.copytree(ROOT / "locales", tmp_path / "locales")
    path = tmp_path / "locales" / "ja" / "LC_MESSAGES" / "site.po"
    path.write_text(path.read_text("utf-8").replace('msgstr "警報"', 'msgstr ""'), "utf-8")
    with pytest.raises(Mistaken, match=r"site\.po:\d+: not translated: Báo động"):
        load_texts(tmp_path / "locales")


@pytest.mark.parametrize(
    ("language", "word"), [("vi", "Mật khẩu"), ("en", "Password"), ("ja", "パスワード")]
)
def test_the_door_speaks_the_language_chosen(house: House, language: str, word: str) -> None:
    browser = house.browser()
    answer = browser.post("/language", "/login", language=language, back="/login")
    assert answer.headers["Location"] == "/login"
    page = browser.page("/login")
    assert word in page
    assert f'<html lang="{language}">' in page


def test_the_language_stays_after_coming_in_and_can_be_changed(house: House) -> None:
    house.book.file(a_tip())
    browser = house.browser()
    browser.post("/language", "/login", language="ja", back="/login")
    browser.log_in("lan")
    assert "待ち行列" in browser.page("/queue")
    browser.post("/tips/filter", kind="arrest")
    assert browser.post("/language", language="en", back="/tips").headers["Location"] == "/tips"
    page = browser.page("/tips")
    assert "Arrest" in page
    assert "filtered" in page


@pytest.mark.parametrize("back", ["https://evil.invalid", "//evil.invalid", "/logout", ""])
def test_the_way_back_stays_in_the_house(house: House, back: str) -> None:
    answer = house.inside().post("/language", language="en", back=back)
    assert answer.headers["Location"] == "/queue"


def test_an_unknown_language_is_vietnamese(house: House) -> None:
    browser = house.inside()
    browser.post("/language", language="tlh")
    assert '<html lang="vi">' in browser.page("/queue")
