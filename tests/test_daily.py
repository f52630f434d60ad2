"""The day's letter: the same size whatever happened, once a day, and nobody waits for it."""

import socket
import threading
from collections.abc import Iterator
from datetime import datetime, timedelta
from email import message_from_bytes, policy

import pytest

from hotline import steward, wiring_steward
from hotline.intake.daily import AGAIN, MOST, Day, body
from hotline.intake.errors import Mistaken, Unavailable
from hotline.provider.smtp import Smtp
from hotline.settings import Settings
from tests.line import NOW, TestLine

TO = "truc@hoi.example"


class Postbox:
    """A mail server of one's own on a free port: it speaks SMTP and keeps what it is given."""

    def __init__(self) -> None:
        self.letters: list[bytes] = []
        self.refuses = False
        self._server = socket.create_server(("127.0.0.1", 0))
        self.url = f"smtp://127.0.0.1:{self._server.getsockname()[1]}"
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._thread.start()

    def close(self) -> None:
        self._server.shutdown(socket.SHUT_RDWR)
        self._server.close()
        self._thread.join()

    def _serve(self) -> None:
        while True:
            try:
                connection, _ = self._server.accept()
            except OSError:
                return
            with connection, connection.makefile("rwb") as wire:
                self._talk(wire)

    def _talk(self, wire: object) -> None:
        def say(text: str) -> None:
            wire.write(f"{text}\r\n".encode())  # type: ignore[attr-defined]
            wire.flush()  # type: ignore[attr-defined]

        say("220 here")
        for line in wire:  # type: ignore[attr-defined]
            match line[:4].upper():
                case b"DATA":
                    say("354 go on")
                    self.letters.append(b"".join(iter(lambda: wire.readline(), b".\r\n")))  # type: ignore[attr-defined]
                    say("250 kept")
                case b"QUIT":
                    say("221 bye")
                    return
                case b"MAIL" if self.refuses:
                    say("550 nobody@here.example is not wanted")
                case _:
                    say("250 well")


@pytest.fixture
def postbox() -> Iterator[Postbox]:
    made = Postbox()
    yield made
    made.close()


def settings(line: TestLine, postbox: Postbox, **more: str) -> Settings:
    env = {
        **line.settings_env(),
        "HOTLINE_SMTP_URL": postbox.url,
        "HOTLINE_MAIL_FROM": "may@hoi.example",
        "HOTLINE_MAIL_TO": f"{TO}, kim@hoi.example",
        **more,
    }
    return Settings.from_env(env, "steward")


def sizes(letter: bytes) -> list[int]:
    return [len(each) for each in letter.splitlines()]


def test_every_letter_has_the_same_size_and_words() -> None:
    calm, full = body(Day()), body(Day(*[MOST] * 7))
    beyond = body(Day(*[MOST + 5] * 7))
    assert len(calm.encode()) == len(full.encode()) == len(beyond.encode())
    assert [line[8:] for line in calm.split("\n") if line[:6].strip().isdigit()] == [
        line[8:] for line in full.split("\n") if line[:6].strip().isdigit()
    ]
    assert full == beyond


def test_one_letter_a_day_tells_counts_and_nothing_else(line: TestLine, postbox: Postbox) -> None:
    letters = wiring_steward.letters(settings(line, postbox))
    assert letters is not None
    assert not letters.act(NOW.replace(hour=7))
    assert letters.act(NOW)
    assert not letters.act(NOW + timedelta(hours=1))
    line.text("hom qua bat 3 nguoi o ga shin okubo, so 090-1234-5678")
    line.text("XONG")
    assert len(line.tips()) == 1
    restarted = wiring_steward.letters(settings(line, postbox))
    assert restarted is not None
    assert not restarted.act(NOW + timedelta(hours=2))
    assert restarted.act(NOW + timedelta(days=1))
    first, second = postbox.letters
    assert sizes(first) == sizes(second)
    told = message_from_bytes(second, policy=policy.default).get_content()
    assert "     1  tin mới trong một ngày qua" in told
    assert "     1  new tips in the last day" in told
    assert "okubo" not in told
    assert line.figures().totals["mail_sent"] == 2


def test_a_letter_that_cannot_be_sent_is_counted_and_tried_again(
    line: TestLine, postbox: Postbox
) -> None:
    letters = wiring_steward.letters(settings(line, postbox))
    assert letters is not None
    postbox.refuses = True
    with pytest.raises(Unavailable, match=r"^smtp$") as told:
        letters.act(NOW)
    assert "nobody@here.example" not in str(told.value)
    postbox.refuses = False
    assert not letters.act(NOW + timedelta(seconds=AGAIN - 1))
    assert letters.act(NOW + timedelta(seconds=AGAIN))
    assert len(postbox.letters) == 1
    totals = line.figures().totals
    assert (totals["mail_failed"], totals["mail_sent"]) == (1, 1)


def test_a_server_that_is_not_there_is_no_crash(line: TestLine, postbox: Postbox) -> None:
    there = settings(line, postbox, HOTLINE_SMTP_URL="smtp://127.0.0.1:1", HOTLINE_MAIL_HOUR="0")
    (duty,) = [duty for duty in steward.duties(there) if duty.name == "letter"]
    logged: list[tuple[str, dict[str, object]]] = []
    steward._safely(lambda event, **more: logged.append((event, more)), duty, int(NOW.timestamp()))
    assert logged == [("unavailable", {"code": "smtp", "place": "letter"})]


def test_no_letter_is_sent_unless_it_is_asked_for(line: TestLine, postbox: Postbox) -> None:
    silent = settings(line, postbox, HOTLINE_SMTP_URL="")
    assert wiring_steward.letters(silent) is None
    assert "letter" not in {duty.name for duty in steward.duties(silent)}


@pytest.mark.parametrize(
    ("wrong", "named"),
    [
        ({"HOTLINE_SMTP_URL": "http://x"}, "HOTLINE_SMTP_URL"),
        ({"HOTLINE_SMTP_URL": "smtps://u:secret@x"}, "HOTLINE_SMTP_URL"),
        ({"HOTLINE_MAIL_TO": ""}, "HOTLINE_MAIL_TO"),
        ({"HOTLINE_MAIL_FROM": "nobody"}, "HOTLINE_MAIL_FROM"),
        ({"HOTLINE_MAIL_HOUR": "24"}, "HOTLINE_MAIL_HOUR"),
        ({"HOTLINE_MAIL_HOUR": "x"}, "HOTLINE_MAIL_HOUR"),
    ],
)
def test_a_bad_setting_is_named(
    line: TestLine, postbox: Postbox, wrong: dict[str, str], named: str
) -> None:
    with pytest.raises(Mistaken, match=named) as told:
        wiring_steward.letters(settings(line, postbox, **wrong))
    assert "secret" not in str(told.value)


def test_a_far_server_without_tls_gets_no_letter(postbox: Postbox) -> None:
    """The same server by another name: it knows no STARTTLS, and nothing is handed over."""
    by_name = postbox.url.replace("127.0.0.1", "127.0.0.2").replace("127.0.0.2", "0.0.0.0")  # noqa: S104
    far = Smtp(by_name, "a@b.example", (TO,))
    with pytest.raises(Unavailable):
        far.send("x", "y", datetime.now(NOW.tzinfo))
    assert postbox.letters == []
