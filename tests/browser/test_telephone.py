"""The telephone's page in a real browser, before a small line of fixed answers."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from hotline.simulator.account import seconds_of
from hotline.simulator.people import WITHHELD
from hotline.simulator.transport import Wsgi
from hotline.simulator.voice import made_up
from tests.conftest import ACCOUNT
from tests.line import TestLine
from tests.simulator.standin import Line, served, telephone


@pytest.fixture
def line() -> Line:
    return Line()


@pytest.fixture
def real(request: pytest.FixtureRequest) -> TestLine:
    """The real line in this process; `line` means the small one here."""
    return TestLine(request.getfixturevalue("settings"))


@pytest.fixture
def opened(line: Line, page: Page) -> Iterator[Page]:
    """The open page; whatever it complains of, or asks of anybody else, fails the test."""
    problems: list[str] = []
    page.on("console", lambda m: problems.append(m.text) if m.type == "error" else None)
    page.on("pageerror", lambda error: problems.append(str(error)))
    with served(telephone(line)) as url:
        page.on(
            "request",
            lambda r: None if r.url.startswith((url, "data:")) else problems.append(r.url),
        )
        page.goto(f"{url}/simulator")
        yield page
    assert problems == []


def last_heard(page: Page) -> str:
    return page.locator("#call-transcript .bubble.in").last.inner_text()


def dial(page: Page) -> None:
    page.click("#call-dial")
    expect(page.locator('[data-key="1"]')).to_be_enabled()


def tell(page: Page) -> None:
    """Dial and go where a story is recorded."""
    dial(page)
    page.click('[data-key="2"]')
    expect(page.locator("#recorder")).to_be_visible()


def over(page: Page) -> None:
    expect(page.locator("#call-dial")).to_be_enabled()


def test_a_text_and_its_answer_are_counted(opened: Page, line: Line) -> None:
    opened.fill("#sms-input", "Tối qua ở ga <b>Shin-Ōkubo</b>")
    opened.press("#sms-input", "Enter")
    answer = opened.locator("#sms .bubble.in")
    expect(answer).to_contain_text("Mình nghe: Tối qua ở ga <b>Shin-Ōkubo</b>")
    expect(answer).to_contain_text("UCS-2 · 1 phần")
    expect(opened.locator("#sms .bubble.out")).to_contain_text("nhà mạng, Twilio: số + lời")
    assert line.last("message")["Body"] == "Tối qua ở ga <b>Shin-Ōkubo</b>"


def test_the_same_text_again_has_the_same_sid(opened: Page, line: Line) -> None:
    opened.fill("#sms-input", "a")
    opened.click("#sms-send")
    expect(opened.locator("#sms-again")).to_be_enabled()
    opened.click("#sms-again")
    expect(opened.locator("#sms .bubble.in")).to_have_count(2)
    first, second = (form for step, form in line.asked if step == "message")
    assert first == second


def test_a_picture_comes_along(opened: Page, line: Line) -> None:
    opened.click("#sms-picture")
    expect(opened.locator("#sms .bubble.in")).to_have_count(1)
    assert line.last("message")["NumMedia"] == "1"


def test_only_a_call_can_hide_its_number(opened: Page, line: Line) -> None:
    opened.select_option("#caller", WITHHELD)
    expect(opened.locator("#sms-send")).to_be_disabled()
    expect(opened.locator("#sms-withheld")).to_be_visible()
    dial(opened)
    assert line.last("voice")["From"] == WITHHELD


def test_keys_by_mouse_and_by_keyboard_finish_a_call(opened: Page, line: Line) -> None:
    dial(opened)
    opened.click('[data-key="1"]')
    expect(opened.locator("#call-transcript .bubble.in")).to_have_count(2)
    opened.locator("h1").click()
    opened.keyboard.type("8366#")
    over(opened)
    assert line.last("voice/2")["Digits"] == "8366"
    assert "Cảm ơn bạn." in last_heard(opened)


def test_a_time_out_runs_by_itself_and_says_nothing(opened: Page, line: Line) -> None:
    line.seconds = 1
    opened.click("#call-dial")
    over(opened)
    assert "Mình chưa nghe thấy gì." in last_heard(opened)
    assert "Digits" not in line.last("voice/1-silent")


def test_silence_can_be_chosen_where_no_clock_runs(opened: Page, line: Line) -> None:
    opened.uncheck("#call-wait")
    dial(opened)
    opened.click("#call-silent")
    over(opened)
    assert "voice/1-silent" in line.steps()


def test_hanging_up_is_told(opened: Page, line: Line) -> None:
    dial(opened)
    opened.click("#call-hangup")
    over(opened)
    assert line.steps() == ["voice", "call-status"]


def test_a_made_up_voice_is_kept_at_the_provider(opened: Page, line: Line) -> None:
    tell(opened)
    opened.fill("#recorder-seconds", "41")
    opened.click("#call-record")
    over(opened)
    told = line.last("voice/2")
    assert told["RecordingDuration"] == "41"
    assert seconds_of(line.account.sounds[told["RecordingSid"]]) == 41
    assert line.last("recording")["RecordingStatus"] == "completed"


SILENT = """navigator.mediaDevices.getUserMedia =
    async () => new AudioContext().createMediaStreamDestination().stream"""


def test_a_story_ends_by_key_by_time_and_by_silence(opened: Page, line: Line) -> None:
    for longest, key in ((120, "#"), (1, "")):
        line.longest = longest
        tell(opened)
        opened.click("#recorder-open")
        if key:
            expect(opened.locator("#call-waits")).to_contain_text("Đang ghi âm: 1 giây")
            opened.click(f'[data-key="{key}"]')
        over(opened)
        told = line.last("voice/2")
        assert (int(told["RecordingDuration"]) >= 1, told.get("Digits", "")) == (True, key)
        kept = line.account.sounds[told["RecordingSid"]]
        assert seconds_of(kept) == int(told["RecordingDuration"])
    opened.evaluate(SILENT)
    line.longest, line.quiet = 120, 1
    before = line.steps().count("voice/2")
    tell(opened)
    opened.click("#recorder-open")
    over(opened)
    assert line.steps().count("voice/2") == before


def test_a_file_is_told_as_it_would_have_been_kept(opened: Page, line: Line) -> None:
    tell(opened)
    files = opened.locator("#recorder-file")
    files.set_input_files({"name": "x.wav", "mimeType": "audio/wav", "buffer": b"no sound at all"})
    expect(opened.locator("#recorder-said")).to_contain_text("Không đọc được")
    sound = made_up(3, "a")
    files.set_input_files({"name": "x.wav", "mimeType": "audio/wav", "buffer": sound})
    over(opened)
    assert 1 <= int(line.last("voice/2")["RecordingDuration"]) <= 3


def test_hanging_up_while_telling_is_still_a_story(opened: Page, line: Line) -> None:
    tell(opened)
    opened.click("#recorder-open")
    expect(opened.locator("#call-waits")).to_contain_text("Đang ghi âm: 1 giây")
    opened.click("#call-hangup")
    over(opened)
    told = line.last("voice/2")
    assert told["Digits"] == "hangup"
    assert seconds_of(line.account.sounds[told["RecordingSid"]]) >= 1


@pytest.mark.parametrize("width", [360, 1_280])
def test_nothing_sticks_out(opened: Page, width: int) -> None:
    opened.set_viewport_size({"width": width, "height": 780})
    tell(opened)
    opened.fill("#sms-input", "thưthôngtinrấtdài" * 20)
    opened.click("#sms-send")
    expect(opened.locator("#sms .bubble.in")).to_have_count(1)
    assert opened.evaluate("document.documentElement.scrollWidth") == width


def test_everything_that_can_be_used_has_a_name(opened: Page) -> None:
    tell(opened)
    nameless = """[...document.querySelectorAll('button, select, textarea, input')].filter(
        e => !e.labels?.length && !e.innerText.trim() && !e.ariaLabel).map(e => e.id)"""
    assert opened.evaluate(nameless) == []


def test_a_text_and_a_call_become_tips_on_the_real_line(real: TestLine, page: Page) -> None:
    with served(telephone(Wsgi(real.client.application))) as url:
        page.goto(f"{url}/simulator")
        page.uncheck("#call-wait")
        for body in ("hom qua bat 3 nguoi o ga shin okubo", "XONG"):
            page.fill("#sms-input", body)
            page.click("#sms-send")
            expect(page.locator("#sms-send")).to_be_enabled()
        dial(page)
        for keys in ("1", "2", "8366#", "1", "2#", "2#", "1"):
            for key in keys:
                page.locator(f'[data-key="{key}"]:enabled').click()
        page.locator("#call-record:enabled").click()
        page.locator('[data-key="2"]:enabled').click()  # no code, thank you
        over(page)
    texted, told = sorted(real.tips(), key=lambda tip: tip.channel)
    assert (texted.complete, told.complete) == (True, True)
    assert texted.place.stations[0].name == "新大久保"
    assert "Ueno" in str(told)
    assert real.logged == []


def test_words_can_be_said_and_the_other_end_can_be_played(opened: Page, line: Line) -> None:
    line.listens = True
    opened.click("#call-dial")
    expect(opened.locator("#spoken")).to_be_visible()
    opened.fill("#spoken-words", "ga Shin Okubo")
    opened.press("#spoken-words", "Enter")
    expect(opened.locator("#dialled")).to_be_visible()
    assert line.last("voice/1")["SpeechResult"] == "ga Shin Okubo"
    opened.click("#dial-answer")
    over(opened)
    assert line.last("voice/3")["DialCallStatus"] == "completed"


def test_the_log_shows_what_was_asked_and_answered(opened: Page, line: Line) -> None:
    dial(opened)
    opened.click('[data-key="1"]')
    log = opened.locator("#log li")
    expect(log).to_have_count(2)
    opened.click("summary")
    expect(log.last).to_contain_text(re.compile(r"POST /twilio/voice/1 → 200 · [\d.]+ ms"))
    expect(log.last).to_contain_text("Digits = 1")
    expect(log.last).to_contain_text('<Gather finishOnKey="#"')
    assert ACCOUNT not in opened.content()
