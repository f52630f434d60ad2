"""Diagrams and bills."""

from hotline.conversation.flow import Flows
from hotline.review.chart import chart
from hotline.review.cost import Prices, costs, paths, summary, text_bill, texts_of, voice_bill
from hotline.review.texts import worst_wording
from tests.review.subjects import BROKEN, alone, ours

WELL = (BROKEN / "are_translated.toml").read_text("utf-8").partition("\n[en]")[0]
FREE = Prices(0, 0, 0)


def drawn(text: str) -> list[str]:
    subject = alone(text)
    return chart(subject.flows, subject.flows.by_id["broken"], subject.catalogue).splitlines()


def test_a_flow_is_drawn_with_its_first_words() -> None:
    assert drawn(WELL) == [
        "flowchart TD",
        '  broken_ask["ask<br/>Bạn kể nhé."]',
        "  broken_ask --> broken_sent",
        '  broken_sent(["sent<br/>Cảm ơn bạn."])',
    ]


def test_an_arrow_into_nothing_is_drawn_as_such() -> None:
    lost = (BROKEN / "lead_somewhere.toml").read_text("utf-8")
    assert '  broken_ask --> nowhere_broken_ask["snet?"]' in drawn(lost)


def test_our_own_flows_can_be_drawn_in_every_language() -> None:
    subject = ours()
    for flow in subject.flows.by_id.values():
        text = chart(subject.flows, flow, subject.catalogue, "en")
        assert text.startswith("flowchart TD\n")
        assert all(f"{flow.id}_{name}" in text for name in flow.nodes)
    start = chart(subject.flows, subject.flows.by_id["start"], subject.catalogue)
    assert '  start_menu -->|"1 Báo tin về một người"| report_door[["report.door"]]' in start


def test_what_goes_out_together_ends_with_a_question() -> None:
    flows: Flows = alone(WELL).flows
    assert [list(texts_of(flows, path)) for path in paths(flows, "text")] == [
        [("broken.ask",), ("broken.sent",)]
    ]


def test_whoever_texts_first_does_not_pay_for_the_first_question() -> None:
    subject = alone(WELL)
    path = next(paths(subject.flows, "text"))
    prices = Prices(sms_in=1, sms_out=10)
    bill = text_bill(subject.flows, worst_wording(subject), path, prices, "vi", False)
    assert (bill.messages, bill.segments, bill.dollars) == (1, 1, 11)


def test_a_call_pays_for_begun_minutes() -> None:
    subject = alone(WELL)
    path = next(paths(subject.flows, "voice"))
    bill = voice_bill(subject.flows, worst_wording(subject), path, Prices(voice_minute=1), "vi")
    assert 8 < bill.seconds < 60
    assert bill.dollars == 1


def test_texts_without_accents_are_never_dearer() -> None:
    subject = ours()
    found = costs(subject.flows, worst_wording(subject), Prices(), "vi")
    assert found["sms, no accents"].worst.segments < found["sms"].worst.segments
    assert found["voice"].worst.seconds > found["voice"].median_seconds > 30


def test_a_tip_stays_affordable() -> None:
    subject = ours()
    found = costs(subject.flows, worst_wording(subject), FREE, "vi")
    assert found["sms"].worst.segments <= 30
    assert found["sms, no accents"].worst.segments <= 16
    assert found["voice"].worst.seconds <= 300


def test_the_worst_of_one_is_itself() -> None:
    subject = alone(WELL)
    path = next(paths(subject.flows, "text"))
    bill = text_bill(subject.flows, worst_wording(subject), path, FREE, "vi", False)
    assert summary([bill]).worst == bill
