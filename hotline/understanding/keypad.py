"""Names spelled on a telephone's keys: 2 abc, 3 def, 4 ghi, 5 jkl, 6 mno, 7 pqrs, 8 tuv, 9 wxyz."""

from hotline.understanding.station_index import Rows, by_digits

_IGNORED = str.maketrans("", "", " -*#.\t")


def digits_of(text: str) -> str | None:
    """The keys pressed, if the text is nothing else (a closing # or * may stand)."""
    keys = text.strip().translate(_IGNORED)
    return keys if len(keys) >= 2 and keys.isascii() and keys.isdigit() else None


def spelled(keys: str) -> Rows:
    """All stations of the country whose Hepburn spelling, long vowels once, has these keys."""
    return by_digits().get(keys, ())
