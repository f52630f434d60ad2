"""A small line that answers fixed TwiML, and the telephone in front of it: no stores, no worker."""

import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from xml.sax.saxutils import escape

from flask import Flask
from werkzeug.serving import make_server

from hotline.simulator.account import Account
from hotline.simulator.blueprint import simulator
from hotline.simulator.provider import Provider
from hotline.simulator.transport import Reply
from hotline.wording.sms import encoding, segments
from tests.conftest import ACCOUNT, TOKEN, URL

MENU = (
    '<Gather numDigits="1" timeout="{seconds}" action="/twilio/voice/1">'
    '<Say language="vi-VN">Báo tin bấm 1. Kể bằng lời bấm 2.</Say></Gather>'
    "<Redirect>/twilio/voice/1-silent</Redirect>"
)
STATION = (
    '<Gather finishOnKey="#" timeout="60" action="/twilio/voice/2">'
    '<Say language="vi-VN">Ga nào? Xong bấm phím thăng.</Say></Gather>'
)
STORY = (
    '<Say language="vi-VN">Bạn kể sau tiếng bíp.</Say><Record action="/twilio/voice/2"'
    ' maxLength="{longest}" timeout="{quiet}" finishOnKey="#"'
    ' recordingStatusCallback="/twilio/recording"/>'
)
LISTENING = '<Gather input="dtmf speech" language="vi-VN"'
DIAL = (
    '<Dial callerId="+815000000100" action="/twilio/voice/3"><Number>+815000000300</Number></Dial>'
)
THANKS = '<Say language="vi-VN">Cảm ơn bạn.</Say><Hangup/>'
GONE = '<Say language="vi-VN">Mình chưa nghe thấy gì.</Say><Hangup/>'


@dataclass
class Line:
    """Answers and remembers what was asked; `seconds` is how long its menu waits, `longest` how
    long a story may be, `quiet` how long its silence, `listens` whether it takes words too;
    `account` is its provider's."""

    seconds: int = 60
    longest: int = 120
    quiet: int = 60
    listens: bool = False
    asked: list[tuple[str, dict[str, str]]] = field(default_factory=list)
    account: Account = field(default_factory=lambda: Account(ACCOUNT, TOKEN))

    def __call__(self, path: str, form: Mapping[str, str], headers: Mapping[str, str]) -> Reply:
        self.asked.append((path.removeprefix("/twilio/"), dict(form)))
        body = f"<Response>{self.answer(path.removeprefix('/twilio/'), form)}</Response>"
        return 200, {"content-type": "text/xml"}, body.encode()

    def answer(self, step: str, form: Mapping[str, str]) -> str:
        match step, form.get("Digits"):
            case "message", _:
                return f"<Message>Mình nghe: {escape(form['Body'])}</Message>"
            case "voice", _:
                menu = MENU.format(seconds=self.seconds)
                return menu.replace("<Gather", LISTENING, 1) if self.listens else menu
            case "voice/1", None if "SpeechResult" in form:
                return DIAL
            case "voice/3", _:
                return THANKS
            case "voice/1", "1":
                return STATION
            case "voice/1", "2":
                return STORY.format(longest=self.longest, quiet=self.quiet)
            case "voice/2", _:
                return THANKS
            case "voice/1-silent", _:
                return GONE
        return ""

    def last(self, step: str) -> dict[str, str]:
        return next(form for asked, form in reversed(self.asked) if asked == step)

    def steps(self) -> list[str]:
        return [step for step, _ in self.asked]


def telephone(line: Callable[[str, Mapping[str, str], Mapping[str, str]], Reply]) -> Flask:
    """The page of the telephone, in front of `line`."""
    app = Flask("telephone")
    keep = getattr(line, "account", None) or Account(ACCOUNT, TOKEN)

    def count(text: str) -> tuple[str, int]:
        return encoding(text), segments(text)

    provider = Provider(URL, TOKEN, ACCOUNT, line, count, keep)
    app.register_blueprint(simulator(provider, "+815000000100", "+815000000200"))
    return app


@contextmanager
def served(app: Flask) -> Iterator[str]:
    """The application on a free port of this machine; its address."""
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
