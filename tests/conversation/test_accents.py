"""Whoever writes without accents is answered without; a word or two tell nothing."""

import pytest

from hotline.conversation.events import Said
from hotline.conversation.turn import fresh, step
from hotline.review.rehearse import BEGINS
from hotline.wording.files import load_flows
from tests.review.ear import registers


def answered_plainly(*texts: str) -> bool:
    flows = load_flows()
    session = fresh(flows, "sms")
    for text in texts:
        session = step(flows, session, Said(BEGINS, text), registers()).session
    return session.plain


@pytest.mark.parametrize(
    ("texts", "plainly"),
    [
        (("Ban em bi bat",), True),
        (("Bạn em bị bắt",), False),
        (("Bạn em bị bắt", "ga Ueno"), False),
        (("Bạn em bị bắt", "XONG"), False),
        (("Ban em bi bat", "SAI"), True),
        (("Ban em bi bat", "0"), True),
        (("Ban em bi bat", "hôm qua"), False),
        (("Ban em bi bat", "Ba\u0323n em bi\u0323 ba\u0306\u0301t"), False),
        (("alo",), False),
        (("ban em bi bat — o Ueno",), True),
    ],
)
def test_accents_follow_the_caller(texts: tuple[str, ...], plainly: bool) -> None:
    assert answered_plainly(*texts) is plainly
