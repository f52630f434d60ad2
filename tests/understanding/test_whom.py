"""Answers to "do you know their name, age, home?"."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hotline.understanding.whom import whom


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("ten Minh 25 tuoi que Nghe An", ["Minh"]),
        ("Nguyen Van Minh, sn 1999, Ha Tinh", ["Nguyen Van Minh"]),
        ("Tuấn, Bắc Giang", ["Tuấn"]),
        ("nó tên Hùng", ["Hùng"]),
        ("Trần Thị Hoa 1998 Thanh Hoá", ["Trần Thị Hoa"]),
        ("hoa", ["Hoa"]),
        ("anh ay ten la duc anh, 32t", ["Duc Anh"]),
        ("tuan anh bac ninh", ["Tuan Anh"]),
        ("em trai toi, le van tai, sinh nam 2001", ["Le Van Tai"]),
        ("Tran van nam que thanh hoa", ["Tran Van Nam"]),
        ("Đức và Hải, đều quê Vinh", ["Đức", "Hải"]),
        ("Phạm Quốc Cường - 1995 - Hà Nội - 0901234567", ["Phạm Quốc Cường"]),
        ("dạ cháu tên Thảo ạ, quê Nam Định", ["Thảo"]),
        ("Nam, 25 tuổi", []),
        ("khong ro ten, khoang 30 tuoi", []),
        ("thoi", []),
        ("2", []),
        ("no mac ao den", []),
        ("hien gio no van chua ve", []),
        ("nguoi nghe an", []),
    ],
)
@pytest.mark.parametrize("form", ["NFC", "NFD"])
def test_names(text: str, names: list[str], form: str) -> None:
    typed = unicodedata.normalize(form, text)  # type: ignore[arg-type]
    assert list(whom(typed).names) == names


@pytest.mark.parametrize(
    ("text", "age", "gender", "home"),
    [
        ("nam 25 tuoi nghe an", 25, "male", "Nghệ An"),
        ("con gái 19 tuổi, quê Huế", 19, "female", "Thừa Thiên Huế"),
        ("Nguyễn Văn Nam, Hà Tĩnh", None, None, "Hà Tĩnh"),
        ("nữ, quê Vinh", None, "female", "Nghệ An"),
        ("khong biet", None, None, None),
    ],
)
def test_age_gender_and_home(
    text: str, age: int | None, gender: str | None, home: str | None
) -> None:
    found = whom(text)
    assert (found.age, found.gender, found.hometown) == (age, gender, home)


@given(st.text(max_size=200))
def test_any_answer_is_heard(text: str) -> None:
    found = whom(text)
    assert all(name.strip() for name in found.names)
