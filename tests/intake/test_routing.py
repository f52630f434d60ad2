"""Which case system a tip goes to: a decision about somebody's safety, as properties."""

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hotline.intake.routing import first_state, may_avoid_authorities
from hotline.records.delivery import AUDIENCES, Route
from hotline.records.listing import KINDS
from hotline.records.tip import Attachment, People, Place, Sought, Tip
from tests.tips import a_tip

ROLES = ("witness", "relative", "self", "unknown")
WORDS = (
    "nó bỏ trốn khỏi công ty", "bo tron", "hết hạn visa", "BẤT HỢP PHÁP", "không giấy tờ",
    "bộ đội", "オーバーステイ", "overstay", "失踪した", "đừng báo đại sứ quán",
)  # fmt: skip

tips = st.builds(
    a_tip,
    kind=st.sampled_from(KINDS),
    role=st.sampled_from(ROLES),
    complete=st.booleans(),
    narrative=st.text(max_size=40),
    attachments=st.just(()),
)
routes = st.builds(
    Route,
    st.just("sink"),
    st.sampled_from((*AUDIENCES, "", "Helpers", "police", "press")),
    st.sampled_from(("auto", "manual", "", "AUTO")),
    st.lists(st.sampled_from(KINDS), max_size=3).map(tuple),
    st.booleans(),
)


@given(tips, routes)
@settings(max_examples=200, deadline=None)
def test_only_helpers_get_by_themselves_what_may_harm(tip: Tip, route: Route) -> None:
    if first_state(tip, route) == "due":
        assert route.release == "auto"
        assert route.audience in ("helpers", "consulate", "authority")
        assert route.audience == "helpers" or not may_avoid_authorities(tip)


@given(tips, st.sampled_from(("consulate", "authority", "public", "unheard-of")))
@settings(max_examples=200, deadline=None)
def test_nobody_reads_of_those_who_avoid_them_without_a_person(tip: Tip, audience: str) -> None:
    avoiding = tip.role == "self" or tip.kind in ("return", "abuse", "wages", "missing", "question")
    if avoiding or audience in ("public", "unheard-of"):
        assert first_state(tip, Route("sink", audience, "auto")) == "held"


@pytest.mark.parametrize("word", WORDS)
def test_a_word_of_staying_or_fear_holds_it_wherever_it_stands(word: str) -> None:
    plain = a_tip(kind="arrest", role="witness", narrative="ba người bị bắt", attachments=())
    route = Route("consulate", "consulate", "auto")
    assert first_state(plain, route) == "due"
    heard = Attachment("a", "audio/mpeg", transcript=word)
    for tip in (
        replace(plain, narrative=f"ba người, {word}."),
        replace(plain, place=Place(word)),
        replace(plain, people=People(1, (Sought("Tuấn", description=word),))),
        replace(plain, attachments=(heard,)),
    ):
        assert first_state(tip, route) == "held"


def test_what_a_sink_does_not_want_makes_no_delivery() -> None:
    tip = a_tip(kind="wages", complete=False)
    assert first_state(tip, Route("ngo", "helpers", "auto", ("arrest",))) is None
    assert first_state(tip, Route("ngo", "helpers", "auto", (), False)) is None
    assert first_state(tip, Route("ngo", "helpers", "auto")) == "due"
