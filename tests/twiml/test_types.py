"""Every answer our flows can give, in every language, passes the provider's own types."""

from pathlib import Path

import pytest
from lxml import etree

from hotline import process
from hotline.channels import twiml
from hotline.conversation import turn as machine
from hotline.conversation.flow import Expects, Flows, Key, Nothing, Person
from hotline.conversation.hearing import Line
from hotline.conversation.session import Doubt, Locale, Session
from hotline.places import by_code, prefecture_name, stations
from hotline.wording.catalogue import load_catalogue
from hotline.wording.compose import Wording
from hotline.wording.files import load_flows
from hotline.wording.speech import Utterance
from tests.twiml.types import missing, problems

LOCALES: tuple[Locale, ...] = ("vi", "en", "ja")
VERBS = {
    "Response",
    "Say",
    "Play",
    "Pause",
    "Gather",
    "Record",
    "Redirect",
    "Hangup",
    "Message",
    "Dial",
    "Number",
}
STATION = {"name": "上野", "romaji": "Ueno", "kana": "うえの", "prefecture": "13"}
WHEN = {"start": "2026-11-22T00:00", "end": "2026-11-23T00:00", "precision": "day"}


@pytest.fixture(scope="module")
def documents() -> dict[str, bytes]:
    """Every question, every text of the machine, every doubt: written and spoken, by name."""
    flows = load_flows()
    wording = Wording(load_catalogue(flows), by_code, prefecture_name)
    made: dict[str, bytes] = {}
    for locale in LOCALES:
        for name, says, expects in answers(flows):
            spoken = wording.spoken(says, locale)
            ears = twiml.Ears(locale, wording.hints(says, locale))
            slow = twiml.Step(7, True, ears)
            made[f"voice {locale} {name}"] = twiml.voice(spoken, expects, twiml.Step(7)).encode()
            if locale == "vi" and not name.startswith("common."):
                made[f"voice slow {locale} {name}"] = twiml.voice(spoken, expects, slow).encode()
            for plain in (False, True):
                text = wording.written(says, locale, plain)
                made[f"text {locale} {name} {plain}"] = twiml.message(text).encode()
        dialled = twiml.Step(7, person=twiml.Dialled("+815000000300", "+815000000100"))
        made[f"voice {locale} dial"] = twiml.voice((), Person(), dialled).encode()
        played = twiml.Step(7, clips={("vi", "Bạn kể nhé."): "https://line.example/audio/vi/x.wav"})
        said = (Utterance("vi", "Bạn kể nhé."),)
        made[f"voice {locale} played"] = twiml.voice(said, Key("12"), played).encode()
        whisper = wording.spoken((Line("common.whisper", {}),), locale)
        made[f"voice {locale} whisper"] = twiml.whisper(whisper).encode()
    return made


def answers(flows: Flows) -> list[tuple[str, tuple[Line, ...], Expects]]:
    found: list[tuple[str, tuple[Line, ...], Expects]] = []
    heard = Line("common.heard", {"place": dict(STATION), "when": dict(WHEN), "count": 3})
    for flow in flows.by_id.values():
        for name in flow.nodes:
            if f"{flow.id}.{name}" not in flow.texts:
                continue
            turn = machine.repeat(flows, Session("voice", flow.id, flow.version, name))
            found.append((f"{flow.id}.{name}", (heard, *turn.says), turn.expects))
    found.append(("person", (Line("common.person", {"hours": [[0, 4, 600, 1_140]]}),), Person()))
    doubtful = Session("voice", "report", 1, "where", doubt=Doubt("place", codes()))
    turn = machine.repeat(flows, doubtful)
    found.append(("doubt", turn.says, turn.expects))
    for name in flows.common:
        found.append((name, (Line(name, {}),), Nothing()))
    return found


def codes() -> tuple[str, ...]:
    return tuple(station.code for station in stations()[:3])


def test_every_answer_passes_the_providers_own_types(
    documents: dict[str, bytes], tmp_path: Path
) -> None:
    if missing():
        pytest.skip(missing())
    assert len(documents) > 300
    assert problems(one_of_each_shape(documents), tmp_path) == []


def one_of_each_shape(documents: dict[str, bytes]) -> dict[str, bytes]:
    """Types judge verbs, nesting and attributes, never words: one document for each such shape."""
    found: dict[str, tuple[str, bytes]] = {}
    for name, document in documents.items():
        shape = "".join(
            f"<{verb.tag} {sorted((k, v) for k, v in verb.attrib.items() if k != 'hints')}>"
            f"{len(verb)}"
            for verb in etree.fromstring(document).iter()
        )
        found.setdefault(name.partition(" ")[0] + shape, (name, document))
    return dict(found.values())


WRONG = {
    "attribute": '<Gather actionOnEmptyResults="true"/>',
    "language": '<Say language="vi-VNN">a</Say>',
    "voice": '<Say voice="Polly.Linh">a</Say>',
    "time-out": '<Gather timeout="auto"/>',
    "nesting": "<Gather><Record/></Gather>",
    "channel": "<Message>a</Message><Say>b</Say>",
    "text that speaks": '<Say language="vi-VN">a</Say>',
    "verb": "<Sing>a</Sing>",
}


def test_the_types_catch_what_is_wrong(tmp_path: Path) -> None:
    if missing():
        pytest.skip(missing())
    made = {name: f"<Response>{verbs}</Response>".encode() for name, verbs in WRONG.items()}
    found = problems(made, tmp_path)
    assert {line.partition(":")[0] for line in found} == set(WRONG)


def test_every_answer_is_plain_small_and_never_a_dead_end(documents: dict[str, bytes]) -> None:
    for name, document in documents.items():
        root = etree.fromstring(document)
        assert len(document) < 64_000, name
        assert {str(verb.tag) for verb in root.iter()} <= VERBS, name
        for verb in root:
            if verb.tag in ("Gather", "Record", "Dial") and "whisper" not in name:
                following = verb.getnext()
                assert following is not None, name
                assert following.tag == "Redirect", name
                assert str(verb.get("action")).isascii(), name
                assert "%" not in str(verb.get("action")), name
        for say in root.iter("Say"):
            assert 0 < len(say.text or "") <= 4_096, name


def test_the_clock_of_the_doors_is_japans() -> None:
    assert str(process.japan_now().tzinfo) == "Asia/Tokyo"
