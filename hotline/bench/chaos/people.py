"""Callers: what each conversation of a run says, by seed and number, and what it was told.

Nobody here exists, and no number can be rung. Every saying holds a word that nobody else says, of
letters only: digits might be taken for somebody's telephone.
"""

import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from random import Random
from time import monotonic, sleep
from types import MappingProxyType

from hotline.bench.chaos.account import Saying
from hotline.bench.chaos.provider import Reply, Send, Words

NUMBER = "+815000000200"
TELLS = (
    "hom qua bat 3 nguoi o ga shin okubo, ao {word}",
    "em trai em mat lien lac tu hom kia, lan cuoi thay o ga kamata, mac ao {word}",
    "Chồng em bị cảnh sát giữ ở ga Nishi-Kawaguchi tối qua, anh ấy mặc áo {word}",
    "cong ty khong tra luong 3 thang nay, 5 nguoi o gunma, xuong ten {word}",
)
MORE = ("nguoi ta goi anh ay la {word}", "em con nghe ho noi ve {word}")
LETTERS = "bcdghklmnprstvx"
KEYS = ("1", "2", "00", "00", "00", "1")  # what a caller presses before the recording
TURNS = 12  # requests of one call, at most
ANEW = 3  # times a caller says it again who was told that it was not kept
RESTS = 0.8  # seconds before that


@dataclass(slots=True)
class Caller:
    """One conversation: its chance, and everything it said."""

    number: int
    chance: Random
    send: Send
    words: Words
    said: list[Saying] = field(default_factory=list)
    order: int = 0

    @property
    def phone(self) -> str:
        """A number of their own, which rings nobody."""
        return f"+8400{self.number:09d}"

    def text(self, body: str, scheme: str = "") -> Reply | None:
        """One message."""
        form = {
            "MessageSid": f"SM{self.chance.getrandbits(128):032x}",
            "From": f"{scheme}{self.phone}",
            "To": f"{scheme}{NUMBER}",
            "Body": body,
            "NumMedia": "0",
        }
        return self.send("/twilio/message", form, self.chance)

    def tell(self, patterns: tuple[str, ...], scheme: str = "") -> bool:
        """Say something until it is kept, each time anew; whether it was."""
        for _ in range(ANEW):
            saying = self._saying(patterns)
            self.said.append(self.answered(saying, self.text(saying.text, scheme)))
            if self.said[-1].thanked:
                return True
            sleep(RESTS)
        return False

    def answered(self, saying: Saying, reply: Reply | None) -> Saying:
        """What came of it."""
        saying = replace(saying, at=monotonic())
        if reply is None:
            return saying
        refused = self.words.sorry(reply)
        return replace(
            saying,
            thanked=reply.status == 200 and not refused,
            cuts=reply.cuts,
            refused=refused,
            aside=self.words.aside(reply),
        )

    def _saying(self, patterns: tuple[str, ...]) -> Saying:
        word = "".join(self.chance.choice(LETTERS) for _ in range(12))
        text = self.chance.choice(patterns).format(word=word)
        self.order += 1
        return Saying(word, text, self.number, False, self.order)


def texts(caller: Caller) -> None:
    """A report in one message, sent off."""
    caller.tell(TELLS)
    caller.text("XONG")


def over_whatsapp(caller: Caller) -> None:
    """The same, on another channel."""
    caller.tell(TELLS, "whatsapp:")
    caller.text("XONG", "whatsapp:")


def tells_more(caller: Caller) -> None:
    """A report, and what was remembered after it was sent off."""
    texts(caller)
    caller.tell(TELLS)
    caller.text("XONG")


def in_pieces(caller: Caller) -> None:
    """A report in three messages, the second answering a question."""
    caller.tell(TELLS)
    caller.tell(MORE)
    caller.tell(TELLS)
    caller.text("XONG")


def leaves(caller: Caller) -> None:
    """A report that its caller never finishes: handed over all the same."""
    caller.tell(TELLS)


def takes_it_back(caller: Caller) -> None:
    """A report that its caller erases."""
    caller.tell(TELLS)
    for _ in range(ANEW):
        reply = caller.text("XOA")
        erased = reply is not None and caller.words.erased(reply)
        cuts = reply.cuts if reply and reply.cuts >= 0 else None
        caller.said = [
            replace(s, erased=erased and s.cuts == cuts, asked_away=True) for s in caller.said
        ]
        if erased:
            return
        sleep(RESTS)


def both_at_once(caller: Caller) -> None:
    """Two messages of one caller at the same moment, which two processes may take."""
    caller.tell(TELLS)
    pair = [caller._saying(MORE), caller._saying(TELLS)]
    pair = [replace(s, order=caller.order) for s in pair]
    twins = [replace(caller, chance=Random(caller.chance.random()), said=[]) for _ in pair]  # noqa: S311 - no secret
    told: list[Saying] = []

    def act(twin: Caller, saying: Saying) -> None:
        told.append(twin.answered(saying, twin.text(saying.text)))

    threads = [threading.Thread(target=act, args=each) for each in zip(twins, pair, strict=True)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    caller.said += told
    caller.text("XONG")


def calls(caller: Caller) -> None:
    """A call by keys, with a recording, which is either heard out or hung up on."""
    sid = f"CA{caller.chance.getrandbits(128):032x}"
    form = {"CallSid": sid, "From": caller.phone, "To": NUMBER, "CallStatus": "in-progress"}
    reply = caller.send("/twilio/voice", form, caller.chance)
    for _ in range(TURNS):
        if reply is None or not (step := reply.step):
            break
        if "<Record" in reply.body:
            reply = _records(caller, form, step)
            break
        keys = KEYS[step - 1] if step <= len(KEYS) else "00"
        reply = caller.send(f"/twilio/voice/{step}", {**form, "Digits": keys}, caller.chance)
    over = {"CallSid": sid, "CallStatus": "completed", "CallDuration": "60"}
    caller.send("/twilio/call-status", over, caller.chance)


def _records(caller: Caller, form: Mapping[str, str], step: int) -> Reply | None:
    reference = f"RE{caller.chance.getrandbits(128):032x}"
    recording = {**form, "RecordingSid": reference, "RecordingDuration": "9"}
    reply = caller.send(f"/twilio/voice/{step}", recording, caller.chance)
    saying = Saying(reference, f"recording {reference}", caller.number, False)
    saying = caller.answered(saying, reply)
    # A call that begins anew says so: its first question is heard again, nothing was thanked for.
    begun_anew = reply is not None and reply.step == 1
    caller.said.append(replace(saying, thanked=saying.thanked and not begun_anew))
    return reply


KINDS: Mapping[Callable[[Caller], None], int] = MappingProxyType(
    {
        texts: 30,
        tells_more: 8,
        in_pieces: 14,
        leaves: 12,
        takes_it_back: 8,
        both_at_once: 8,
        over_whatsapp: 6,
        calls: 14,
    }
)


def converse(seed: int, number: int, send: Send, words: Words) -> list[Saying]:
    """Conversation `number` of the run: what it said, and what came of it."""
    chance = Random(f"{seed}/{number}")  # noqa: S311 - no secret
    (kind,) = chance.choices(list(KINDS), list(KINDS.values()))
    caller = Caller(number, chance, send, words)
    kind(caller)
    return caller.said
