"""Days, months and weeks as people name them, as ranges of dates relative to a day."""

from collections.abc import Callable, Mapping
from datetime import date, timedelta
from types import MappingProxyType

from hotline.understanding import festivals, lunar
from hotline.understanding.monthwords import (
    MONTH_NAMES,
    MONTH_WORDS,
    full_year,
    lunar_mark,
    month_number,
    solar,
)
from hotline.understanding.numbers import digit_word, number
from hotline.understanding.phrases import Hit
from hotline.understanding.text import Text
from hotline.understanding.timeitems import PARTS, Item

_DAY = timedelta(1)
_DAY_WORDS = frozenset({"ngay", "hom", "bua", "mung", "mong", "tu", "luc", "hoi", "vao", "dem"})
_NIGHT_WORDS = frozenset({"sang", "trua", "chieu", "toi", "tui", "khuya", "bat", "la", "nham"})
_UNITS = frozenset({"hom", "ngay", "bua", "tuan"})
_ROUGH = frozenset({"hon", "gan", "khoang", "may", "vai", "tam", "ca", "suot", "chung"})
_AGO = frozenset({"truoc", "nay", "ni", "roi", "qua"})
_THIRDS = MappingProxyType({"dau": (1, 11), "giua": (11, 21), "cuoi": (21, 32)})
_NOT_A_DATE = frozenset(
    {"gio", "nguoi", "tuoi", "man", "tieng", "dua", "phut", "ban", "lan", "nam", "la", "trieu"}
)


def from_phrase(text: Text, hit: Hit, today: date) -> Item | None:
    """The day or the part of a day a phrase of `times.toml` names, if it names one."""
    label, _, ago = hit.label.rpartition("_")
    if label == "day":
        if hit.end - hit.start == 1 and not _is_today(text, hit):
            return None
        return _whole(hit, today - int(ago) * _DAY)
    if label in PARTS and text.word(hit.start) == "hoi" and text.word(hit.end) in _TIME_STARTS:
        return Item(hit.start, hit.end, "part", part=label)  # "hồi tối t6"
    if label in PARTS:
        day = today - int(ago) * _DAY
        return Item(hit.start, hit.end, "day", day, day + _DAY, label)
    if hit.label in PARTS:
        return _part(text, hit)
    if hit.label == "sunday":
        return _weekday(text, hit.start, hit.end, 6, today) if _is_sunday(text, hit) else None
    calendar = None if _is_counted(text, hit) else _CALENDAR.get(hit.label)
    return Item(hit.start, hit.end, "day", *calendar(today)) if calendar else None


def _is_today(text: Text, hit: Hit) -> bool:
    """ "nay" alone is today; "nay không biết" is now, "ban nay" mostly "này"."""
    return text.word(hit.end) not in ("khong", "chua", "van") and (
        text.accented or text.word(hit.start - 1) in ("", ",", ".", "!")
    )


def _is_counted(text: Text, hit: Hit) -> bool:
    """ "hơn 1 tháng nay" is a length, not this month."""
    before = text.word(hit.start - 1)
    counts = before.isdigit() or digit_word(text, hit.start - 1) is not None  # not "từ"
    return counts or before in {"may", "vai", "nua", "ca", "chuc"}


def _whole(hit: Hit, day: date) -> Item:
    return Item(hit.start, hit.end, "day", day, day + _DAY)


def _part(text: Text, hit: Hit) -> Item | None:
    """ "toi" and "sang" without marks are mostly "tôi" and "sang": next to a time they are not."""
    word = text.word(hit.start)
    bare = hit.end - hit.start == 1 and text.marked[hit.start] == word
    doubtful = text.accented or word in ("toi", "sang", "som", "tui")
    if bare and doubtful and not _beside_time(text, hit):
        return None
    return Item(hit.start, hit.end, "part", part=hit.label)


def _beside_time(text: Text, hit: Hit) -> bool:
    before, after = text.word(hit.start - 1), text.word(hit.end)
    if before in ("gio", "ruoi", "luc", "hoi", "buoi") or before.isdigit():
        return True
    return after in _TIME_STARTS or after.isdigit()


_TIME_STARTS = frozenset({"hom", "ngay", "thu", "t", "chu", "cn", "mung", "mong", "bua", "ram"})


def _is_sunday(text: Text, hit: Hit) -> bool:
    """CN is also a worker ("công nhân")."""
    if text.word(hit.start) != "cn":
        return True
    before, after = text.word(hit.start - 1), text.word(hit.end)
    return before in _DAY_WORDS | _NIGHT_WORDS or after in ("vua", "tuan", "roi", "truoc", "qua")


def _last_week(today: date) -> tuple[date, date]:
    monday = today - timedelta(today.weekday() + 7)
    return monday, monday + timedelta(7)


def _this_week(today: date) -> tuple[date, date]:
    monday = today - timedelta(today.weekday())
    return monday, monday + timedelta(7)


def _month(year: int, month: int) -> tuple[date, date]:
    first = date(year, month, 1)
    return first, (first + timedelta(31)).replace(day=1)


def _this_month(today: date) -> tuple[date, date]:
    return _month(today.year, today.month)


def _last_month(today: date) -> tuple[date, date]:
    before = today.replace(day=1) - _DAY
    return _month(before.year, before.month)


_CALENDAR: Mapping[str, Callable[[date], tuple[date, date]]] = MappingProxyType(
    {
        "last_week": _last_week,
        "this_week": _this_week,
        "last_month": _last_month,
        "this_month": _this_month,
    }
)


def at(text: Text, index: int, today: date) -> Item | None:
    """The counted day or month that begins at a word, if one does."""
    reader = _READERS.get(text.plain[index])
    if reader is not None and (item := reader(text, index, today)):
        return item
    if number(text, index) is None:
        return None
    return _from_number(text, index, today)


def _from_number(text: Text, index: int, today: date) -> Item | None:
    return (
        festivals.before_new_year(text, index, today)
        or _ago(text, index, index, today)
        or _written_year_first(text, index, today)
        or _written(text, index, today)
        or _day_and_month(text, index, today)
    )


def _written(text: Text, index: int, today: date) -> Item | None:
    """20/5, 29-4, 20.10 after "ngày", 20/5/2026."""
    sign = text.word(index + 1)
    if sign not in ("/", "-", "."):
        return None
    day, month = text.word(index), text.word(index + 2)
    if not (day.isdigit() and month.isdigit()):
        return None
    if len(day) > 2 or len(month) > 2 or text.word(index - 1) in ("/", "-"):
        return None
    year, end = _year(text, index + 3, sign)
    if year is None and not _reads_as_date(text, index, sign, end):
        return None
    return _dated(text, index, end, (int(day), int(month), year), today)


def _reads_as_date(text: Text, index: int, sign: str, end: int) -> bool:
    if text.word(end) == sign:
        return False
    before = text.word(index - 1)
    if sign == "/":
        return text.word(end) not in ("luong", "thang", "ngay")
    if text.word(end) in _NOT_A_DATE:
        return False
    return before in _DAY_WORDS | _NIGHT_WORDS or (sign == "-" and text.word(end) != "thang")


def _year(text: Text, index: int, sign: str) -> tuple[int | None, int]:
    if text.word(index) == sign and (year := full_year(text.word(index + 1))):
        return year, index + 2
    return None, index


def _written_year_first(text: Text, index: int, today: date) -> Item | None:
    """2026/10/20, 2026-10-20, 2026年10月20日, 10月20日."""
    if text.word(index + 1) not in ("/", "-", "年", "月"):
        return None
    words = [text.word(i) for i in range(index, index + 6)]
    if len(words[0]) == 4 and words[1] in ("/", "-", "年") and words[2].isdigit():
        year = full_year(words[0])
        if year and words[4].isdigit():
            end = index + (6 if words[5].startswith("日") else 5)
            return _dated(text, index, end, (int(words[4]), int(words[2]), year), today)
    if words[1] == "月" and words[2].isdigit() and words[0].isdigit() and len(words[2]) < 3:
        end = index + (4 if words[3].startswith("日") else 3)
        return _dated(text, index, end, (int(words[2]), int(words[0]), None), today)
    return None


def _day_and_month(text: Text, index: int, today: date) -> Item | None:
    """8 tháng 2, 22t7, hai mươi tháng mười, 25 tháng chạp."""
    day = number(text, index)
    if day is None or not 1 <= day[0] <= 31 or text.word(day[1]) not in MONTH_WORDS:
        return None
    month = month_number(text, day[1] + 1)
    if month is None:
        return None
    year, end = _spoken_year(text, month[1])
    named = text.word(day[1] + 1) in MONTH_NAMES
    return _dated(text, index, end, (day[0], month[0], year), today, named)


def _spoken_year(text: Text, index: int) -> tuple[int | None, int]:
    at_word = index + 1 if text.word(index) == "nam" else index
    year = full_year(text.word(at_word))
    if year is not None and (at_word > index or text.word(index) == "/"):
        return year, at_word + 1
    if text.word(index) == "/" and (year := full_year(text.word(index + 1))):
        return year, index + 2
    return None, index


def _dated(
    text: Text,
    start: int,
    end: int,
    said: tuple[int, int, int | None],
    today: date,
    lunar_named: bool = False,
) -> Item | None:
    day, month, year = said
    marks, after = lunar_mark(text, end)
    if marks or lunar_named:
        last = lunar.last_before(day, month, today)
        return Item(start, after, "day", last, last + _DAY, lunar=True) if last else None
    if text.plain[end : end + 2] in (("nam", "ngoai"), ("nam", "truoc")):
        year, end = today.year - 1, end + 2
    found = solar(day, month, year, today)
    return Item(start, end, "day", found, found + _DAY) if found else None


def _ago(text: Text, start: int, index: int, today: date) -> Item | None:
    """3 hôm trước, 3 ngày nay, 2 tuần trước; not "hơn 3 ngày"."""
    count = number(text, index)
    if count is None or text.word(count[1]) not in _UNITS or text.word(start - 1) in _ROUGH:
        return None
    end = count[1] + 1
    if start == index and text.word(end) not in _AGO and not _silent_for(text, start):
        return None
    weeks = text.word(count[1]) == "tuan"
    if weeks and text.word(end) in ("nay", "ni", "roi"):
        return None
    day = today - timedelta(min(count[0] * (7 if weeks else 1), 3650))
    return Item(start, end + (text.word(end) in _AGO), "day", day, day + _DAY)


def _silent_for(text: Text, start: int) -> bool:
    """ "mất tích được 4 hôm" """
    return text.word(start - 1) == "duoc" and text.word(start - 2) in ("lac", "tich", "tin", "hut")


def _since_ago(text: Text, index: int, today: date) -> Item | None:
    """ "cách đây 3 hôm", "cách nay 3 ngày"."""
    if text.word(index + 1) not in ("day", "nay"):
        return None
    return _ago(text, index, index + 2, today)


def _weekday_word(text: Text, index: int, today: date) -> Item | None:
    """thứ 7, thứ bảy, t7, t2; "22t7" is in July and read from its day on."""
    following = number(text, index + 1)
    if following is None or not 2 <= following[0] <= 7:
        return None
    if text.word(index) == "t" and not text.word(index + 1).isdigit():
        return None
    return _weekday(text, index, following[1], following[0] - 2, today)


def _weekday(text: Text, start: int, end: int, weekday: int, today: date) -> Item:
    after = text.plain[end : end + 2]
    if after in (("tuan", "truoc"), ("tuan", "roi"), ("tuan", "qua")):
        day = _last_week(today)[0] + timedelta(weekday)
        return Item(start, end + 2, "day", day, day + _DAY)
    if after in (("tuan", "nay"), ("tuan", "ni")):
        day = _this_week(today)[0] + timedelta(weekday)
        return Item(start, end + 2, "day", day, day + _DAY)
    day = today - timedelta((today.weekday() - weekday - 1) % 7 + 1)
    return Item(start, end + _closing(text, end), "day", day, day + _DAY)


def _closing(text: Text, end: int) -> int:
    """Words that only round a day off: "vừa rồi", "vừa qua"."""
    if text.word(end) == "vua" and text.word(end + 1) in ("roi", "qua"):
        return 2
    return 0


def _month_word(text: Text, index: int, today: date) -> Item | None:
    """tháng 6, tháng sáu năm ngoái; the last one that has begun."""
    month = month_number(text, index + 1)
    if month is None or text.word(month[1]) in ("tuoi", "luong"):
        return None
    if text.word(index + 1) in MONTH_NAMES:
        span = lunar.last_month_before(month[0], today)
        return Item(index, month[1], "day", *span, lunar=True) if span else None
    year, end = _month_year(text, month[1], today)
    if year is None:
        year = today.year if month[0] <= today.month else today.year - 1
    return Item(index, end, "day", *_month(year, month[0]))


def _month_year(text: Text, index: int, today: date) -> tuple[int | None, int]:
    if text.plain[index : index + 2] in (("nam", "ngoai"), ("nam", "truoc"), ("nam", "roi")):
        return today.year - 1, index + 2
    return _spoken_year(text, index)


def _third(text: Text, index: int, today: date) -> Item | None:
    """đầu, giữa, cuối tháng 10; đầu tháng; cuối tháng trước."""
    if text.word(index + 1) not in ("thang", "th", "thg"):
        return None
    if text.word(index + 1) == "thang" and text.word(index + 2) in ("truoc", "roi", "qua"):
        whole, end = _last_month(today), index + 3
    elif item := _month_word(text, index + 1, today):
        whole, end = (item.first, item.last), item.end
    else:
        whole, end = _this_month(today), index + 2 + (text.word(index + 2) in ("nay", "ni"))
    first, last = _THIRDS[text.plain[index]]
    begin = whole[0].replace(day=first) if whole[0].day == 1 else whole[0]
    stop = whole[1] if last > 31 else whole[0].replace(day=last)
    return Item(index, end, "day", begin, stop) if begin < stop else None


def _ordinal_day(text: Text, index: int, today: date) -> Item | None:
    """mùng 5, mùng 5 tháng 8 (âm), mùng 3 Tết, ngày 15, ngày 27 tháng 12."""
    beginning = text.word(index) in ("mung", "mong")
    day = number(text, index + 1)
    if day is None or not 1 <= day[0] <= 31 or not _may_be_a_day(text, index, day[1]):
        return None
    for reader in (_written, _day_and_month):
        if item := reader(text, index + 1, today):
            return Item(index, item.end, "day", item.first, item.last, lunar=item.lunar)
    marked, end = lunar_mark(text, day[1])
    if marked:
        month = 1 if text.word(day[1]) == "tet" else None
        last = lunar.last_before(day[0], month, today)
        return Item(index, end, "day", last, last + _DAY, lunar=True) if last else None
    if text.word(day[1]) in _NOT_A_DATE or not (beginning or text.word(index) in ("ngay", "hom")):
        return None
    return _day_of_month(index, day[1], day[0], today)


def _may_be_a_day(text: Text, index: int, end: int) -> bool:
    """Not "mỗi ngày 12 tiếng", "một ngày 2 bữa"."""
    return text.word(index - 1) not in ("moi", "mot", "hang") and text.word(end) not in _NOT_A_DATE


def _day_of_month(start: int, end: int, day: int, today: date) -> Item | None:
    """The last such day of a month: "ngày 15", "hôm 25"."""
    first = today.replace(day=1)
    for _ in range(3):
        try:
            found = first.replace(day=day)
        except ValueError:
            found = date.max
        if found <= today:
            return Item(start, end, "day", found, found + _DAY)
        first = (first - _DAY).replace(day=1)
    return None


_READERS: Mapping[str, Callable[[Text, int, date], Item | None]] = MappingProxyType(
    {
        "cach": _since_ago,
        "thu": _weekday_word,
        "t": _weekday_word,
        "thang": _month_word,
        "th": _month_word,
        "thg": _month_word,
        "dau": _third,
        "giua": _third,
        "cuoi": _third,
        "mung": _ordinal_day,
        "mong": _ordinal_day,
        "ngay": _ordinal_day,
        "hom": _ordinal_day,
        "ram": festivals.full_moon,
        "trung": festivals.full_moon,
        "giao": festivals.new_years_eve,
        "tet": festivals.tet,
        "noel": festivals.christmas,
        "giang": festivals.christmas,
    }
)
STARTS: frozenset[str] = frozenset(_READERS)
