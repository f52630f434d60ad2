"""What a page shows of an answer, and the page as HTML."""

import base64
import hashlib
from dataclasses import dataclass, field
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from hotline.channels.site.form import LONGEST, LONGEST_SEALED, Sent
from hotline.channels.site.texts import OWN_NAMES, Texts
from hotline.channels.site.toll import BITS, ROUNDS, Note
from hotline.conversation.flow import Expects, Key, Nothing
from hotline.conversation.moving import CODE_LINES
from hotline.conversation.receipt import grouped
from hotline.conversation.session import Locale
from hotline.intake.messages import Answer
from hotline.wording.compose import Wording

FOLDER = Path(__file__).parent
# Where "leave" leads: a page that anybody in Japan may have open.
ELSEWHERE = "https://www.jma.go.jp/"


@dataclass(frozen=True, slots=True)
class View:
    """One page: the form it holds (`chat`, `turn`, `step`), what is said, what can be chosen.

    `echo` is what the caller wrote last, `draft` what stands in the field again, `again` a button
    that was pressed and did not arrive. `pass_` says that the conversation was let in, `note` what
    it has to pay first (`toll.py`).
    """

    locale: Locale
    chat: str
    turn: str
    step: int
    paragraphs: tuple[str, ...]
    choices: tuple[tuple[str, str], ...] = ()
    code: str = ""
    echo: str = ""
    draft: str = ""
    again: str = ""
    skips: bool = False
    none_of_them: bool = False
    pass_: str = ""
    note: Note | None = None

    @property
    def begun(self) -> bool:
        """Whether anything was said in this conversation."""
        return self.step > 0


def of_answer(wording: Wording, answer: Answer, sent: Sent, turn: str) -> View:
    """The page after an answer; `turn` names the form that it holds."""
    shown = wording.shown(answer.says, answer.locale)
    return View(
        answer.locale,
        sent.chat,
        turn,
        answer.step,
        shown.paragraphs,
        shown.choices,
        code=_code(answer),
        echo="" if sent.pick or sent.box else sent.words,
        draft=sent.draft,
        pass_=sent.pass_,
        skips=_can_skip(answer.expects),
        none_of_them=isinstance(answer.expects, Key) and "0" in answer.expects.options,
    )


def _code(answer: Answer) -> str:
    """The receipt that this answer tells, in fours; empty where it tells none."""
    for line in answer.says:
        value = line.gaps.get("code")
        if line.name in CODE_LINES and isinstance(value, str):
            return grouped(value)
    return ""


def _can_skip(expects: Expects) -> bool:
    return not isinstance(expects, Key | Nothing)


@dataclass(frozen=True)
class Pages:
    """Writes pages; `policy` is the content security policy that fits them, `envelope` the key that
    browsers seal to."""

    texts: Texts
    envelope: bytes
    style: str = field(default_factory=lambda: (FOLDER / "static/chat.css").read_text("utf-8"))
    keep: str = field(init=False)
    script: bytes = field(default_factory=lambda: (FOLDER / "static/chat.js").read_bytes())
    gone: bytes = field(default_factory=lambda: (FOLDER / "static/gone.js").read_bytes())
    library: bytes = field(default_factory=lambda: (FOLDER / "static/nacl.js").read_bytes())
    voice: bytes = field(default_factory=lambda: (FOLDER / "static/voice.js").read_bytes())
    disguise: bytes = field(default_factory=lambda: (FOLDER / "static/disguise.js").read_bytes())
    manifest: bytes = field(
        default_factory=lambda: (FOLDER / "static/app.webmanifest").read_bytes()
    )
    icon: bytes = field(default_factory=lambda: (FOLDER / "static/app.svg").read_bytes())

    def __post_init__(self) -> None:
        environment = Environment(
            loader=FileSystemLoader(FOLDER / "templates"),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        object.__setattr__(self, "_chat", environment.get_template("chat.html"))
        keep = environment.get_template("keep.html")
        object.__setattr__(self, "keep", keep.render(texts=self.texts, style=self.style))

    def write(self, view: View) -> str:
        """The page of a view."""
        words = self.texts[view.locale]
        html: str = self._chat.render(  # type: ignore[attr-defined]
            view=view,
            _=words.__getitem__,
            languages=OWN_NAMES.items(),
            style=self.style,
            integrity=f"sha256-{_digest(self.script)}",
            elsewhere=ELSEWHERE,
            longest=LONGEST,
            work={"bits": BITS, "rounds": ROUNDS},
            key=base64.b64encode(self.envelope).decode(),
            library=f"sha256-{_digest(self.library)}",
            longest_sealed=LONGEST_SEALED,
            voice=f"sha256-{_digest(self.voice)}",
            disguise=f"sha256-{_digest(self.disguise)}",
        )
        return html

    @property
    def policy_to_keep(self) -> str:
        """The same for the page that can be kept: its manifest and icon, no script and no form."""
        return (
            f"default-src 'none'; style-src 'sha256-{_digest(self.style.encode())}'; "
            "manifest-src 'self'; img-src 'self' data:; form-action 'none'; "
            "frame-ancestors 'none'; base-uri 'none'"
        )

    @property
    def policy(self) -> str:
        """Nothing but our own style, script and form."""
        return (
            f"default-src 'none'; style-src 'sha256-{_digest(self.style.encode())}'; "
            "script-src 'self'; connect-src 'self'; img-src data:; form-action 'self'; "
            "frame-ancestors 'none'; base-uri 'none'"
        )


def _digest(raw: bytes) -> str:
    return base64.b64encode(hashlib.sha256(raw).digest()).decode()
