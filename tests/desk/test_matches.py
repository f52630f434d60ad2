"""Tips that may be about one matter, at the page of a tip."""

import re

import pytest

from hotline.desk.i18n import LANGUAGES, load_texts
from hotline.desk.reasons import REASON, in_words
from hotline.intake.matching import match_due
from hotline.records.reasons import CODES
from hotline.stores.casekey import key_ring, new_key
from hotline.stores.matches import SqlMatches
from tests.desk.conftest import House
from tests.records.test_matching import seen
from tests.tips import a_tip

WORDS = "Em thấy ba người bị đưa lên xe."


@pytest.fixture
def pair(house: House) -> tuple[str, str]:
    """Two reports of one raid, compared."""
    tips = seen(narrative=WORDS), seen(narrative=WORDS)
    for tip in tips:
        house.book.file(tip)
    assert isinstance(house.room.matches, SqlMatches)
    match_due(house.room.matches, house.book.read)
    return tips[0].id, tips[1].id


def acts(house: House, most: int) -> set[tuple[str, str]]:
    return {(act.act, act.what) for act in house.audit.read(most)}


def test_the_page_says_which_tip_may_be_the_same_and_why(
    house: House, pair: tuple[str, str]
) -> None:
    page = house.inside().page(f"/tips/{pair[0]}")
    assert f'href="/tips/{pair[1]}"' in page
    assert "cùng một vụ: rất khớp" in page
    assert "cùng ga" in page
    assert "cùng số người: 3" in page


@pytest.mark.parametrize(("language", "words"), [("en", "same station"), ("ja", "同じ駅")])
def test_reasons_are_said_in_the_language_of_the_page(
    house: House, pair: tuple[str, str], language: str, words: str
) -> None:
    browser = house.inside()
    browser.post("/language", language=language, back="/queue")
    assert words in browser.page(f"/tips/{pair[0]}")


def test_every_reason_has_words_in_every_language() -> None:
    assert set(REASON) == set(CODES)
    texts = load_texts()
    for language in LANGUAGES:
        said = {
            in_words(f"{code}:3", lambda text, lang=language, **gaps: texts.say(lang, text, **gaps))
            if "%(n)s" in REASON[code]
            else texts.say(language, REASON[code])
            for code in CODES
        }
        assert len(said) == len(CODES), language


def test_an_operator_says_yes_and_the_audit_of_both_tips_knows_it(
    house: House, pair: tuple[str, str]
) -> None:
    one, other = pair
    browser = house.inside()
    answer = browser.post(f"/tips/{one}/matches", other=other, verdict="accepted")
    assert answer.headers["Location"] == f"/tips/{one}#matches"
    assert acts(house, 2) == {("match.accepted", one), ("match.accepted", other)}
    assert "đã nhận là cùng chuyện" in browser.page(f"/tips/{other}")


def test_an_operator_says_no_and_it_is_not_shown_again(house: House, pair: tuple[str, str]) -> None:
    one, other = pair
    browser = house.inside()
    browser.post(f"/tips/{one}/matches", other=other, verdict="rejected")
    for tip_id in pair:
        assert "Chưa có tin nào khớp" in browser.page(f"/tips/{tip_id}")
    assert ("match.rejected", one) in acts(house, 4)


@pytest.mark.parametrize(
    ("form", "code"),
    [
        ({"verdict": "perhaps"}, 400),
        ({}, 400),
        ({"verdict": "accepted", "other": "nobody"}, 404),
        ({"verdict": "accepted", "other": "itself"}, 400),
        ({"verdict": "accepted", "other": "stranger"}, 404),
    ],
)
def test_a_form_that_makes_no_sense_changes_nothing(
    house: House, pair: tuple[str, str], form: dict[str, str], code: int
) -> None:
    one, other = pair
    stranger = a_tip(kind="wages")
    house.book.file(stranger)
    names = {"itself": one, "stranger": stranger.id}
    given = {"other": other, **form}
    given["other"] = names.get(given["other"], given["other"])
    assert house.inside().post(f"/tips/{one}/matches", **given).status_code == code
    assert house.room.matches.of(one)[0].state == "proposed"


@pytest.mark.parametrize("role", ["viewer", "auditor"])
def test_who_may_not_handle_tips_is_not_offered_and_may_not(
    house: House, pair: tuple[str, str], role: str
) -> None:
    one, other = pair
    browser = house.inside(role)
    answer = browser.post(f"/tips/{one}/matches", other=other, verdict="accepted")
    assert answer.status_code == 403
    if role == "viewer":
        page = browser.page(f"/tips/{one}")
        assert "cùng ga" in page
        assert 'name="verdict"' not in page


def test_without_the_token_nothing_is_decided(house: House, pair: tuple[str, str]) -> None:
    one, other = pair
    form = {"other": other, "verdict": "accepted"}
    answer = house.inside().client.post(f"/tips/{one}/matches", data=form)
    assert answer.status_code == 400
    assert house.room.matches.of(one)[0].state == "proposed"


def test_matches_that_no_key_here_opens_leave_the_page_standing(house: House) -> None:
    tips = seen(), seen()
    for tip in tips:
        house.book.file(tip)
    lost = SqlMatches(house.engine, key_ring(new_key()))
    match_due(lost, house.book.read)
    assert "Chưa có tin nào khớp" in house.inside().page(f"/tips/{tips[0].id}")


def test_a_case_shows_its_tips_side_by_side_and_never_their_words(
    house: House, pair: tuple[str, str]
) -> None:
    browser = house.inside("viewer")
    page = browser.page(f"/tips/{pair[0]}")
    (path,) = re.findall(r'href="(/cases/[^"]+)"', page)
    assert "Cùng một vụ với 1 tin khác" in page
    case = browser.page(path)
    assert all(f'href="/tips/{tip_id}"' in case for tip_id in pair)
    assert "Một vụ, 2 tin" in case
    assert WORDS not in case
    assert ("case.open", path.removeprefix("/cases/")) in acts(house, 3)


def test_a_case_that_is_none_is_not_found_and_an_auditor_opens_none(
    house: House, pair: tuple[str, str]
) -> None:
    assert house.inside().get("/cases/nobody").status_code == 404
    case = house.room.matches.case(pair[0])
    assert case is not None
    assert house.inside("auditor").get(f"/cases/{case[0]}").status_code == 403
