"""Whatever happens in a call, it ends well, and what was kept arrives. Played by the interpreter of
the simulator, which acts on TwiML as the provider does."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as example_settings
from hypothesis import strategies as st

from hotline import wiring_stores
from hotline.settings import Settings
from hotline.simulator import phone
from hotline.simulator.people import WITHHELD
from hotline.simulator.phone import Call
from hotline.simulator.provider import Provider
from hotline.simulator.transport import Reply, Wsgi
from hotline.simulator.twiml import read
from tests.channels.test_person import OPEN
from tests.conftest import ACCOUNT, TOKEN, URL
from tests.line import TestLine

OWN = "+815000000100"
SHOWN = "+819000000101"
VERBS = {"Say", "Pause", "Gather", "Record", "Dial", "Number", "Redirect", "Hangup"}
FOREIGN = (
    "昨日、上野駅で三人がつかまりました",
    "My friend was arrested at Ueno station",
    "😀👍🏽",
    "ờ",
)
Move = Callable[[Provider, Call], Call]
Callbacks = str  # "once", "twice", "never", "early": what becomes of the provider's callbacks


@dataclass
class Company:
    """The provider's network: callbacks may be lost, doubled or overtake everything else."""

    line: TestLine
    callbacks: Callbacks = "once"
    documents: list[bytes] = field(default_factory=list)
    recordings: set[str] = field(default_factory=set)

    def __call__(self, path: str, form: Mapping[str, str], headers: Mapping[str, str]) -> Reply:
        send = Wsgi(self.line.client.application)
        if path in ("/twilio/call-status", "/twilio/recording"):
            if self.callbacks == "never":
                return 204, {}, b""
            return [send(path, form, headers) for _ in range(1 + (self.callbacks == "twice"))][-1]
        if self.callbacks == "early" and path.startswith("/twilio/voice/"):
            self._over(form)
        if "RecordingSid" in form:
            self.recordings.add(form["RecordingSid"])
        status, kind, body = send(path, form, headers)
        self.documents.append(body)
        return status, kind, body

    def _over(self, form: Mapping[str, str]) -> None:
        told = {"CallSid": form["CallSid"], "CallStatus": "completed", "From": form["From"]}
        self.line.post("/twilio/call-status", told)


def key(keys: str) -> Move:
    return lambda by, call: phone.press(by, call, keys)


def words(said: str) -> Move:
    return lambda by, call: phone.speak(by, call, said)


def recorded(seconds: int, closed: str = "#") -> Move:
    return lambda by, call: phone.record(by, call, seconds, closed)


def rings(answers: bool) -> Move:
    return lambda by, call: phone.ring(by, call, answers)


def hang_up(by: Provider, call: Call) -> Call:
    return phone.hang_up(by, call, 3)


SILENT: Move = phone.say_nothing
REPORT = (*map(key, ("1", "1", "8366#", "1", "2#", "3#", "1")), recorded(9), key("2"))
HELP = (*map(key, ("2", "2", "00#", "2", "2")),)
INFO = (*map(key, ("3", "1", "4", "1", "4", "3")),)
CODE = (*map(key, ("1", "2", "00#", "00#", "00#", "2", "1", "1", "00#")),)
WRONG_CODE = (*map(key, ("4", "1234123412341234#", "00#", "1")),)
SAID = (words("Tối qua bắt ba người ở ga Ueno"), words("đúng"), key("2"), key("2"))
SCRIPTS = {
    "report": REPORT,
    "help": HELP,
    "info": INFO,
    "code": CODE,
    "wrong code": WRONG_CODE,
    "said": SAID,
}
WHAT_COMES_BETWEEN: dict[str, Callable[[int], tuple[Move, ...]]] = {
    "silence": lambda at: (SILENT,),
    "wrong keys": lambda at: (key(("9", "9" * 20, "*8#", "8")[at % 4]), recorded(0)),
    "going back": lambda at: (key("7"), key("*7#")),
    "a person": lambda at: (key("0"), rings(at % 2 == 0), key("*0#"), rings(True)),
    "words": lambda at: (words(FOREIGN[at % 4]),),
    "hanging up": lambda at: (hang_up,),
}


@pytest.fixture
def staffed(settings: Settings) -> TestLine:
    env = TestLine(settings).settings_env()
    return TestLine(Settings.from_env({**env, **OPEN}))


def play(company: Company, moves: Sequence[Move], caller: str = SHOWN) -> Call:
    """A call with these moves; whatever is left of it, nobody says a word."""
    by = Provider(URL, TOKEN, ACCOUNT, company)
    call = phone.dial(by, caller, OWN)
    for move in moves:
        if not call.over:
            call = move(by, call)
    for _ in range(60):
        if call.over:
            break
        call = phone.ring(by, call, False) if _dials(call) else phone.say_nothing(by, call)
    assert call.over, "the call goes on for ever"
    assert [act for act in call.acts if "error" in act] == []
    return call


def _dials(call: Call) -> bool:
    return call.waits is not None and call.waits.name == "Dial"


def arrives(company: Company, *calls: Call) -> None:
    """Every word of thanks has its whole tip, every recording its attachment; nothing is adrift."""
    line = company.line
    line.idle(45)
    tips = line.tips()
    assert line.logged == []
    account = line.figures().account
    assert (account.adrift, account.waiting, account.telling, account.dead) == (0, 0, 0, 0)
    said = [str(act.get("say", "")) for call in calls for act in call.acts]
    taken_back = sum("quay lại câu trước" in words for words in said)
    assert 0 <= account.accepted - len(tips) <= taken_back  # taken back whole: filed as nothing
    thanked = sum("Mình đã nhận và chuyển" in words for words in said)
    assert sum(tip.complete for tip in tips) >= thanked
    assert sum(len(tip.attachments) for tip in tips) == len(company.recordings)


def well_formed(company: Company) -> None:
    """Only verbs that every platform has, and never a caller's number."""
    for document in set(company.documents):
        assert SHOWN.encode() not in document
        for verb in read(document):
            assert {verb.name, *(inner.name for inner in verb.inside)} <= VERBS


@pytest.mark.parametrize("between", WHAT_COMES_BETWEEN)
def test_whatever_comes_in_between_at_any_step_the_call_ends_well(
    staffed: TestLine, between: str
) -> None:
    calls, company = [], Company(staffed)
    for moves in SCRIPTS.values():
        for at in range(len(moves) + 1):
            inserted = WHAT_COMES_BETWEEN[between](at)
            calls.append(play(company, (*moves[:at], *inserted, *moves[at:]), WITHHELD))
    arrives(company, *calls)
    well_formed(company)


@pytest.mark.parametrize("callbacks", ["twice", "never", "early"])
@pytest.mark.parametrize("script", ["report", "said", "code"])
def test_callbacks_that_are_lost_doubled_or_early_lose_nothing(
    staffed: TestLine, script: str, callbacks: Callbacks
) -> None:
    company = Company(staffed, callbacks)
    arrives(company, play(company, SCRIPTS[script]))
    well_formed(company)


ANY_KEYS = st.sampled_from(["1", "1", "1", "2", "3", "4", "00#", "8366#", "2011#", "3#", "9", "*"])
ANY_MOVE = st.one_of(
    ANY_KEYS.map(key),
    ANY_KEYS.map(key),
    st.sampled_from(["7", "*7#", "8", "*8#", "0", "*0#", "1" * 16 + "#"]).map(key),
    st.one_of(st.sampled_from([*FOREIGN, "ga Ueno", "hôm qua", "ba người"]), st.text()).map(words),
    st.builds(recorded, st.integers(0, 150), st.sampled_from(["#", "0", ""])),
    st.booleans().map(rings),
    st.just(SILENT),
)


@example_settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    moves=st.lists(ANY_MOVE, max_size=14),
    more=st.lists(ANY_MOVE, max_size=8),
    callbacks=st.sampled_from(["once", "twice", "never", "early"]),
    ends=st.booleans(),
)
def test_any_two_calls_in_a_row_end_well_and_what_was_kept_arrives(
    staffed: TestLine, moves: list[Move], more: list[Move], callbacks: Callbacks, ends: bool
) -> None:
    for link in wiring_stores.links(staffed.settings):
        link.call("FLUSHALL")
    for row in staffed.book.casebook.list(size=1_000).rows:
        staffed.book.casebook.erase(row.id)
    company = Company(staffed, callbacks)
    first = play(company, (*moves, *([hang_up] if ends else [])))
    second = play(company, more)
    arrives(company, first, second)
    well_formed(company)


def test_two_calls_at_once_from_a_withheld_number_never_meet(staffed: TestLine) -> None:
    company = Company(staffed)
    by = Provider(URL, TOKEN, ACCOUNT, company)
    ours = [phone.dial(by, WITHHELD, OWN) for _ in range(2)]
    scripts = (
        [key(keys) for keys in ("1", "1", "8366#", "1", "1#", "2#", "2", "2")],
        [key(keys) for keys in ("1", "2", "00#", "00#", "5#", "2", "2")],
    )
    for step in range(8):
        for which in (0, 1):
            if step < len(scripts[which]):
                ours[which] = scripts[which][step](by, ours[which])
    assert all(call.over for call in ours)
    tips = staffed.tips()
    assert {(tip.kind, tip.people.count, len(tip.place.stations)) for tip in tips} == {
        ("arrest", 2, 1),
        ("missing", 5, 0),
    }
    assert [tip.follows for tip in tips] == [None, None]


def test_thanks_without_a_tip_are_caught(staffed: TestLine) -> None:
    """The property can fail: a line that thanks for nothing is caught."""
    company = Company(staffed)
    call = play(company, ())
    thankful = replace(call, acts=({"say": "Mình đã nhận và chuyển cho người giúp."},))
    with pytest.raises(AssertionError):
        arrives(company, thankful)
