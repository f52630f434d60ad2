"""The company between a telephone and the line: posts signed forms, reads what comes back, keeps
what a provider keeps of it until it is told to delete it.

Rule 1: only addresses of the line itself are asked, `<public_url>/twilio/…`, nobody else's.
Rule 2: a request that fails gets one second chance at the fallback URL.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urljoin

from hotline.simulator.account import Keeps, Nothing
from hotline.simulator.people import sid, whereabouts
from hotline.simulator.signing import signature
from hotline.simulator.transport import Send, Unreachable
from hotline.simulator.twiml import BadTwiml, Verb, read

Act = dict[str, Any]  # one thing that happened, as JSON: {"say": …}, {"message": …}, {"error": …}
Count = Callable[[str], tuple[str, int]]

MESSAGE, VOICE, STATUS, RECORDING = (
    f"/twilio/{name}" for name in ("message", "voice", "call-status", "recording")
)
FALLBACKS = {MESSAGE: "/twilio/fallback/message", VOICE: "/twilio/fallback/voice"}
MARKUP = ("text/xml", "application/xml", "text/html")
LONGEST_MESSAGE = 1_600
NOTHING = b"<Response/>"


@dataclass(frozen=True, slots=True)
class Provider:
    """The provider's account; `count` tells the alphabet and the segments of a message, `keep` is
    where messages, calls and recordings lie."""

    public_url: str
    auth_token: str
    account_sid: str
    send: Send
    count: Count = lambda text: ("?", 0)
    keep: Keeps = field(default_factory=Nothing)

    def post(self, path: str, form: Mapping[str, str]) -> tuple[int, str, bytes]:
        """A signed request: status, type and body of its answer. Raises Unreachable."""
        form = {"AccountSid": self.account_sid, "ApiVersion": "2010-04-01", **form}
        given = signature(self.auth_token, self.public_url + path, form)
        status, headers, body = self.send(path, form, {"X-Twilio-Signature": given})
        return status, headers.get("content-type", "").partition(";")[0].strip(), body

    def target(self, url: str, page: str) -> str:
        """The path on our side of a URL in the document at `page`; empty for anybody else's.

        A fragment holds the provider's own settings (#rc=2) and is never sent.
        """
        whole = urljoin(self.public_url + page, url.strip()).partition("#")[0]
        base = self.public_url.rstrip("/")
        return whole.removeprefix(base) if whole.startswith(f"{base}/twilio/") else ""

    def document(self, path: str, form: Mapping[str, str], fallback: str) -> bytes | Act:
        """The TwiML at `path`, else at its fallback, else the error Twilio would note."""
        problem = self._problem(path, form)
        if isinstance(problem, bytes):
            return problem
        again = {**form, "ErrorCode": str(problem), "ErrorUrl": self.public_url + path}
        second = self._problem(fallback, again)
        return second if isinstance(second, bytes) else {"error": second}

    def tell(self, path: str, form: Mapping[str, str]) -> list[Act]:
        """A callback: best effort, as the provider's own; what Twilio would complain of is told."""
        try:
            status, _, body = self.post(path, form)
            if status // 100 != 2:
                return [{"warning": 11200, "path": path}]
            read(body or NOTHING)
        except Unreachable:
            return [{"warning": 11205, "path": path}]
        except BadTwiml:
            return [{"warning": 12200, "path": path}]
        return []

    def text(
        self, sender: str, number: str, body: str, pictures: int = 0, name: str = ""
    ) -> list[Act]:
        """A text comes in; what goes back. `name` repeats an earlier message."""
        form = self._text_form(sender, number, body, name or sid("SM"))
        form |= self._pictures(form["MessageSid"], pictures)
        if not name:
            self._keep(form["MessageSid"], "inbound", sender, number, body)
        found = self.document(MESSAGE, form, FALLBACKS[MESSAGE])
        if not isinstance(found, bytes):
            return [found]
        sent = [self._sent(verb) for verb in read(found)]
        for answer in (act["message"] for act in sent if "message" in act):
            self._keep(sid("SM"), "outbound-reply", number, sender, answer)
        return sent

    def _keep(self, name: str, direction: str, sender: str, to: str, body: str) -> None:
        status = "received" if direction == "inbound" else "delivered"
        told = {"from": sender, "to": to, "body": body, "direction": direction, "status": status}
        self.keep.add("Messages", name, **told)

    def resource(self, name: str) -> str:
        """What the provider calls something of this account. Nobody is asked at that address."""
        return f"https://api.twilio.com/2010-04-01/Accounts/{self.account_sid}/{name}"

    def _problem(self, path: str, form: Mapping[str, str]) -> bytes | int:
        if not path:
            return 11200
        try:
            status, kind, body = self.post(path, form)
            if status // 100 != 2:
                return 11200
            if not body and "MessageSid" in form:
                return NOTHING
            if kind not in MARKUP:
                return 12300
            read(body)
        except Unreachable:
            return 11205
        except BadTwiml as error:
            return error.code
        return body

    def _text_form(self, sender: str, number: str, body: str, name: str) -> dict[str, str]:
        form = {
            "MessageSid": name,
            "SmsSid": name,
            "SmsMessageSid": name,
            "From": sender,
            "To": number,
            "Body": body,
            "NumSegments": str(max(1, self.count(body)[1])),
            **whereabouts("From", sender),
            **whereabouts("To", number),
        }
        if sender.startswith("whatsapp:"):
            form |= {"ProfileName": "Nguyễn Văn Thử", "WaId": sender.rpartition("+")[2]}
        return form

    def _pictures(self, name: str, pictures: int) -> dict[str, str]:
        form = {"NumMedia": str(pictures)}
        for n in range(pictures):
            form[f"MediaUrl{n}"] = self.resource(f"Messages/{name}/Media/{sid('ME')}")
            form[f"MediaContentType{n}"] = "image/jpeg"
        return form

    def _sent(self, verb: Verb) -> Act:
        if verb.name != "Message":
            return {"warning": 12200, "verb": verb.name}
        text = verb.text + "".join(inner.text for inner in verb.inside if inner.name == "Body")
        if len(text) > LONGEST_MESSAGE:
            return {"warning": 21617, "verb": verb.name}
        alphabet, segments = self.count(text)
        return {"message": text, "alphabet": alphabet, "segments": segments}
