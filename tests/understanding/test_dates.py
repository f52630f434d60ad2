"""The rows of the label rules for times, one by one."""

from datetime import UTC, datetime, timedelta

import pytest

from hotline.understanding.message import understand

NOW = datetime.fromisoformat("2026-11-24T20:00")  # a Tuesday


def said(text: str, received: datetime = NOW) -> tuple[str, str] | None:
    when = understand(f"em trai em bi bat {text}", received).when
    if when is None:
        return None
    return f"{when.start:%m-%dT%H:%M}", f"{when.end:%m-%dT%H:%M}"


@pytest.mark.parametrize(
    ("text", "start", "end"),
    [
        ("hom nay", "11-24T00:00", "11-25T00:00"),
        ("hôm qua", "11-23T00:00", "11-24T00:00"),
        ("bua qua", "11-23T00:00", "11-24T00:00"),
        ("hôm kia", "11-22T00:00", "11-23T00:00"),
        ("bựa tê", "11-22T00:00", "11-23T00:00"),
        ("cach day 3 hom", "11-21T00:00", "11-22T00:00"),
        ("3 ngày nay", "11-21T00:00", "11-22T00:00"),
        ("20/5", "05-20T00:00", "05-21T00:00"),
        ("29-4", "04-29T00:00", "04-30T00:00"),
        ("22t7", "07-22T00:00", "07-23T00:00"),
        ("ngày 8 tháng 2", "02-08T00:00", "02-09T00:00"),
        ("hai mươi tháng mười", "10-20T00:00", "10-21T00:00"),
        ("sáng nay", "11-24T05:00", "11-24T11:00"),
        ("trua qua", "11-23T11:00", "11-23T13:00"),
        ("chiều 20/11", "11-20T13:00", "11-20T18:00"),
        ("toi qua", "11-23T18:00", "11-24T00:00"),
        ("đêm qua", "11-23T22:00", "11-24T04:00"),
        ("rạng sáng nay", "11-24T03:00", "11-24T06:00"),
        ("8 rưỡi tối qua", "11-23T20:30", "11-23T21:30"),
        ("toi hom qua 9h kem 15", "11-23T20:45", "11-23T21:45"),
        ("khoảng 7h tối qua", "11-23T18:30", "11-23T19:30"),
        ("từ 7h đến 8h tối nay", "11-24T19:00", "11-24T20:00"),
        ("lúc 19h giờ VN hôm qua", "11-23T21:00", "11-23T22:00"),
        ("lúc 12h đêm qua", "11-24T00:00", "11-24T01:00"),
        ("1h sáng nay", "11-24T01:00", "11-24T02:00"),
        ("thứ 7", "11-21T00:00", "11-22T00:00"),
        ("t3", "11-17T00:00", "11-18T00:00"),
        ("chu nhat vua roi", "11-22T00:00", "11-23T00:00"),
        ("thứ 2 tuần trước", "11-16T00:00", "11-17T00:00"),
        ("tuần trước", "11-16T00:00", "11-23T00:00"),
        ("tháng trước", "10-01T00:00", "11-01T00:00"),
        ("thang 6", "06-01T00:00", "07-01T00:00"),
        ("đầu tháng 10", "10-01T00:00", "10-11T00:00"),
        ("giua thang 10", "10-11T00:00", "10-21T00:00"),
        ("cuối tháng 10", "10-21T00:00", "11-01T00:00"),
        ("mùng 3 Tết", "02-19T00:00", "02-20T00:00"),
        ("từ tháng trước tới giờ", "10-01T00:00", "11-01T00:00"),
        ("29 Tết", "02-16T00:00", "02-17T00:00"),
        ("hai bữa ni", "11-22T00:00", "11-23T00:00"),
        ("luc do 19h20 toi nay", "11-24T19:20", "11-24T20:20"),
        ("từ 22h đêm qua đến 1h sáng nay", "11-23T22:00", "11-24T01:00"),
        ("sáng thứ tư, ý quên, sáng thứ năm", "11-19T05:00", "11-19T11:00"),
        ("mung 5 thang 8 am", "09-15T00:00", "09-16T00:00"),
        ("rằm tháng 7", "08-27T00:00", "08-28T00:00"),
        ("25 tháng chạp âm", "02-12T00:00", "02-13T00:00"),
        ("lúc 9h toi 23/11", "11-23T21:00", "11-23T22:00"),
        ("đêm 20 rạng sáng 21/11", "11-21T03:00", "11-21T06:00"),
        ("hôm mười lăm tháng mười một", "11-15T00:00", "11-16T00:00"),
        ("20/11 à nhầm 21/11", "11-21T00:00", "11-22T00:00"),
        ("luc 23h15 t2", "11-23T23:15", "11-24T00:15"),  # no 15th of February
        ("lúc 18h05 thứ 7 tuần trước", "11-21T18:05", "11-21T19:05"),  # no 7 weeks ago
        ("hồi cuối tháng 8, nay người ta chuyển lên trại", "08-21T00:00", "09-01T00:00"),
        ("bị xe nâng đè vào chân sang nay", "11-24T05:00", "11-24T11:00"),  # "de" is no birth
        ("khoảng 5h chiều giờ VN hôm qua", "11-23T18:30", "11-23T19:30"),
        ("cần cẩu đổ lúc 13h05 hôm nay", "11-24T13:05", "11-24T14:05"),
        ("bi xe nang de vao chan sang nay", "11-24T05:00", "11-24T11:00"),
    ],
)
def test_a_stated_time_is_understood(text: str, start: str, end: str) -> None:
    assert said(text) == (start, end)


@pytest.mark.parametrize(
    "text",
    [
        "mấy hôm nay",
        "dạo này",
        "hơn 1 tháng nay",
        "sinh năm 2001",
        "sinh ngày 20/5/1999",
        "trước Tết",
        "hết hạn visa 15/11",
        "tuyển 5 nam, 1100 yên một giờ",
        "sang Nhật từ tháng 6",
        "",
    ],
)
def test_what_is_no_time_of_the_event_is_left(text: str) -> None:
    assert said(text) is None


def test_a_date_still_to_come_was_last_year() -> None:
    when = understand("chong em bi bat 28/12", datetime.fromisoformat("2026-01-05")).when
    assert when
    assert when.start == datetime.fromisoformat("2025-12-28")


def test_a_date_of_today_is_today() -> None:
    when = understand("chong em bi bat 24/11", NOW).when
    assert when
    assert when.start.year == 2026


def test_a_pay_month_is_no_time_and_the_day_of_closing_is() -> None:
    assert understand("cty quyt luong thang 9 cua em", NOW).when is None
    closed = understand("công ty phá sản ngày 1/11, em chưa có lương", NOW).when
    assert closed
    assert closed.start == datetime.fromisoformat("2026-11-01")


def test_the_day_is_counted_in_japan() -> None:
    utc = datetime(2026, 11, 24, 16, 0, tzinfo=UTC)  # 25 November, 1:00 in Japan
    when = understand("em trai em bi bat hom qua", utc).when
    assert when
    assert when.start == datetime.fromisoformat("2026-11-24")
    assert when.end - when.start == timedelta(1)


def test_a_lunar_day_says_so() -> None:
    when = understand("em trai em bi bat mung 1 tet", NOW).when
    assert when
    assert when.calendar == "lunar"
