"""The routes of the page: `/`, by GET a new conversation, by POST its next turn; and its script.

Rule 1: a request that another site made in the visitor's name begins nothing and goes on with
nothing: whoever knew the conversation's name could read the answers.
Rule 2: what could not be kept is never thanked for; its words stand in the form again, under the
same name, so that sending them again is safe.
"""

from dataclasses import replace
from datetime import datetime
from functools import cached_property

from flask import Blueprint, Response, request

from hotline.channels import caller
from hotline.channels.doors import SORRY, Doors
from hotline.channels.signature import LARGEST, read_form
from hotline.channels.site import form, view
from hotline.channels.site.form import LONGEST, LONGEST_BOX, LONGEST_VOICE, Sent
from hotline.channels.site.texts import OWN_NAMES, load_texts
from hotline.channels.site.toll import Note, Toll
from hotline.channels.site.view import Pages
from hotline.conversation.events import Envelope, Said
from hotline.conversation.flow import Key, Nothing
from hotline.conversation.hearing import Line
from hotline.intake.errors import HotlineError, Unavailable, Untrusted
from hotline.intake.messages import Answer, Inbound
from hotline.intake.openings import WINDOW
from hotline.wording.catalogue import SOURCE

OPENING = Answer((Line("start.menu", {}),), Key("1234"))
TOO_LONG = replace(SORRY, says=(Line("common.too_long", {}),))
ANOTHER_SITE = frozenset({"cross-site", "same-site"})
HTML = "text/html; charset=utf-8"
LARGEST_VOICE = LONGEST_VOICE * 11 // 10 + 2_000  # bytes of a form: a slash and a plus are three
MANIFEST = "application/manifest+json"

HEADERS = {
    "Cache-Control": "no-store",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "X-Robots-Tag": "noindex, nofollow",
    "X-DNS-Prefetch-Control": "off",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(self)",  # for a voice note
}


class Site:
    """The page's door over the same `hear` as every other door."""

    def __init__(self, doors: Doors, onion: str = "") -> None:
        self._doors = doors
        self._onion = onion
        self._toll = Toll(doors.keys, doors.gate)

    @cached_property
    def pages(self) -> Pages:
        return Pages(load_texts(), self._doors.envelope)

    def open(self) -> Response:
        """A new conversation: made of chance, kept nowhere."""
        return self._page(OPENING, form.begin())

    def go_on(self, voice: bool = False) -> Response:
        """The next turn of the conversation that the form names; `voice`: a note that was spoken,
        disguised and sealed in the browser."""
        if request.headers.get("Sec-Fetch-Site") in ANOTHER_SITE:
            return self._page(OPENING, form.begin(), status=403)
        try:
            sent = self._read(voice)
        except Untrusted as error:
            self._doors.log("refused", code=error.code)
            status = 413 if error.code == "length" else 400
            return self._page(TOO_LONG if status == 413 else OPENING, form.begin(), status)
        if len(sent.said) > LONGEST:
            return self._again(TOO_LONG, sent, 200)
        if not sent.fits(self._doors.envelope, voice):
            return self._again(SORRY, sent, 400)
        heard = self._heard(sent, voice)
        if isinstance(heard, Note):
            return self._wait(sent, heard)
        if heard is None:
            return self._again(SORRY, sent, 503)
        return self._page(*heard)

    def speak(self) -> Response:
        """The same with a voice note, which may be large."""
        return self.go_on(voice=True)

    def script(self) -> Response:
        """The page's own script."""
        return self._dressed(Response(self.pages.script, content_type="text/javascript"))

    def library(self) -> Response:
        """What that script seals with, fetched only when somebody wants to."""
        return self._dressed(Response(self.pages.library, content_type="text/javascript"))

    def voice(self) -> Response:
        """What records a voice note, fetched only when somebody wants to."""
        return self._dressed(Response(self.pages.voice, content_type="text/javascript"))

    def disguise(self) -> Response:
        """What makes another voice of it."""
        return self._dressed(Response(self.pages.disguise, content_type="text/javascript"))

    def keep(self) -> Response:
        """What it means to put the page on a home screen, and the only place from where one can."""
        response = Response(self.pages.keep, content_type=HTML)
        response.headers["Content-Security-Policy"] = self.pages.policy_to_keep
        return self._dressed(response)

    def manifest(self) -> Response:
        """What a browser installs: a name that says nothing, and no worker."""
        return self._dressed(Response(self.pages.manifest, content_type=MANIFEST))

    def icon(self) -> Response:
        """Its picture."""
        return self._dressed(Response(self.pages.icon, content_type="image/svg+xml"))

    def no_worker(self) -> Response | None:
        """To a browser that asks for a service worker's script: one that goes away. There is none
        of ours; another site that had this address before may have left one."""
        if request.headers.get("Service-Worker") != "script":
            return None
        gone = self._dressed(Response(self.pages.gone, content_type="text/javascript"))
        gone.headers["Service-Worker-Allowed"] = "/"  # wherever the old script lay
        return gone

    def _read(self, voice: bool) -> Sent:
        """The form of this request. Raises Untrusted."""
        most = LARGEST_VOICE if voice else LARGEST
        length = request.content_length
        if length is None:
            raise Untrusted("content_type")
        if length > most:
            raise Untrusted("length")
        body = request.environ["wsgi.input"].read(length)
        longest = LONGEST_VOICE if voice else LONGEST_BOX
        return form.read(read_form(body, request.content_type or "", length, most), longest)

    def _let_in(self, sent: Sent, at: datetime, voice: bool) -> tuple[Answer, Sent] | Note:
        """What the conversation answers, with its pass; or what it has to pay first."""
        doors = self._doors
        note = self._toll.asks(sent, at)
        if note is not None:
            return note
        if voice and doors.gate and not doors.gate.spoken(int(at.timestamp())):
            raise Unavailable("crowded")
        key = caller.of_page(sent.chat, sent.turn, sent.box or sent.said, doors.keys, at)
        event = Envelope(at, sent.box) if sent.box else Said(at, sent.said)
        answer = doors.hear(Inbound("web", key, event, sent.step))
        return answer, replace(sent, pass_=self._toll.let_in(sent.chat, at))

    def _heard(self, sent: Sent, voice: bool) -> tuple[Answer, Sent] | Note | None:
        """The same; None when it could not be kept."""
        doors = self._doors
        try:
            return self._let_in(sent, doors.clock(), voice)
        except Unavailable as error:
            doors.log("unavailable", code=error.code)
        except HotlineError as error:
            doors.log("failed", code=error.code)
        except Exception as error:
            doors.log("failed", code=type(error).__name__)
        return None

    def _page(self, answer: Answer, sent: Sent, status: int = 200) -> Response:
        return self._html(
            view.of_answer(self._doors.wording, answer, sent, form.new_name()), status
        )

    def _again(self, answer: Answer, sent: Sent, status: int, note: Note | None = None) -> Response:
        """The same form once more, with what stood in it."""
        page = view.of_answer(self._doors.wording, answer, sent, sent.turn)
        same = replace(page, step=sent.step, echo="", draft=sent.words, again=sent.pick, note=note)
        return self._html(same, status)

    def _wait(self, sent: Sent, note: Note) -> Response:
        """The same form once more, with what it has to pay."""
        words = (word for word in OWN_NAMES if OWN_NAMES[word][1] == sent.pick)
        answer = Answer((), Nothing(), next(words, SOURCE))
        response = self._again(answer, sent, 503, note)
        response.headers["Retry-After"] = str(note.seconds or WINDOW)
        return response

    def _html(self, page: view.View, status: int) -> Response:
        response = Response(self.pages.write(page), status=status, content_type=HTML)
        response.headers["Content-Security-Policy"] = self.pages.policy
        if self._onion:
            response.headers["Onion-Location"] = self._onion
        return self._dressed(response)

    def _dressed(self, response: Response) -> Response:
        response.headers.update(HEADERS)
        return response


def site(doors: Doors, onion: str = "") -> Blueprint:
    """The blueprint of `/`. `onion` is where the same page is served over Tor, if anywhere."""
    pages = Blueprint("site", __name__)
    page = Site(doors, onion)
    page.pages  # noqa: B018 - refuse to start on a missing translation, not at the first visit
    pages.get("/")(page.open)
    pages.post("/")(page.go_on)
    pages.post("/voice")(page.speak)
    pages.get("/chat.js")(page.script)
    pages.get("/nacl.js")(page.library)
    pages.get("/voice.js")(page.voice)
    pages.get("/disguise.js")(page.disguise)
    pages.get("/app")(page.keep)
    pages.get("/app.webmanifest")(page.manifest)
    pages.get("/app.svg")(page.icon)
    pages.before_app_request(page.no_worker)
    return pages
