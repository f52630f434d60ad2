"""Clock times: 21h30, 8 rưỡi, 9h kém 15, tám giờ ba mươi, từ 7h đến 8h."""

from datetime import timedelta

from hotline.understanding.letters import tone_last
from hotline.understanding.model import Precision
from hotline.understanding.numbers import number
from hotline.understanding.text import Text
from hotline.understanding.timeitems import Clock, Item

_ABOUT = frozenset({"khoang", "tam", "do", "chung", "co", "gan", "hon", "loi", "khoảng"})
_TO = frozenset({"den", "toi", "-", "~", "toi.", "sang"})
_PARTS = frozenset({"sang", "trua", "chieu", "toi", "tui", "dem", "khuya", "rang", "som"})
_LENGTHS = frozenset({"lam", "nghi", "moi", "yen", "man", "sen"})
_AGO = frozenset({"truoc", "nua", "roi", "lien", "mot"})


def at(text: Text, index: int) -> Item | None:
    """The clock time that begins at a word, if one does."""
    first = _reading(text, index)
    if first is None:
        return _open_range(text, index)
    minute, end = first
    if _is_length(text, index, end):
        return None
    if text.word(end) in _TO and (second := _reading(text, end + 1)):
        return _item(index, second[1], Clock(minute, second[0]))
    about = _about(text, index) or text.word(end) == "hon"
    return _item(index, end, Clock(minute, None, about))


def _item(start: int, end: int, said: Clock) -> Item:
    return Item(start, end, "clock", clock=said)


def _is_length(text: Text, index: int, end: int) -> bool:
    """ "2 giờ trước", "8 giờ một ngày", "1100 yên một giờ" are lengths."""
    hours = text.word(end - 1) == "gio" and end - index == 2
    return hours and (text.word(end) in _AGO or text.word(index - 1) in _LENGTHS)


def _open_range(text: Text, index: int) -> Item | None:
    """ "7-8h tối": the unit stands after the second number only."""
    first = number(text, index)
    if first is None or text.word(first[1]) not in _TO or first[0] > 24:
        return None
    second = _reading(text, first[1] + 1)
    if second is None or first[0] * 60 >= second[0] or text.word(first[1] + 2) != "gio":
        return None
    return _item(index, second[1], Clock(first[0] * 60, second[0]))


def _about(text: Text, index: int) -> bool:
    at = index - 2 if text.word(index - 1) == "luc" else index - 1
    if text.word(at) == "do":
        that = text.word(at - 1) in ("luc", "hoi", "khi", "gio")  # "luc do 19h20": lúc đó
        typed = text.marked[at]
        return typed == tone_last("độ") or (typed == "do" and not that)  # "cần cẩu đổ lúc 13h05"
    return text.word(at) in _ABOUT


def _reading(text: Text, index: int) -> tuple[int, int] | None:
    """Minutes after midnight as said, and the index after them."""
    hour = number(text, index)
    if hour is None or hour[0] > 24:
        return None
    if text.word(index) == "nam" and text.word(index - 1).isdigit():
        return None  # "2 năm giờ muốn về": years
    value, after = hour
    word = text.word(after)
    if word in ("gio", "時"):
        return _minutes(text, value, after + 1)
    if word == ":" and len(text.word(after + 1)) == 2:
        return _colon(text, value, after + 1)
    if word == "ruoi" and (text.word(after + 1) in _PARTS or text.word(index - 1) in _LUC):
        return value * 60 + 30, after + 1
    if word == "kem" and (less := number(text, after + 1)) and less[0] < 60:
        return value * 60 - less[0], _skip_minute(text, less[1])
    return None


_LUC = frozenset({"luc", "tam", "khoang", "hoi", "vao", "do", "chung"})


def _colon(text: Text, hour: int, index: int) -> tuple[int, int] | None:
    minute = text.word(index)
    if not minute.isdigit() or int(minute) > 59:
        return None
    return hour * 60 + int(minute), index + 1


def _minutes(text: Text, hour: int, index: int) -> tuple[int, int]:
    word = text.word(index)
    if word == "ruoi":
        return hour * 60 + 30, index + 1
    if word == "kem" and (less := number(text, index + 1)) and less[0] < 60:
        return hour * 60 - less[0], _skip_minute(text, less[1])
    minute = number(text, index)
    if minute and minute[0] < 60 and _are_minutes(text, index, minute[1]):
        return hour * 60 + minute[0], _skip_minute(text, minute[1])
    return hour * 60, index


def _are_minutes(text: Text, index: int, end: int) -> bool:
    """Not the day of "lúc 7h 20/5", nor the people of "7h 2 người"."""
    if text.word(end) == "phut" or _is_written_with_the_hour(text, index):
        return True
    if text.word(end) in ("/", "-", "thang", "t", "nguoi", "ban", "anh", "dua"):
        return False
    return len(text.word(index)) == 2 or not text.word(index).isdigit()


def _is_written_with_the_hour(text: Text, index: int) -> bool:
    """The minutes of "23h15 t2", which is no 15th of February."""
    word, after = text.word(index), text.word(index + 1)
    return (
        len(word) == 2
        and word.isdigit()
        and text.starts[index] == text.ends[index - 1]
        and after not in ("/", "-")
    )


def _skip_minute(text: Text, index: int) -> int:
    return index + 1 if text.word(index) == "phut" else index


def interval(said: Clock, part: str | None) -> tuple[timedelta, timedelta, Precision]:
    """Start and end after midnight of the day named, and how precise that is."""
    start = _on_the_day(said.minute, part)
    if said.until is not None:
        end = _on_the_day(said.until, part)
        return _minutes_delta(start), _minutes_delta(end if end > start else end + 1440), "hour"
    if said.about:
        return _minutes_delta(start - 30), _minutes_delta(start + 30), "hour"
    return _minutes_delta(start), _minutes_delta(start + 60), "minute"


def _minutes_delta(minutes: int) -> timedelta:
    return timedelta(minutes=minutes)


def _on_the_day(minute: int, part: str | None) -> int:
    """Minutes after midnight on a clock of 24 hours: 7 in the evening is 19."""
    if minute >= 13 * 60 or part in (None, "dawn"):
        return minute
    if part == "morning":
        return minute - 720 if minute >= 720 else minute
    if part == "night":
        return minute + 720 if minute >= 8 * 60 else minute + 1440
    if part == "noon":
        return minute + 720 if minute < 5 * 60 else minute
    if part == "evening" and minute >= 720:
        return minute + 720
    return minute + 720 if minute < 720 else minute
