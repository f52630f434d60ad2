"""The contract of sinks, run over every one of them, against far ends with every fault."""

import base64
import hashlib
import json
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest

from hotline.intake.sinks import Dead, File, Later, Order, Parked, Sink, Trouble
from hotline.records.tip import Tip
from hotline.sinks.settings import read_sinks
from tests.sinks import fakes, farend
from tests.sinks.farend import Asked, FarEnd, Reply, listening
from tests.tips import STORY, a_tip

VOICE = b"ID3" + bytes(range(256)) * 100
NOW = 1_795_000_000
WEB = ("webhook", "request_tracker", "primero", "zammad", "openrosa")
EVERY = (*WEB, "pfif")

TABLES = {
    "webhook": 'url = "{url}/in"\nsecret_file = "secret"\npayload = "full"\nfiles = true',
    "request_tracker": 'url = "{url}"\ntoken_file = "token"\nqueue = "Hotline"',
    "primero": 'url = "{url}"\nuser = "hotline"\npassword_file = "token"\nmodule = "m"',
    "zammad": 'url = "{url}"\ntoken_file = "token"\ngroup = "Hotline"\n'
    'customer = "hotline@ngo.example"\nfields = {{ event = "kind" }}',
    "openrosa": 'url = "{url}"\nrecords_url = "{url}/asset"\ntoken_file = "token"',
    "pfif": 'folder = "out"\ndomain = "line.example"',
}
ENDS: Mapping[str, Any] = {
    "webhook": fakes.WebhookEnd,
    "request_tracker": fakes.RequestTrackerEnd,
    "primero": fakes.PrimeroEnd,
    "zammad": fakes.ZammadEnd,
    "openrosa": fakes.KoboEnd,
}


@dataclass
class FolderEnd:
    """What a people finder finds."""

    folder: Path

    @property
    def held(self) -> dict[str, str]:
        texts = {path.stem: path.read_text("utf-8") for path in self.folder.glob("*.xml")}
        return {name: text for name, text in texts.items() if "full_name" in text}

    @property
    def gone(self) -> set[str]:
        return {path.stem for path in self.folder.glob("*.xml")} - set(self.held)


@dataclass
class Case:
    """One sink, what stands behind it, and the way there."""

    kind: str
    sink: Sink
    end: Any
    way: FarEnd | None

    def fails(self, fault: farend.Fault | None) -> None:
        assert self.way is not None
        self.way.fault = fault


def configured(folder: Path, kind: str, url: str, more: str = "") -> Sink:
    """The sink that `sinks.toml` makes: no test goes around it."""
    for name, text in (("secret", fakes.KEY), ("token", "synthetic")):
        (folder / name).write_text(text)
        (folder / name).chmod(0o600)
    (folder / "out").mkdir(exist_ok=True)
    audience = "public" if kind == "pfif" else "helpers"
    inside = "" if kind == "pfif" else "inside = true"
    table = TABLES[kind].format(url=url)
    text = f'[sinks.it]\ntype = "{kind}"\naudience = "{audience}"\n{inside}\n{table}\n{more}\n'
    (folder / "sinks.toml").write_text(text)
    return read_sinks(str(folder / "sinks.toml")).sinks["it"]


def case_of(kind: str, folder: Path) -> Iterator[Case]:
    if kind == "pfif":
        yield Case(kind, configured(folder, kind, ""), FolderEnd(folder / "out"), None)
        return
    end = ENDS[kind]()
    with listening(end) as way:
        yield Case(kind, configured(folder, kind, way.url), end, way)


@pytest.fixture(params=EVERY)
def case(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Case]:
    yield from case_of(request.param, tmp_path)


@pytest.fixture(params=WEB)
def web(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Case]:
    yield from case_of(request.param, tmp_path)


def order(sink: Sink, tip: Tip) -> Order:
    return Order(tip.id, sink.compose(tip), NOW)


def recording(tip: Tip, content: bytes = VOICE) -> File:
    digest = hashlib.sha256(content).hexdigest()
    return File(tip.attachments[0].id, "recording-1.mp3", "audio/mpeg", content, digest)


def test_a_tip_arrives_whole_and_once(case: Case) -> None:
    tip = a_tip()
    done = [case.sink.deliver(order(case.sink, tip)) for _ in range(3)]
    assert [d.code for d in done] == [""] * 3
    assert len({d.reference for d in done}) == 1
    assert done[0].reference
    assert set(case.end.held) == {tip.id}
    assert "Tuấn" in case.end.held[tip.id].encode().decode("unicode_escape", "ignore") or (
        "Tuấn" in case.end.held[tip.id]
    )


def test_the_same_tip_gives_the_same_bytes(case: Case) -> None:
    tip = a_tip()
    assert case.sink.compose(tip) == case.sink.compose(replace(tip))


@pytest.mark.parametrize(
    "narrative", ["a\ud83d\x00b\x1f", "]]></data>&\"'\\", "=1+1", "x" * 50_000]
)
def test_strange_words_keep_no_tip_out(case: Case, narrative: str) -> None:
    tip = a_tip(narrative=narrative)
    case.sink.deliver(order(case.sink, tip))
    assert set(case.end.held) == {tip.id}


def test_two_tips_are_two(case: Case) -> None:
    tips = [a_tip(), a_tip()]
    for tip in tips:
        case.sink.deliver(order(case.sink, tip))
    assert set(case.end.held) == {tip.id for tip in tips}


def test_a_recording_arrives_once_under_a_neutral_name(case: Case) -> None:
    tip = a_tip()
    sent = order(case.sink, tip)
    done = case.sink.deliver(sent)
    if not case.sink.takes_files:
        with pytest.raises(Trouble):
            case.sink.attach(sent, done.reference, recording(tip))
        return
    for _ in range(2):
        case.sink.attach(sent, done.reference, recording(tip))
    assert set(case.end.files) == {"recording-1.mp3"}
    (held,) = case.end.files.values()
    digest = hashlib.sha256(VOICE).hexdigest()
    assert held in (VOICE, base64.b64encode(VOICE).decode(), digest)
    assert set(case.end.held) == {tip.id}


@pytest.mark.parametrize("kind", ["webhook", "request_tracker", "zammad", "primero"])
def test_what_was_heard_in_a_recording_arrives_with_it(kind: str, tmp_path: Path) -> None:
    for case in case_of(kind, tmp_path):
        tip = a_tip()
        sent = order(case.sink, tip)
        done = case.sink.deliver(sent)
        case.sink.attach(sent, done.reference, replace(recording(tip), words="ba người lên xe"))
        assert case.way
        assert "ba người lên xe" in json.dumps(case.way.asked[-1].json, ensure_ascii=False)


def test_what_was_heard_arrives_where_recordings_do_not_go(tmp_path: Path) -> None:
    with listening(fakes.WebhookEnd()) as way:
        sink = replace(configured(tmp_path, "webhook", way.url), files=False)  # type: ignore[type-var]
        tip = a_tip()
        sent = order(sink, tip)
        assert sink.takes_files
        sink.attach(sent, tip.id, recording(tip))
        assert way.asked == []  # nothing was heard, nothing is told
        sink.attach(sent, tip.id, replace(recording(tip), words="ba người lên xe"))
        (asked,) = way.asked
        assert asked.json["data"]["transcript"] == "ba người lên xe"
        assert "content" not in asked.json["data"]


def test_a_thin_message_has_no_words_of_a_recording(tmp_path: Path) -> None:
    with listening(fakes.WebhookEnd()) as way:
        sink = configured(tmp_path, "webhook", way.url)
        thin = replace(sink, thin=True)  # type: ignore[type-var]
        tip = a_tip()
        thin.attach(order(thin, tip), tip.id, replace(recording(tip), words="ba người lên xe"))
        assert "transcript" not in way.asked[-1].json["data"]


def test_a_recording_of_20_mb_arrives(web: Case) -> None:
    tip = a_tip()
    sent = order(web.sink, tip)
    done = web.sink.deliver(sent)
    web.sink.attach(sent, done.reference, recording(tip, bytes(20 * 1024 * 1024)))
    assert len(web.end.files) == 1


def test_what_was_delivered_can_be_withdrawn_twice(case: Case) -> None:
    tip = a_tip()
    case.sink.deliver(order(case.sink, tip))
    for _ in range(2):
        reference = case.sink.look_up(tip.id)
        if reference is not None:
            case.sink.withdraw(tip.id, reference, NOW)
    assert case.end.gone == {tip.id}


def test_what_never_arrived_is_not_found_or_safe_to_withdraw(case: Case) -> None:
    tip = a_tip()
    reference = case.sink.look_up(tip.id)
    if reference is not None:
        case.sink.withdraw(tip.id, reference, NOW)
    assert case.end.held == {}


@pytest.mark.parametrize(
    ("fault", "what"),
    [
        (farend.redirect, Parked("redirect")),
        (farend.too_many, Later("http_429", 7200)),
        (farend.broken, Later("http_500")),
        (farend.echoes, Parked("http_422")),
        (farend.forbidden, Parked("http_403")),
        (farend.hangs_up, Later("away")),
        (farend.floods, Later("answer_too_large")),
    ],
)
def test_a_fault_says_what_shall_happen_instead(
    web: Case, fault: farend.Fault, what: Later | Parked
) -> None:
    tip = a_tip()
    web.fails(fault)
    with pytest.raises(Trouble) as raised:
        web.sink.deliver(order(web.sink, tip))
    assert raised.value.what == what
    assert STORY not in repr(raised.value)
    assert raised.value.__suppress_context__ or raised.value.__context__ is None
    web.fails(None)
    web.sink.deliver(order(web.sink, tip))
    assert set(web.end.held) == {tip.id}


def test_a_page_of_html_is_no_success(web: Case) -> None:
    if web.kind == "webhook":
        pytest.skip("Standard Webhooks: any 2xx is a success, whatever its body")
    web.fails(farend.html)
    with pytest.raises(Trouble) as raised:
        web.sink.deliver(order(web.sink, a_tip()))
    assert isinstance(raised.value.what, Later)


@pytest.mark.parametrize("answer", [b"null", b"[]", b'"x"', b"{}", b'{"data": []}', b"[1]"])
def test_json_of_a_strange_shape_is_no_success(web: Case, answer: bytes) -> None:
    if web.kind == "webhook":
        pytest.skip("Standard Webhooks: any 2xx is a success, whatever its body")
    web.fails(lambda asked, answers: Reply(200, answer))
    with pytest.raises((Trouble, ValueError, KeyError, TypeError, AttributeError)):
        web.sink.deliver(order(web.sink, a_tip()))


def test_a_time_out_after_success_makes_no_second_one(web: Case) -> None:
    tip = a_tip()
    posts = 0

    def cut_after_each_post(asked: Asked, answers: farend.Answers) -> Reply | None:
        nonlocal posts
        done = answers(asked)
        if asked.method == "POST":
            posts += 1
            return None
        return done

    web.fails(cut_after_each_post)
    for _ in range(2):
        with suppress(Trouble):  # the second time a look-up finds it
            web.sink.deliver(order(web.sink, tip))
    assert posts >= 1
    web.fails(None)
    assert web.sink.deliver(order(web.sink, tip)).code == ""
    assert list(web.end.held) == [tip.id]


def test_no_answer_in_time_is_tried_later(web: Case) -> None:
    web.fails(farend.hangs)
    slow: Any = web.sink
    impatient: Sink = replace(slow, client=replace(slow.client, read_seconds=0.2))
    with pytest.raises(Trouble) as raised:
        impatient.deliver(order(web.sink, a_tip()))
    assert raised.value.what == Later("away")


def test_other_content_under_a_known_key_is_a_conflict(case: Case) -> None:
    if case.kind in ("request_tracker", "zammad"):
        pytest.skip("compared and marked unverified: there is no second one to refuse")
    tip = a_tip()
    case.sink.deliver(order(case.sink, tip))
    other = replace(tip, narrative="khác", people=a_tip().people, role="relative")
    changed = Order(tip.id, case.sink.compose(replace(other, kind="injury")), NOW)
    if case.kind == "pfif":
        changed = replace(changed, body=changed.body.replace(b"27", b"28"))
    with pytest.raises(Trouble) as raised:
        case.sink.deliver(changed)
    assert raised.value.what == Dead("conflict")


def test_nothing_about_a_caller_can_leave(case: Case) -> None:
    """Headers name nobody; everything that was sent comes from the tip or the settings."""
    tip = a_tip()
    case.sink.deliver(order(case.sink, tip))
    for asked in case.way.asked if case.way else ():
        assert asked.headers["user-agent"] == "hotline"
        assert not {"cookie", "referer", "x-forwarded-for"} & set(asked.headers)
        assert "Tuấn".encode() not in asked.path.encode()


def test_neither_secrets_nor_words_are_printed(case: Case) -> None:
    tip = a_tip()
    secrets = ("synthetic", fakes.KEY, base64.b64encode(b"hotline:synthetic").decode())
    for shown in (repr(case.sink), repr(order(case.sink, tip)), repr(recording(tip))):
        assert not any(secret in shown for secret in secrets)
        assert STORY not in shown
        assert "ID3" not in shown
    assert "c3ludGhldGlj" not in repr(case.sink)
    assert b"synthetic-sink-secret-00001".decode() not in repr(case.sink)


def test_a_good_far_end_has_no_findings(case: Case) -> None:
    assert list(case.sink.check()) == []


def test_a_far_end_that_is_away_is_a_finding(case: Case, tmp_path: Path) -> None:
    if case.way is None:
        (tmp_path / "out").rmdir()
    else:
        case.fails(farend.hangs_up)
    assert [finding.remedy for finding in case.sink.check()] != []


@pytest.mark.parametrize("kind", ["request_tracker", "primero", "zammad", "openrosa"])
def test_a_field_that_is_not_there_is_found_before_the_first_tip(kind: str, tmp_path: Path) -> None:
    for case in case_of(kind, tmp_path):
        match kind:
            case "request_tracker":
                case.end.fields = ("Tip ID", "Event")
            case "primero":
                case.end.forms = ("incident_date",)
            case "zammad":
                case.end.attributes = ("tip_id",)
            case "openrosa":
                case.end.forms = ()
        (finding,) = case.sink.check()
        assert finding.code in ("no_such_field", "no_such_form")


@pytest.mark.parametrize(
    ("kind", "field"), [("request_tracker", "fields"), ("zammad", "attributes")]
)
def test_a_created_that_drops_fields_is_marked_and_loses_no_word(
    kind: str, field: str, tmp_path: Path
) -> None:
    for case in case_of(kind, tmp_path):
        setattr(case.end, field, getattr(case.end, field)[:1])
        tip = a_tip()
        assert case.sink.deliver(order(case.sink, tip)).code == "unverified"
        assert STORY in case.end.held[tip.id]


@pytest.mark.parametrize("web", ["request_tracker"], indirect=True)
def test_of_two_tickets_made_at_once_the_second_is_closed(web: Case) -> None:
    tip = a_tip()
    sent = order(web.sink, tip)

    def another_comes_first(asked: Asked, answers: farend.Answers) -> Reply:
        if asked.method == "POST":
            web.fails(None)
            answers(asked)
        return answers(asked)

    web.fails(another_comes_first)
    done = web.sink.deliver(sent)
    assert (done.reference, done.code) == ("1", "")
    assert [t["Status"] for t in web.end.tickets] == ["new", "rejected"]
    assert web.sink.look_up(tip.id) == "1"


@pytest.mark.parametrize(
    ("kind", "status", "change"),
    [
        ("request_tracker", "closed", {"Status": "resolved"}),
        ("request_tracker", "in_progress", {"Status": "stalled"}),
        ("primero", "rejected", {"record_state": False}),
        ("primero", "closed", {"status": "closed"}),
        ("zammad", "closed", {"state": "merged"}),
        ("openrosa", "rejected", {"review": "validation_status_not_approved"}),
    ],
)
def test_what_became_of_it_is_one_of_six(
    kind: str, status: str, change: dict[str, Any], tmp_path: Path
) -> None:
    for case in case_of(kind, tmp_path):
        tip = a_tip()
        done = case.sink.deliver(order(case.sink, tip))
        match kind:
            case "request_tracker" | "zammad":
                case.end.tickets[0].update(change)
            case "primero":
                case.end.records[done.reference].update(change)
            case "openrosa":
                case.end.review[done.reference] = change["review"]
        assert case.sink.poll({tip.id: done.reference}) == {tip.id: status}
