"""The sixteen digits: how they are made, checked and read."""

import secrets

from hypothesis import given
from hypothesis import strategies as st

from hotline.conversation import receipt


def safe(number: int) -> bool:
    return not str(number + 10**14).startswith(receipt.EMERGENCY)


codes = st.integers(0, 9 * 10**14 - 1).filter(safe).map(lambda n: receipt.make(lambda _: n))


def test_a_code_has_sixteen_digits_and_never_rings_for_help() -> None:
    made = {receipt.make(secrets.randbelow) for _ in range(3_000)}
    assert len(made) == 3_000
    for code in made:
        assert len(code) == 16
        assert code.isdigit()
        assert not code.startswith(("0", *receipt.EMERGENCY))
        assert receipt.is_whole(code)


def test_a_draw_that_would_ring_for_help_is_drawn_again() -> None:
    draws = iter([10**13, 18 * 10**12, 19 * 10**12, 5])
    code = receipt.make(lambda _: next(draws))
    assert code.startswith("1000")
    assert next(draws, None) is None


def test_the_check_digit_of_the_published_example() -> None:
    assert receipt.check_digit("572") == "4"  # Damm, Total anti-symmetrische Quasigruppen, 2004


@given(codes, st.integers(0, 15), st.integers(1, 9))
def test_every_wrong_digit_is_found(code: str, at: int, by: int) -> None:
    wrong = str((int(code[at]) + by) % 10)
    assert not receipt.is_whole(code[:at] + wrong + code[at + 1 :])


@given(codes, st.integers(0, 14))
def test_every_swap_of_neighbours_is_found(code: str, at: int) -> None:
    swapped = code[:at] + code[at + 1] + code[at] + code[at + 2 :]
    assert receipt.is_whole(swapped) == (swapped == code)


@given(codes, st.sampled_from([" ", ".", "-", " - ", "", "\n"]))
def test_a_code_is_read_however_it_is_grouped(code: str, between: str) -> None:
    assert receipt.read(receipt.grouped(code, between)) == code
    wide = "".join(chr(ord("０") + int(d)) for d in code)
    assert receipt.read(wide) == code


@given(st.text(max_size=80))
def test_whatever_is_written_is_a_code_or_none(text: str) -> None:
    code = receipt.read(text)
    assert code is None or (len(code) == 16 and code.isascii() and code.isdigit())


def test_words_around_a_code_make_it_none() -> None:
    assert receipt.read("ma so 1234 5678 9012 3456") is None
    assert receipt.read("1234 5678 9012 345") is None
    assert receipt.read("1234 5678 9012 34567") is None
    assert receipt.read("²²²²²²²²²²²²²²²²") == "2" * 16
