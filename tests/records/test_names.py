"""Vietnamese names: order, marks, nicknames, and who is not who."""

import pytest

from hotline.records.names import Alike, alike, is_rare, read_name


@pytest.mark.parametrize(
    ("one", "other", "how"),
    [
        ("Nguyễn Văn Tuấn", "nguyễn văn tuấn", "full"),
        ("Nguyễn Văn Tuấn", "Nguyen Van Tuan", "full_unmarked"),
        ("Tuan Nguyen", "Nguyễn Văn Tuấn", "most"),
        ("Lê Nga", "le thi nga", "most"),
        ("Tuấn", "Tuấn", "given"),
        ("Nguyễn Thị Lan", "Lan", "given"),
        ("Tuấn", "tuan", "given_unmarked"),
        ("anh Hoà", "Hòa", "given"),
        ("Quý", "Quí", "given"),
        ("Tuấn còi", "Nguyễn Tuấn", "given"),
        ("Nguyễn Văn Tuấn (Tí)", "Tí", "nick"),
        ("Tuấn hay gọi là Bi", "cu Bi", "nick"),
        ("Trung", "Chung", "sound"),
        ("Le Van Hoang", "Lê Văn Hoàn", "sound"),
    ],
)
def test_one_person_written_in_two_ways(one: str, other: str, how: Alike) -> None:
    mine, theirs = read_name(one), read_name(other)
    assert mine is not None
    assert theirs is not None
    assert alike(mine, theirs) == how
    assert alike(theirs, mine) == how


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Hùng", "Hưng"),  # both typed with marks, and other ones
        ("Dũng", "Dụng"),
        ("Trần Tuấn", "Nguyễn Tuấn"),
        ("Nguyễn Văn Nam", "Nguyễn Hoài Nam"),
        ("Nguyễn Văn Tuấn", "Nguyễn Văn Hùng"),
        ("Nguyễn Văn Tuấn (Tí)", "Trần Văn Hùng (Tí)"),
        ("Tuấn còi", "Nam còi"),  # both thin
    ],
)
def test_two_people(one: str, other: str) -> None:
    mine, theirs = read_name(one), read_name(other)
    assert mine is not None
    assert theirs is not None
    assert alike(mine, theirs) is None
    assert alike(theirs, mine) is None


@pytest.mark.parametrize("text", ["", "  ", "???", "()", "123", "()()"])
def test_what_has_no_letters_is_no_name(text: str) -> None:
    assert read_name(text) is None


def test_a_title_is_no_part_of_a_name_and_a_surname_is() -> None:
    titled, bare = read_name("thằng Tuấn"), read_name("Tuấn")
    assert titled == bare
    surname = read_name("Chu Văn An")
    assert surname is not None
    assert surname.words == ("chu", "văn", "an")


def test_a_name_is_rare_by_its_surname_or_its_given_name() -> None:
    names = [read_name(text) for text in ("Nguyễn Văn Tuấn", "Khuất Văn Tuấn", "Nguyễn Bách")]
    assert [is_rare(name) for name in names if name] == [False, True, True]
