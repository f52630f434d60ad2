"""What lies in the stores of a receipt, and what opens it."""

import pytest

from hotline.conversation import receipt
from hotline.intake.errors import Mistaken
from hotline.intake.messages import ReportId
from hotline.keys import new_keys
from hotline.stores.receipts import Receipts, forget, name, put_in_box, tell
from hotline.stores.sealing import Opener, Sealer
from tests.conftest import Servers

KEYS = new_keys()
REPORT = ReportId("0123456789abcdef0123456789abcdef")
CODE = receipt.make(lambda _: 4_815_162_342)


def receipts(servers: Servers, pepper: str = KEYS["HOTLINE_RECEIPT_PEPPER"]) -> Receipts:
    return Receipts(servers.durable, pepper, Sealer(KEYS["HOTLINE_RECIPIENT_PUBLIC_KEY"]))


def issued(servers: Servers, code: str = CODE) -> bytes:
    """A receipt as a turn commits it; its lookup."""
    made = receipts(servers).issue(code, REPORT)
    servers.durable.call("HSET", name(made.lookup), "r", made.record)
    return made.lookup


def test_the_code_opens_its_report_and_no_other_code_does(servers: Servers) -> None:
    issued(servers)
    found = receipts(servers).find(CODE)
    assert found is not None
    assert (found.report, found.state, found.answers) == (REPORT, "new", ())
    assert receipts(servers).find(receipt.make(lambda _: 4_815_162_343)) is None


def test_without_the_pepper_a_right_code_is_a_wrong_one(servers: Servers) -> None:
    issued(servers)
    other = new_keys()["HOTLINE_RECEIPT_PEPPER"]
    assert receipts(servers, other).find(CODE) is None


def test_a_record_moved_under_another_lookup_does_not_open(servers: Servers) -> None:
    lookup = issued(servers)
    other = receipt.make(lambda _: 99)
    record = servers.durable.call("HGET", name(lookup), "r")
    servers.durable.call("HSET", name(receipts(servers).issue(other, REPORT).lookup), "r", record)
    assert receipts(servers).find(other) is None


def test_state_and_answers_are_read_by_the_code_alone(servers: Servers) -> None:
    lookup = issued(servers)
    note = receipts(servers).issue(CODE, REPORT).note
    assert CODE.encode() not in Opener(KEYS["HOTLINE_RECIPIENT_PRIVATE_KEY"]).open(note)
    box = box_of(note)
    letters = [put_in_box(box, text.encode()) for text in ("Anh ấy khoẻ.", "Mai luật sư gặp.")]
    assert tell(servers.durable, lookup, put_in_box(box, b"seen"), letters)
    found = receipts(servers).find(CODE)
    assert found is not None
    assert (found.state, found.answers) == ("seen", ("Anh ấy khoẻ.", "Mai luật sư gặp."))
    stored = servers.durable.call("DUMP", name(lookup))
    assert "khoẻ".encode() not in stored


def box_of(note: bytes) -> bytes:
    import base64
    import json

    read = json.loads(Opener(KEYS["HOTLINE_RECIPIENT_PRIVATE_KEY"]).open(note))
    return base64.b64decode(read["box"])


def test_an_erased_code_is_looked_up_like_one_that_never_was(servers: Servers) -> None:
    lookup = issued(servers)
    found = receipts(servers).find(CODE)
    assert found is not None
    assert receipts(servers).erase(found, 0)
    assert not receipts(servers).erase(found, 0)
    assert receipts(servers).find(CODE) is None
    assert not tell(servers.durable, lookup, b"", [])
    forget(servers.durable, lookup)


@pytest.mark.parametrize("pepper", ["", "x", "a" * 44])
def test_a_bad_pepper_refuses_to_start(servers: Servers, pepper: str) -> None:
    with pytest.raises(Mistaken, match="HOTLINE_RECEIPT_PEPPER"):
        receipts(servers, pepper)
