"""What speaks for and against two tips being about one matter."""

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hotline.intake.profiles import profile_of
from hotline.records.blocking import marks, probes
from hotline.records.listing import KINDS
from hotline.records.matching import Match, match
from hotline.records.names import read_name
from hotline.records.profile import DAY, Point, Profile, Span, from_json, to_json
from hotline.records.reasons import CODES, split
from hotline.records.tip import People, Place, Sought, Tip, TipStation, TipWhen
from tests.tips import SHIN_OKUBO, a_tip

SHINJUKU = TipStation("新宿", "Shinjuku", "13", "新宿区", 35.6896, 139.7005)
KAWASAKI = TipStation("川崎", "Kawasaki", "14", "川崎市川崎区", 35.5313, 139.6969)
LAST_NIGHT = TipWhen("tối qua", "2026-11-22T18:00", "2026-11-23T00:00", "part_of_day")


def seen(**changes: Any) -> Tip:
    """Three men taken at Shin-Ōkubo last night, by a stranger."""
    fields: dict[str, Any] = {
        "when": LAST_NIGHT, "people": People(3), "narrative": "", "attachments": (), "redacted": {},
    }  # fmt: skip
    return a_tip(**(fields | changes))


def sought(**changes: Any) -> Tip:
    """A mother seeks a son last heard from near Shinjuku the day before."""
    fields: dict[str, Any] = {
        "kind": "missing",
        "role": "relative",
        "place": Place("shinjuku", (SHINJUKU,), "13"),
        "when": TipWhen("", "2026-11-22T00:00", "2026-11-23T00:00", "day"),
        "people": People(1, (Sought("Nguyễn Văn Tuấn", 27, "male", "Nghệ An"),)),
        "narrative": "Con trai tôi mất liên lạc.",
        "attachments": (),
    }
    return a_tip(**(fields | changes))


def compare(one: Tip, other: Tip) -> Match:
    return match(profile_of(one), profile_of(other))


def codes(found: Match) -> set[str]:
    return {split(reason)[0] for reason in found.reasons}


def test_two_who_saw_one_raid_are_told_to_have_seen_it() -> None:
    found = compare(seen(), seen(people=People(3)))
    assert (found.link, found.band) == ("event", "strong")
    assert {"place.same_station", "time.overlap", "kind.same", "count.same"} <= codes(found)


def test_what_a_worker_saw_is_found_for_the_mother_who_seeks() -> None:
    found = compare(seen(), sought())
    assert found.band in ("likely", "possible")
    assert {"place.near", "time.after", "kind.sought_seen"} <= codes(found)


def test_without_a_name_what_is_sought_and_what_was_seen_are_never_strong() -> None:
    unnamed = sought(people=People(1), place=seen().place)
    assert compare(seen(), unnamed).band != "strong"


def test_a_name_and_a_home_make_it_strong() -> None:
    named = seen(people=People(3, (Sought("Tuan", None, None, "Nghệ An"),)))
    found = compare(named, sought())
    assert (found.link, found.band) == ("person", "strong")
    assert {"name.given_unmarked", "home.same"} <= codes(found)


def test_another_home_another_age_and_another_surname_speak_against() -> None:
    one = seen(people=People(1, (Sought("Trần Văn Tuấn", 45, "male", "Cà Mau"),)))
    found = match(profile_of(one), profile_of(sought()))
    assert found.band != "strong"


def test_the_same_station_on_another_day_is_another_raid() -> None:
    earlier = TipWhen("", "2026-11-19T18:00", "2026-11-20T00:00", "part_of_day")
    assert compare(seen(), seen(when=earlier)).band is None


def test_the_same_evening_in_another_city_is_another_raid() -> None:
    there = Place("", (KAWASAKI,), "14")
    found = compare(seen(), seen(place=there))
    assert found.band is None
    assert "but.far" in codes(found)


def test_who_was_heard_from_after_the_raid_was_not_taken_there() -> None:
    later = TipWhen("", "2026-11-26T00:00", "2026-11-27T00:00", "day")
    found = compare(seen(), sought(when=later, people=People(1)))
    assert found.band is None


def test_a_tip_without_a_day_is_still_compared_and_trusted_less() -> None:
    told, untold = seen(), seen(when=TipWhen())
    assert 0 < compare(told, untold).score < compare(told, seen()).score


def test_a_question_matches_nothing() -> None:
    assert compare(seen(kind="question"), seen()) == Match(0.0, "event", ())
    assert marks(profile_of(seen(kind="question"))) == ()


def test_who_does_not_want_to_be_found_is_compared_with_nobody_and_leaves_no_key() -> None:
    words = "Em tên Nguyễn Văn Tuấn quê Nghệ An, em vẫn an toàn, đừng tìm em, em ở gần ga Shinjuku"
    tuan = People(1, (Sought("Nguyễn Văn Tuấn", 27, "male", "Nghệ An"),))
    hiding = seen(kind="other", role="self", narrative=words, people=tuan, place=sought().place)
    assert profile_of(hiding).hides
    assert compare(hiding, sought()) == compare(sought(), hiding) == Match(0.0, "event", ())
    assert marks(profile_of(hiding)) == probes(profile_of(hiding)) == ()


def test_a_mother_who_was_told_not_to_look_still_looks() -> None:
    mother = sought(narrative="Con trai tôi nhắn là đừng tìm em, rồi mất liên lạc ở Shinjuku")
    assert not profile_of(mother).hides
    assert marks(profile_of(mother))


def test_ages_and_towns_are_read_from_the_words() -> None:
    words = "Con trai tôi sn 98, làm ở công ty ở Kawaguchi, mất liên lạc"
    profile = profile_of(sought(people=People(1), narrative=words, place=Place()))
    assert profile.born == ((1998, 1998),)
    assert profile.towns == ("川口市/11",)
    assert [p.town for p in profile.points] == [True]
    assert profile.gender == "male"


@pytest.mark.parametrize(
    ("words", "years"),
    [
        ("khoảng 25 tuổi", (1998, 2003)),
        ("25 tuoi", (2000, 2001)),
        ("sinh nam 2001", (2001, 2001)),
        ("20-25 tuổi", (2000, 2006)),
        ("3 tuổi", None),
        ("sn 2099", None),
    ],
)
def test_a_guessed_age_is_a_wider_span(words: str, years: tuple[int, int] | None) -> None:
    profile = profile_of(seen(narrative=words))
    assert profile.born == ((years,) if years else ())


@pytest.mark.parametrize("when", ["", "yesterday", "2026-13-40T99:99"])
def test_a_day_that_cannot_be_read_is_no_day(when: str) -> None:
    profile = profile_of(seen(when=TipWhen("", when or None, when or None)))
    assert not profile.when.told


PROFILES = st.builds(
    Profile,
    kind=st.sampled_from(KINDS),
    role=st.sampled_from(["witness", "relative", "self", "unknown"]),
    when=st.builds(
        lambda start, long, told: Span(start, start + long, told),
        st.integers(739_000 * DAY, 740_000 * DAY),
        st.integers(1, 40 * DAY),
        st.booleans(),
    ),
    points=st.lists(
        st.builds(Point, st.floats(24, 46), st.floats(122, 146), st.floats(0.1, 1.0)), max_size=3
    ).map(tuple),
    prefecture=st.sampled_from(["", "13", "27"]),
    names=st.lists(st.sampled_from(["Tuấn", "Lê Văn Hùng", "tuan"]), max_size=2).map(
        lambda texts: tuple(n for n in map(read_name, texts) if n)
    ),
    homes=st.sampled_from([(), ("Nghệ An",)]),
    born=st.sampled_from([(), ((1998, 1999),)]),
    count=st.none() | st.integers(0, 9999),
)


@given(PROFILES, PROFILES)
def test_any_two_can_be_compared_either_way_round(one: Profile, other: Profile) -> None:
    found = match(one, other)
    assert found.score == match(other, one).score
    assert 0 <= found.score <= 1
    assert codes(found) <= set(CODES)


@given(PROFILES)
def test_a_profile_keeps_its_form_and_is_found_where_it_was_laid(profile: Profile) -> None:
    assert from_json(to_json(profile)) == profile
    if profile.kind == "missing" and not profile.names:
        return  # seekers are looked for among those who saw
    laid, looked = marks(profile), probes(profile)
    assert not laid or set(laid) & set(looked)
    assert len(looked) <= 300


def test_near_places_and_days_share_a_key_across_every_edge() -> None:
    here = profile_of(seen())
    point = here.points[0]
    for north, east, days in [(0.01, 0.0, 0), (-0.01, 0.01, 1), (0.0, -0.015, -1), (0.012, 0, 1)]:
        moved = replace(point, lat=point.lat + north, lon=point.lon + east, label="")
        when = Span(here.when.start + days * DAY, here.when.end + days * DAY)
        there = replace(here, points=(moved,), when=when, names=(), homes=())
        shared = set(marks(here)) & set(probes(there))
        assert any(key.grain == "fine" for key in shared)


def test_the_seeker_finds_who_saw_and_who_saw_finds_the_seeker() -> None:
    mother, worker = profile_of(sought()), profile_of(seen())
    assert set(marks(mother)) & set(probes(worker))
    assert set(marks(worker)) & set(probes(mother))


def test_the_station_of_the_example_is_one_kilometre_from_shinjuku() -> None:
    found = compare(seen(), sought())
    assert ("place.near", "1.3") in [split(reason) for reason in found.reasons]
    assert SHIN_OKUBO.lat is not None
