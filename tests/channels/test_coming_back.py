"""Receipts over the provider's doors and on real stores: asked for, given, given back."""

import re

import pytest
from lxml import etree

from hotline import wiring_stores
from hotline.conversation import hearing, receipt
from hotline.intake.errors import Mistaken, Unavailable
from hotline.records.delivery import Status
from hotline.stores.link import Link
from tests.line import CALLER, TestLine, action, spoken

FRIEND = "+840000000077"
STORY = "hom qua bat 3 nguoi o ga ueno"


def code_in(answer: str) -> str:
    (code,) = re.findall(r"\d{4} \d{4} \d{4} \d{4}", answer)
    return str(code)


def plainly(answer: str) -> str:
    """An answer without accents: callers who write without any are answered so."""
    return hearing.plain(answer)


def told(line: TestLine) -> str:
    """A report told and sent, and the code asked for."""
    line.text(STORY)
    line.text("XONG")
    return code_in(line.text("MA"))


def whole(number: int) -> str:
    """A whole code that was never given."""
    return receipt.make(lambda _: number)


def wrong() -> str:
    """One of them."""
    return whole(123_456_789)


def test_a_code_comes_only_when_asked_for(line: TestLine) -> None:
    answers = [line.text(STORY), line.text("XONG")]
    assert not re.search(r"\d{4} \d{4}", " ".join(answers))
    code = code_in(line.text("mã"))
    assert receipt.is_whole(receipt.read(code) or "")


def test_who_told_nothing_gets_no_code(line: TestLine) -> None:
    assert not re.search(r"\d{4} \d{4}", line.text("MA"))


def test_a_code_opens_the_report_from_another_number(line: TestLine) -> None:
    code = told(line)
    assert "chua co ai xem" in plainly(line.text(code, FRIEND))
    line.text("1", FRIEND)
    line.text("anh ay mac ao xanh", FRIEND)
    first, second = sorted(line.tips(), key=lambda tip: tip.follows or "")
    assert second.follows == first.id
    assert second.narrative == "anh ay mac ao xanh"


def test_a_code_given_while_telling_opens_the_same_report(line: TestLine) -> None:
    line.text(STORY)
    code = code_in(line.text("MA"))
    line.text("XONG")
    assert len(line.tips()) == 1
    line.text(code, FRIEND)
    line.text("2", FRIEND)
    line.text("1", FRIEND)
    assert line.tips() == []


def test_a_slip_an_unknown_an_erased_and_a_used_up_code(line: TestLine) -> None:
    code = told(line)
    slip = code[:-1] + str((int(code[-1]) + 1) % 10)
    unknown = line.text(wrong(), FRIEND)
    assert line.text(slip, FRIEND) != unknown
    line.text(code, FRIEND)
    line.text("2", FRIEND)
    assert line.text("1", FRIEND)
    fresh = "+840000000078"
    assert line.text(code, fresh) == line.text(wrong(), "+840000000079")
    assert line.text(code, fresh) == line.text(wrong(), "+840000000079")


def test_who_erases_has_to_say_so_twice(line: TestLine) -> None:
    code = told(line)
    line.text(code, FRIEND)
    line.text("2", FRIEND)
    line.text("2", FRIEND)
    assert len(line.tips()) == 1
    assert "chua co ai xem" in plainly(line.text(code, FRIEND))


def test_an_erased_report_is_erased_before_and_after_filing(line: TestLine) -> None:
    code = told(line)
    assert len(line.tips()) == 1
    for words in (code, "2", "1"):
        line.text(words, FRIEND)
    assert line.tips() == []


def test_a_new_code_ends_the_old_one(line: TestLine) -> None:
    old = told(line)
    line.text(old, FRIEND)
    line.text("3", FRIEND)
    new = code_in(line.text("MA", FRIEND))
    assert new != old
    unknown = line.text(wrong(), "+840000000080")
    assert line.text(old, "+840000000081") == unknown
    assert line.text(new, "+840000000082") != unknown


def test_xoa_after_asking_for_a_code_ends_the_code(line: TestLine) -> None:
    code = told(line)
    line.text("XOA")
    assert line.text(code, FRIEND) == line.text(wrong(), "+840000000083")
    assert line.tips() == []


def test_nothing_of_a_code_lies_anywhere(line: TestLine) -> None:
    code = told(line)
    digits = code.replace(" ", "")
    line.tips()
    names = line.keys()
    everything = b"".join(names) + b"".join(line.dump(key) for key in names)
    for form in (digits, code, digits[::-1], digits[-4:] + digits[:4], digits.encode().hex()):
        assert form.encode() not in everything
    assert digits not in str(line.logged)


def test_a_report_that_holds_a_code_is_scrubbed(line: TestLine) -> None:
    line.text(STORY)
    code = code_in(line.text("MA"))
    line.text(f"ma cua toi la {code} nhe")
    line.text("XONG")
    (tip,) = line.tips()
    assert code.replace(" ", "") not in tip.narrative.replace(" ", "")
    assert tip.redacted["receipt"] >= 1


def test_wrong_codes_wait_and_never_lock(line: TestLine) -> None:
    code = told(line)
    for number in range(30):
        other = whole(7_000_000 + number)
        line.text(other, f"+84000001{number:04d}")
    waiting = line.text(wrong(), "+840000019999")
    assert "hai phut" in plainly(waiting)
    assert line.text(code, "+840000019998") == waiting  # right and wrong are told the same
    line.now = line.now.replace(minute=line.now.minute + 2)
    assert "chua co ai xem" in plainly(line.text(code, "+840000019997"))


def test_what_operators_answer_is_read_by_the_codes_holder_alone(line: TestLine) -> None:
    code = told(line)
    (tip,) = line.tips()
    assert tip.follow_up.receipt
    line.book.casebook.mark_seen(tip.id)
    assert line.book.reply_box.answer(tip.id, "Anh ấy ở đồn Shinjuku, luật sư sẽ vào chiều nay.")
    line.tips()
    answer = line.text(code, FRIEND)
    assert "da co nguoi xem" in plainly(answer)
    assert "Shinjuku" in answer
    stored = b"".join(line.dump(key) for key in line.keys(lambda key: key.startswith(b"hl:r:")))
    assert b"Shinjuku" not in stored
    line.book.casebook.set_state(tip.id, "closed", "2026-11-24")
    line.tips()
    assert "da xong" in plainly(line.text(code, FRIEND))


def test_what_a_case_system_says_reaches_the_codes_holder(line: TestLine) -> None:
    code = told(line)
    (tip,) = line.tips()
    told_by: tuple[tuple[Status, str], ...] = (
        ("received", "chua co ai xem"),
        ("triaged", "da co nguoi xem"),
    )
    for status, words in told_by:
        line.book.reply_box.became(tip.id, status)
        line.tips()
        assert words in plainly(line.text(code, FRIEND))
    line.book.reply_box.became(tip.id, "rejected")
    line.tips()
    assert "da xong" in plainly(line.text(code, FRIEND))


def test_an_answer_waits_for_redis_and_comes_once(line: TestLine) -> None:
    told(line)
    (tip,) = line.tips()
    line.book.reply_box.answer(tip.id, "Mình đang tìm.")
    assert line.book.reply_box.answered(tip.id) == 1
    durable, _ = wiring_stores.links(line.settings)
    away = Link("unix:///nowhere.sock", "durable")
    with pytest.raises(Unavailable):
        line.book.reply_box.bring(away)
    assert line.book.reply_box.bring(durable) == 1
    assert line.book.reply_box.bring(durable) == 0


@pytest.mark.parametrize("text", ["", "  ", "a" * 601])
def test_an_answer_that_is_empty_or_too_long_is_refused(line: TestLine, text: str) -> None:
    told(line)
    (tip,) = line.tips()
    with pytest.raises(Mistaken, match="answer_length"):
        line.book.reply_box.answer(tip.id, text)


def test_nobody_can_answer_a_tip_that_has_no_receipt(line: TestLine) -> None:
    line.text(STORY)
    line.text("XONG")
    (tip,) = line.tips()
    assert not tip.follow_up.receipt
    assert not line.book.reply_box.has_box(tip.id)
    assert not line.book.reply_box.answer(tip.id, "Alo")


def test_a_receipt_note_that_no_key_opens_is_kept_apart(line: TestLine) -> None:
    durable, _ = wiring_stores.links(line.settings)
    durable.call("RPUSH", "hl:rnote", b"not a note")
    told(line)
    (tip,) = line.tips()
    assert tip.follow_up.receipt
    assert durable.call("LLEN", "hl:rnote") == 0
    assert line.keys(lambda key: key == b"hl:rnote:dead")


def test_a_receipt_whose_report_was_erased_first_opens_nothing(line: TestLine) -> None:
    line.text(STORY)
    code = code_in(line.text("MA"))
    line.text("XOA")
    line.tips()
    assert line.text(code, FRIEND) == line.text(wrong(), "+840000000084")


def keyed(line: TestLine, sid: str, xml: bytes, *keys: str) -> bytes:
    for each in keys:
        xml = line.call(sid, action(xml), Digits=each)
    return xml


def spoken_code(xml: bytes) -> str:
    numbers = ["không", "một", "hai", "ba", "bốn", "năm", "sáu", "bảy", "tám", "chín"]
    said = re.findall(r"\b(" + "|".join(numbers) + r")\b", spoken(xml).partition("Nghe lại")[0])
    return "".join(str(numbers.index(word)) for word in said)


def test_a_code_is_read_out_in_fours_keyed_back_and_opens(line: TestLine) -> None:
    sid = line.sid("CA")
    xml = keyed(line, sid, line.call(sid), "1", "1", "8366", "1", "2", "3", "2", "1", "1")
    code = spoken_code(xml)
    assert receipt.is_whole(code)
    again = keyed(line, sid, xml, "*")
    assert spoken_code(again) == code
    differs = keyed(line, sid, again, wrong())
    assert spoken_code(differs) == code
    over = keyed(line, sid, differs, code)
    assert etree.fromstring(over).find("Hangup") is not None
    line.hang_up(sid)
    totals = line.figures().totals
    assert (totals["receipts"], totals["confirmed"]) == (1, 1)
    assert len(line.tips()) == 1
    other = line.sid("CA")
    back = keyed(line, other, line.call(other), "4", code)
    assert "chưa có ai xem" in spoken(back)
    keyed(line, other, back, "2", "1")
    assert line.tips() == []


def test_hanging_up_while_the_code_is_read_leaves_report_and_code(line: TestLine) -> None:
    sid = line.sid("CA")
    xml = keyed(line, sid, line.call(sid), "1", "1", "8366", "1", "2", "3", "2", "1", "1")
    line.hang_up(sid)
    (tip,) = line.tips()
    assert tip.complete
    assert "confirmed" not in line.figures().totals
    assert "chua co ai xem" in plainly(line.text(spoken_code(xml), CALLER))


@pytest.mark.parametrize(
    "form", ["1111222233334444", "1111-2222-3333-4444", "１１１１ 2222.3333 4444"]
)
def test_however_a_code_is_written_it_is_taken_for_one(line: TestLine, form: str) -> None:
    assert "16 so" in plainly(line.text(form))  # a slip: the check digit is not right
