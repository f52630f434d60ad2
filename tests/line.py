"""A whole hotline in one process on real stores, with the provider's side to drive it."""

from collections.abc import Callable
from dataclasses import fields, replace
from datetime import datetime, timedelta
from itertools import count
from zoneinfo import ZoneInfo

from lxml import etree

from hotline import wiring, wiring_book, wiring_steward, wiring_stores
from hotline.channels.doors import Doors
from hotline.channels.signature import sign
from hotline.conversation.flow import Flows
from hotline.intake import handover
from hotline.intake.messages import Figures
from hotline.records.tip import Tip
from hotline.settings import Settings
from hotline.web import create_app
from hotline.wording.files import load_flows

NOW = datetime(2026, 11, 23, 19, 24, tzinfo=ZoneInfo("Asia/Tokyo"))
CALLER = "+840000000001"


class TestLine:
    """Texts and calls as the provider sends them; tips as the case book has them."""

    __test__ = False

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.now = NOW
        self.logged: list[tuple[str, dict[str, object]]] = []
        self._numbers = count(1)
        self.serve(wiring.at(wiring.doors(settings, self._log), lambda: self.now))
        self.desk = wiring_book.handover_desk(settings)
        self.book = wiring_book.database(settings)
        self._receipts_in = wiring_book.receipts_in(settings)
        self._answers_out = wiring_steward.answers_out(settings)

    def _log(self, event: str, **more: object) -> None:
        self.logged.append((event, more))

    def serve(self, doors: Doors) -> None:
        """Go on with other doors."""
        self.doors = doors
        self.client = create_app(doors, lambda: True).test_client()

    def settings_env(self) -> dict[str, str]:
        """The settings as an environment."""
        return {
            spec.metadata["name"]: str(getattr(self.settings, spec.name))
            for spec in fields(Settings)
            if spec.metadata and getattr(self.settings, spec.name)
        }

    def sid(self, kind: str = "SM") -> str:
        """A new SID."""
        return f"{kind}{next(self._numbers):032x}"

    def post(self, path: str, form: dict[str, str], **headers: str) -> tuple[int, bytes]:
        """A signed request to `path`: status and body."""
        form = {"AccountSid": self.settings.twilio_account_sid, **form}
        given = sign(self.settings.public_url, self.settings.twilio_auth_token, path, form)
        answer = self.client.post(path, data=form, headers={"X-Twilio-Signature": given, **headers})
        assert "Set-Cookie" not in answer.headers
        return answer.status_code, answer.data

    def text(self, body: str, sender: str = CALLER, **more: str) -> str:
        """One text from a caller; what is answered, empty for no message."""
        form = {"MessageSid": self.sid(), "From": sender, "To": "+815000000200", "Body": body}
        status, xml = self.post("/twilio/message", {**form, **more})
        assert status == 200
        return spoken(xml)

    def call(self, sid: str, step: str = "", **more: str) -> bytes:
        """One request of a call; the TwiML answered."""
        form = {"CallSid": sid, "From": CALLER, "To": "+815000000100", "CallStatus": "in-progress"}
        status, xml = self.post(f"/twilio/voice{step}", {**form, **more})
        assert status == 200
        return xml

    def hang_up(self, sid: str) -> None:
        """The provider tells that a call is over."""
        form = {"CallSid": sid, "CallStatus": "completed", "CallDuration": "9"}
        assert self.post("/twilio/call-status", form) == (204, b"")

    def tips(self) -> list[Tip]:
        """Hand over all that is due, and read every tip there is."""
        handover.drain(self.desk, lambda: int(self.now.timestamp()))
        self._receipts_in()
        self._answers_out()
        return list(self.desk.casebook.every())  # type: ignore[attr-defined]

    def idle(self, minutes: int) -> int:
        """Let time pass and the steward look once; how many reports were handed over."""
        self.now += timedelta(minutes=minutes)
        return self.desk.outbox.idle(int(self.now.timestamp()) // 60 * 60 - 1_800)

    def figures(self) -> Figures:
        """Live figures."""
        return self.desk.outbox.figures(int(self.now.timestamp()))

    def keys(self, find: Callable[[bytes], bool] = lambda _: True) -> list[bytes]:
        """Key names in the durable Redis."""
        link, _ = wiring_stores.links(self.settings)
        return sorted(key for key in link.call("KEYS", "*") if find(key))

    def dump(self, name: bytes) -> bytes:
        """What lies under a key, as the server itself serialises it."""
        link, _ = wiring_stores.links(self.settings)
        return bytes(link.call("DUMP", name))

    def break_stores(self) -> None:
        """From now on the durable Redis cannot be reached."""
        env = {**self.settings_env(), "HOTLINE_DURABLE_REDIS_URL": "unix:///nowhere.sock"}
        broken = wiring.doors(Settings.from_env(env), self._log, strict=False)
        self.serve(wiring.at(broken, lambda: self.now))

    def age_flows(self) -> None:
        """From now on every flow has the next version, as after a release that changed them."""
        self.serve(wiring.with_flows(self.doors, raised(load_flows())))


def raised(flows: Flows) -> Flows:
    """The same flows, one version on."""
    by_id = {name: replace(flow, version=flow.version + 1) for name, flow in flows.by_id.items()}
    return replace(flows, by_id=by_id)


def spoken(xml: bytes) -> str:
    """All words of a TwiML answer."""
    root = etree.fromstring(xml)
    assert root.tag == "Response"
    return "\n".join(str(text) for text in root.itertext())


def action(xml: bytes) -> str:
    """The step that the answer's Gather or Record leads to, as `/N`; empty when it hangs up."""
    for verb in etree.fromstring(xml):
        if verb.tag in ("Gather", "Record"):
            return verb.get("action", "").removeprefix("/twilio/voice")
    return ""
