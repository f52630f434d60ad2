"""The page, without script, on real stores: told, repeated, gone back, come back to."""

import json
import unicodedata
from datetime import timedelta
from pathlib import Path
from urllib.parse import quote, quote_from_bytes

import hypothesis
import pytest
from hypothesis import HealthCheck, given
from hypothesis import strategies as st

from hotline import wiring, wiring_stores
from hotline.channels.site.form import LONGEST
from hotline.intake.errors import Mistaken
from hotline.settings import Settings
from hotline.web import create_app
from tests.line import TestLine
from tests.visitor import Visitor, page_of

STORY = "hôm qua bắt 3 người ở ga Ueno"
WHERE = "Chuyện đó xảy ra ở ga nào"
WHEN = "Hôm nào, khoảng mấy giờ"


@pytest.fixture
def visitor(line: TestLine) -> Visitor:
    return Visitor(line.client)


def test_a_first_visit_says_hello_and_keeps_nothing(line: TestLine, visitor: Visitor) -> None:
    assert "Bạn không cần nói tên" in visitor.page.said
    assert list(visitor.page.buttons)[:2] == ["Báo tin về một người", "Bạn đang cần giúp"]
    assert line.keys() == []


def test_a_story_becomes_a_tip_of_the_web(line: TestLine, visitor: Visitor) -> None:
    assert "ga Ueno (Tokyo)" in visitor.write(STORY).said
    visitor.press("Kể xong, gửi đi")
    (tip,) = line.tips()
    assert (tip.channel, tip.complete, tip.kind, tip.people.count) == ("web", True, "arrest", 3)
    assert tip.place
    assert tip.place.stations[0].romaji == "Ueno"


def test_everything_can_be_told_by_buttons_and_few_words(line: TestLine, visitor: Visitor) -> None:
    visitor.press("Báo tin về một người")
    visitor.write("bạn em bị bắt")
    assert WHERE in visitor.page.said
    assert WHEN in visitor.write("ga Shin-Okubo").said
    while "Còn điều gì" not in visitor.page.said:
        visitor.press("Không biết, bỏ qua")
    assert "đã nhận" in visitor.press("Kể xong, gửi đi").said
    (tip,) = line.tips()
    assert tip.complete
    assert tip.place
    assert tip.place.stations[0].romaji == "Shin-Ōkubo"


def test_stations_in_doubt_are_buttons(visitor: Visitor) -> None:
    visitor.press("Báo tin về một người")
    visitor.write("có người bị bắt")
    assert "ga nào" in visitor.write("okubo").said
    assert len(visitor.page.buttons) > 3
    assert "Không có ở đây" in visitor.page.buttons
    first = next(iter(visitor.page.buttons))
    assert WHEN in visitor.press(first).said


def test_a_form_sent_twice_gets_the_same_answer_and_counts_once(
    line: TestLine, visitor: Visitor
) -> None:
    form = {**visitor.page.form, "words": STORY}
    first, second = visitor.send(form), visitor.send(form)
    assert first.said == second.said
    assert line.figures().totals["accepted"] == 1
    visitor.press("Kể xong, gửi đi")
    (tip,) = line.tips()
    assert tip.narrative == STORY


def test_other_words_after_the_back_button_are_kept_and_the_question_stays(
    line: TestLine, visitor: Visitor
) -> None:
    visitor.press("Báo tin về một người")
    where = visitor.write("bạn em bị bắt")
    visitor.write("ga Ueno", where)
    back = visitor.write("anh ấy mặc áo xanh", where)
    assert "vẫn ghi lại" in back.said
    assert WHEN in back.said
    visitor.press("Kể xong, gửi đi")
    (tip,) = line.tips()
    assert "áo xanh" in tip.narrative
    assert tip.place
    assert tip.place.stations[0].romaji == "Ueno"


def test_a_button_of_an_earlier_page_chooses_nothing_now(visitor: Visitor) -> None:
    opening = visitor.page
    visitor.press("Hỏi thông tin")
    menu = visitor.page.buttons
    again = visitor.press("Bạn đang cần giúp", page=opening)
    assert "Trang này cũ rồi" in again.said
    assert again.buttons == menu


def test_taking_back_from_an_earlier_page_takes_nothing_back(
    line: TestLine, visitor: Visitor
) -> None:
    first = visitor.write(STORY)
    visitor.write("Tuấn, 25 tuổi, quê Nghệ An")
    assert "Trang này cũ rồi" in visitor.press("Bỏ câu vừa rồi", page=first).said
    visitor.press("Kể xong, gửi đi")
    assert line.tips()[0].people.sought[0].hometown == "Nghệ An"


def test_two_tabs_of_one_conversation_lose_nothing(line: TestLine, visitor: Visitor) -> None:
    shared = visitor.write(STORY)
    tab = Visitor(line.client)
    tab.write("người thứ nhất tên Tuấn", shared)
    visitor.write("người thứ hai mặc áo đỏ", shared)
    visitor.press("Kể xong, gửi đi")
    (tip,) = line.tips()
    assert "Tuấn" in tip.narrative or tip.people.sought[0].name == "Tuấn"
    assert "áo đỏ" in tip.narrative


def test_two_visits_are_two_conversations(line: TestLine, visitor: Visitor) -> None:
    visitor.write(STORY)
    other = Visitor(line.client)
    assert "Bạn không cần nói tên" in other.page.said
    assert "Ueno" not in other.press("Hỏi thông tin").said
    assert "Chưa có câu nào để bỏ" in other.press("Bỏ câu vừa rồi").said


def test_an_expired_conversation_begins_anew_with_the_words(
    line: TestLine, visitor: Visitor
) -> None:
    page = visitor.write("bạn em mất liên lạc ở ga Ueno")
    for key in line.keys(lambda name: name.startswith((b"hl:s:", b"hl:e:"))):
        wiring_stores.links(line.settings)[0].call("DEL", key)
    assert "Trang này cũ rồi" in visitor.press("Không biết, bỏ qua", page=page).said
    assert "Báo tin về một người" in visitor.page.buttons
    for key in line.keys(lambda name: name.startswith((b"hl:s:", b"hl:e:"))):
        wiring_stores.links(line.settings)[0].call("DEL", key)
    assert "Trang này cũ" not in visitor.write("tối qua 2 người bị bắt ở ga Ueno", page).said
    visitor.press("Kể xong, gửi đi")
    line.idle(40)
    assert len(line.tips()) == 2


def test_a_conversation_goes_on_after_midnight_and_not_the_day_after(
    line: TestLine, visitor: Visitor
) -> None:
    visitor.write("bạn em bị bắt")
    line.now += timedelta(hours=6)
    assert WHEN in visitor.write("ga Ueno").said
    line.now += timedelta(days=2)
    assert "Trang này cũ rồi" in visitor.press("Không biết, bỏ qua").said


def test_a_code_is_shown_and_opens_from_the_web_and_by_text(
    line: TestLine, visitor: Visitor
) -> None:
    visitor.write(STORY)
    visitor.press("Kể xong, gửi đi")
    code = visitor.press("Lấy mã số").code
    back = Visitor(line.client)
    assert "chưa có ai xem" in back.write(code).said
    assert "Xoá hết những gì đã kể" in back.page.buttons
    assert "chưa có ai xem" in line.text(code)
    back.press("Xoá hết những gì đã kể")
    assert "đã xoá hết" in back.press("Xoá hết").said
    assert line.tips() == []
    assert "không mở được gì" in Visitor(line.client).write(code).said


def test_a_code_told_by_text_opens_on_the_web(line: TestLine, visitor: Visitor) -> None:
    line.text(STORY)
    line.text("XONG")
    code = line.text("MA").partition(": ")[2][:19]
    visitor.press("Bạn đã có mã số")
    assert "chưa có ai xem" in visitor.write(code).said


def test_everything_can_be_erased(line: TestLine, visitor: Visitor) -> None:
    visitor.write(STORY)
    assert "đã xoá hết" in visitor.press("Xoá hết").said
    assert line.tips() == []


@pytest.mark.parametrize(
    ("label", "lang", "word"), [("English", "en", "Hello"), ("日本語", "ja", "なまえ")]
)
def test_the_page_speaks_other_languages(
    visitor: Visitor, label: str, lang: str, word: str
) -> None:
    page = visitor.press(label)
    assert f'<html lang="{lang}">' in page.raw
    assert word in page.said
    assert "Trò chuyện" not in page.raw


def test_words_beside_a_button_stay_in_the_field(visitor: Visitor) -> None:
    page = visitor.press("Báo tin về một người", words="\nem thấy <b>hai</b> người")
    assert page.draft == "\nem thấy <b>hai</b> người"


# What is bad input, and what comes of it.


@pytest.mark.parametrize("length", [1_601, LONGEST])
def test_long_words_are_taken_whole(line: TestLine, visitor: Visitor, length: int) -> None:
    words = ("bắt ba người ở ga Ueno, " * 200)[: length - 1] + "X"
    visitor.write(words)
    visitor.press("Kể xong, gửi đi")
    assert line.tips()[0].narrative == words


def test_longer_words_stand_in_the_field_again(line: TestLine, visitor: Visitor) -> None:
    words = "ạ" * (LONGEST + 1)
    page = visitor.write(words)
    assert "dài quá" in page.said
    assert page.draft == words
    assert line.keys() == []


def test_characters_that_nothing_takes_are_left_out(line: TestLine, visitor: Visitor) -> None:
    form = visitor.page.form
    raw = "&".join(f"{k}={v}" for k, v in form.items())
    words = f"%00%ED%A0%80%FF%E2%80%AE{quote(STORY)}"
    answer = line.client.post(
        "/", data=f"{raw}&words={words}", content_type="application/x-www-form-urlencoded"
    )
    assert "ga Ueno" in page_of(answer).said
    assert "\x00" not in answer.get_data(as_text=True)


def test_letters_with_loose_accents_are_put_together(visitor: Visitor) -> None:
    assert STORY in visitor.write(unicodedata.normalize("NFD", STORY)).said


@pytest.mark.parametrize(
    ("body", "content_type", "status"),
    [
        (b"words=a" + b"a" * 70_000, "application/x-www-form-urlencoded", 413),
        (b'{"words":"a"}', "application/json", 400),
        (b"words=a&words=b", "application/x-www-form-urlencoded", 400),
        (
            b"--b\r\nContent-Disposition: form-data; name=words\r\n\r\na\r\n--b--",
            "multipart/form-data; boundary=b",
            400,
        ),
        (b"", "", 400),
    ],
)
def test_what_is_no_form_is_refused_with_a_page(
    line: TestLine, body: bytes, content_type: str, status: int
) -> None:
    answer = line.client.post("/", data=body, content_type=content_type)
    assert answer.status_code == status
    assert page_of(answer).form["step"] == "0"
    assert line.keys() == []


def test_a_form_without_a_known_name_begins_a_conversation(
    line: TestLine, visitor: Visitor
) -> None:
    for chat in ("", "a", "ä" * 43, "a" * 44, "' or 1=1"):
        page = visitor.send({"chat": chat, "turn": "", "step": "x", "words": STORY})
        assert "ga Ueno" in page.said
        assert page.form["chat"] != chat
    assert line.figures().totals["accepted"] == 5


def test_nothing_written_is_said_so(visitor: Visitor) -> None:
    assert "chưa thấy chữ nào" in visitor.write(" \n ").said


def test_another_site_cannot_speak_for_a_visitor(line: TestLine, visitor: Visitor) -> None:
    """Its page would know the conversation's name, and could read on."""
    visitor.headers["Sec-Fetch-Site"] = "cross-site"
    page = visitor.send({"chat": "a" * 43, "turn": "b" * 43, "step": "0", "words": STORY})
    assert page.status == 403
    assert page.form["chat"] != "a" * 43
    assert line.keys() == []


def test_what_cannot_be_kept_is_not_thanked_for_and_stands_in_the_field(
    line: TestLine, visitor: Visitor
) -> None:
    form = visitor.page.form
    line.break_stores()
    visitor.client = line.client
    page = visitor.write(STORY)
    assert (page.status, page.draft) == (503, STORY)
    assert page.form == form
    assert "chưa ghi lại được" in page.said
    assert visitor.send({**form, "words": "", "pick": "1"}).buttons["Thử lại"] == "1"
    assert {name for name, _ in line.logged} == {"unavailable"}


def test_what_is_told_while_the_store_is_away_waits_on_a_disk_and_the_page_goes_on(
    settings: Settings, tmp_path: Path
) -> None:
    env = {**TestLine(settings).settings_env(), "HOTLINE_SPOOL_DIR": str(tmp_path / "spool")}
    line = TestLine(Settings.from_env(env))
    visitor = Visitor(line.client)
    visitor.write("bạn em bị bắt")
    line.break_stores()
    visitor.client = line.client
    page = visitor.write("ở ga Ueno hôm qua")
    assert (page.status, "mình đã giữ" in page.said) == (200, True)
    visitor.client = TestLine(line.settings).client
    assert wiring_stores.bring_in(line.settings, wiring_stores.links(line.settings)[0])() == 1
    assert "vẫn ghi lại" in visitor.write("anh ấy mặc áo xanh").said
    visitor.press("Kể xong, gửi đi")
    told = "\n".join(tip.narrative for tip in line.tips())
    for words in ("bạn em bị bắt", "ga Ueno", "áo xanh"):
        assert words in told


NAMES = st.sampled_from([b"chat", b"turn", b"step", b"pick", b"words", b"x"])


@hypothesis.settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(pairs=st.lists(st.tuples(NAMES, st.binary(max_size=60)), max_size=6), raw=st.binary())
def test_whatever_comes_in_a_page_comes_back(
    line: TestLine, pairs: list[tuple[bytes, bytes]], raw: bytes
) -> None:
    form = b"&".join(name + b"=" + quote_from_bytes(value).encode() for name, value in pairs)
    for body in (form, raw):
        answer = line.client.post("/", data=body, content_type="application/x-www-form-urlencoded")
        assert answer.status_code in (200, 400)
        assert len(page_of(answer).form["chat"]) == 43


def test_many_conversations_from_one_address_are_all_heard(line: TestLine) -> None:
    for number in range(500):
        name = f"{number:043d}"
        form = {"chat": name, "turn": name, "step": "0", "words": "bạn em bị bắt"}
        answer = line.client.post("/", data=form)
        assert WHERE in answer.get_data(as_text=True)
    assert line.figures().open == 500


# What a browser is told.


def test_a_page_says_nothing_to_others_and_leaves_nothing(visitor: Visitor) -> None:
    for page in (visitor.page, visitor.write(STORY)):
        assert page.headers["Cache-Control"] == "no-store"
        assert page.headers["Referrer-Policy"] == "no-referrer"
        assert "default-src 'none'" in page.headers["Content-Security-Policy"]
        assert "unsafe" not in page.headers["Content-Security-Policy"]
        assert "Set-Cookie" not in page.headers
        assert "Onion-Location" not in page.headers
        assert page.raw.count("://") == 1  # where "leave" leads


def test_the_page_itself_offers_nothing_to_install(line: TestLine, visitor: Visitor) -> None:
    raw = visitor.page.raw + line.client.get("/chat.js").get_data(as_text=True)
    for trace in ('rel="manifest"', "serviceWorker", "apple-", 'rel="apple'):
        assert trace not in raw
    assert "<title>Trò chuyện</title>" in raw
    assert '<link rel="icon" href="data:,">' in raw


def test_who_wants_an_icon_is_told_first_what_it_shows(line: TestLine) -> None:
    page = line.client.get("/app")
    raw = page.get_data(as_text=True)
    assert 'rel="manifest"' in raw
    assert "<script" not in raw
    assert all(language in raw for language in ('lang="vi"', 'lang="en"', 'lang="ja"'))
    assert "ai bấm vào cũng thấy" in raw
    assert "script-src" not in page.headers["Content-Security-Policy"]
    manifest = line.client.get("/app.webmanifest")
    assert manifest.content_type == "application/manifest+json"
    told = json.loads(manifest.data)
    assert (told["name"], told["short_name"], told["start_url"]) == ("Chat", "Chat", "./")
    assert line.client.get(f"/{told['icons'][0]['src']}").status_code == 200
    for answer in (page, manifest):
        assert answer.headers["Cache-Control"] == "no-store"
        assert "Set-Cookie" not in answer.headers


@pytest.mark.parametrize("path", ["/", "/sw.js", "/a/b", "/chat.js"])
def test_a_worker_that_somebody_left_here_is_told_to_go(line: TestLine, path: str) -> None:
    answer = line.client.get(path, headers={"Service-Worker": "script"})
    assert (answer.status_code, answer.content_type) == (200, "text/javascript")
    assert "registration.unregister()" in answer.get_data(as_text=True)
    assert answer.headers["Cache-Control"] == "no-store"


def test_the_whole_first_load_is_small(line: TestLine) -> None:
    weights = [len(line.client.get(path).data) for path in ("/", "/chat.js")]
    assert sum(weights) < 30_000


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH"])
def test_other_methods_are_refused(line: TestLine, method: str) -> None:
    assert line.client.open("/", method=method).status_code == 405


def test_the_same_page_over_tor_is_named(line: TestLine) -> None:
    onion = f"http://{'a' * 56}.onion"
    client = create_app(line.doors, lambda: True, wiring.onion(over_tor(line, onion))).test_client()
    assert client.get("/").headers["Onion-Location"] == f"{onion}/"
    for wrong in ("https://example.org", f"{onion}/path", "http://short.onion"):
        with pytest.raises(Mistaken):
            wiring.onion(over_tor(line, wrong))


def over_tor(line: TestLine, onion: str) -> Settings:
    return Settings.from_env({**line.settings_env(), "HOTLINE_ONION_URL": onion})
