"""Numbers of people, home provinces and names."""

import unicodedata
from datetime import datetime

import pytest

from hotline.understanding.message import understand

NOW = datetime.fromisoformat("2026-11-24T20:00")


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("hôm qua có ba người bị bắt ở ga ueno", 3),
        ("co ba nguoi bi bat o ga ueno", 3),
        ("cảnh sát bắt đi hai người vn", 2),
        ("có ba em nữ bị bắt ở quán karaoke", 3),
        ("co nam nguoi bi bat o shibuya", 5),
        ("còn năm người mất tích", 5),
        ("cô ba em mất tích", 1),
        ("anh ba người nghệ an bị bắt", 1),
        ("anh nam nguoi nghe an bi bat", 1),
        ("bat 2 nam 1 nu o ga himeji", 3),
        ("xe chở 5 người bị lật, 2 người chết", 2),
        ("cảnh sát dắt đi cả chủ quán lẫn 3 nhân viên, thấy có bắt", 4),
        ("có hai người tự xưng cảnh sát kéo tôi vào xe chở về đồn giữ", 1),
        ("em trai em bị bắt", 1),
        ("ba em bị bắt", 1),
        ("anh ba em bị bắt", 1),
        ("có 3 bạn bị bắt", 3),
        ("hai vợ chồng em gái tôi bị bắt", 2),
        ("thằng Đạt với 2 đứa nữa bị bắt", 3),
        ("bọn em, 6 đứa, bị quỵt lương", 6),
        ("bọn em bị quỵt lương", None),
        ("vừa thấy mấy người bị bắt", None),
        ("làm 3 tháng chưa được trả lương", 1),
        ("bị bắt ở ga", None),
        ("xin chào", None),
        ("em bị 2 thanh niên lạ mặt đánh", 1),
        ("em trai và chị gái tôi bị bắt", 2),
        ("qua han 2 nam bi bat o ueno", 1),  # years, not men
        ("vo bau 7 thang bi giu o cuc", 1),  # months, not fellows
        ("bắt 3 nam, 2 nữ ở ga Ueno", 5),
        ("ba cô mặc áo dài bị đẩy lên xe ở ga Ueno", 3),
        ("bi bat o ga ueno, 3 co roi", None),  # "có rồi", no ladies
        ("ông ấy chửi suốt ngày. 4 chị em ở đây sợ lắm, ổng nhốt không cho ra", 4),
        ("em bị bắt hôm 2.4 ở ga Ueno", 1),
        ("bọn em ba đứa bị quỵt lương", 3),
        ("7 thuyền viên mất tích", 7),
        ("chị dâu em làm nail bị cảnh sát ập tiệm bắt cùng 4 nhân viên", 5),
        ("vợ tôi bị bắt, hai đứa con nhỏ giờ ở với tôi", 1),
        ("con tui mất liên lạc, hai vợ chồng tui ngóng miết", 1),
        ("đang tìm Mai, Thư và một bạn nữa, không về từ hôm qua", 3),
        ("Ba tui với chú Hậu bị bắt chung bữa chủ nhật", 2),
        ("cảnh sát kéo 4 đứa lên xe ở ga Ueno", 4),
        ("môi giới dọa chặt tay em, tối t3 nó kéo 4 thằng tới phòng em", 1),
        ("e tron ngoai 3 nam, gio tinh ra trinh dien", 1),  # years
    ],
)
def test_people_are_counted(text: str, count: int | None) -> None:
    assert understand(text, NOW).count == count


@pytest.mark.parametrize(
    ("text", "home"),
    [
        ("em trai em bi bat, que nghe an", "Nghệ An"),
        ("em trai em bị bắt, quê Vinh", "Nghệ An"),
        ("chồng em bị bắt, người Huế", "Thừa Thiên Huế"),
        ("nhà tôi ở Buôn Ma Thuột, con tôi mất tích", "Đắk Lắk"),
        ("em trai em bị bắt, quê Sài Gòn", "Hồ Chí Minh"),
        ("quán bún bò Huế ngon lắm", None),
        ("từ Hà Nội bay sang Narita thế nào ạ", None),
        ("em trai tên Vinh bị bắt", None),
        ("em trai em bị bắt, quê Yên Thành", "Nghệ An"),
        ("em trai em bị bắt, nhà ở huyện Tiền Hải", "Thái Bình"),
    ],
)
def test_a_home_province_is_spelled_in_full(text: str, home: str | None) -> None:
    assert understand(text, NOW).hometown == home


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("chồng em tên Trần Văn Lâm quê Nghệ An bị bắt", ["Trần Văn Lâm"]),
        ("bo toi ten hung bi bat", ["Hung"]),
        ("Em gái tôi Phạm Thị Lan mất tích", ["Phạm Thị Lan"]),
        ("em tên Nhung, bị chủ đánh", []),
        ("Anh ba em là Tài bị bắt. Em là Thảo", ["Tài"]),
        ("con tôi mất tích, cháu tên Khánh", ["Khánh"]),
        ("hai cháu tôi chết đuối, tên Hiếu và Phong", ["Hiếu", "Phong"]),
        ("em trai em mất tích, fb Anh Ngoc Test", []),
        ("thang Hieu cung phong e mat tich", ["Hieu"]),
        ("con tôi tên là cao xuân hải quê nghệ an bị bắt", ["Cao Xuân Hải"]),
        ("con tôi tên là nguyễn văn nam bị bắt", ["Nguyễn Văn Nam"]),
        ("người nhà của Đỗ Quang Vinh, Vinh làm ở Nagano, mất tích", ["Đỗ Quang Vinh"]),
    ],
)
@pytest.mark.parametrize("form", ["NFC", "NFD"])
def test_names_of_the_affected_only(text: str, names: list[str], form: str) -> None:
    typed = unicodedata.normalize(form, text)  # type: ignore[arg-type]
    assert [name.value for name in understand(typed, NOW).names] == names


def test_who_is_written_to_and_where_they_are_from_are_no_names() -> None:
    told = understand("anh Đông ơi, thằng Quyết bị bắt rồi", NOW)
    assert [name.value for name in told.names] == ["Quyết"]
    told = understand("Bố cháu mất tích, tên là Lò Văn Páo, Điện Biên", NOW)
    assert [name.value for name in told.names] == ["Lò Văn Páo"]


def test_an_address_names_no_station() -> None:
    text = "có phòng trống gần ga Takadanobaba, liên hệ takada.room@example.jp"
    told = understand(text, NOW)
    assert [one.matches[0].station.name for one in told.stations] == ["高田馬場"]
    assert told.stations[0].span is not None
    assert text[told.stations[0].span.start : told.stations[0].span.end] == "Takadanobaba"
