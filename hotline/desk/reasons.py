"""Why two tips may be about one matter, in words; the codes are `hotline.records.reasons`."""

from collections.abc import Callable

from hotline.desk.i18n import N_
from hotline.records.reasons import split

BAND = {
    "strong": N_("rất khớp"),
    "likely": N_("khá khớp"),
    "possible": N_("có thể khớp"),
}
LINK = {"event": N_("cùng một vụ"), "person": N_("cùng một người")}
REASON = {
    "kind.same": N_("cùng loại việc"),
    "kind.sought_seen": N_("một bên tìm người, một bên thấy việc"),
    "place.same_station": N_("cùng ga"),
    "place.near": N_("cách nhau %(n)s km"),
    "place.same_prefecture": N_("cùng tỉnh"),
    "time.overlap": N_("cùng khoảng giờ"),
    "time.same_day": N_("cùng ngày"),
    "time.hours": N_("cách nhau %(n)s giờ"),
    "time.days": N_("cách nhau %(n)s ngày"),
    "time.after": N_("thấy %(n)s ngày sau lần liên lạc cuối"),
    "name.full": N_("cùng họ tên"),
    "name.full_unmarked": N_("cùng họ tên nếu bỏ dấu"),
    "name.most": N_("cùng họ và tên gọi"),
    "name.given": N_("cùng tên gọi"),
    "name.given_unmarked": N_("cùng tên gọi nếu bỏ dấu"),
    "name.nick": N_("biệt danh trùng tên"),
    "name.sound": N_("tên đọc gần giống"),
    "home.same": N_("cùng quê"),
    "born.same": N_("cùng năm sinh"),
    "born.near": N_("tuổi lệch không quá %(n)s năm"),
    "town.same": N_("cùng nhắc đến một thành phố"),
    "count.same": N_("cùng số người: %(n)s"),
    "count.close": N_("số người lệch %(n)s"),
    "but.far": N_("cách xa %(n)s km"),
    "but.other_prefecture": N_("khác tỉnh"),
    "but.hours": N_("lệch %(n)s giờ"),
    "but.days": N_("lệch %(n)s ngày"),
    "but.before": N_("thấy %(n)s ngày trước lần liên lạc cuối"),
    "but.after": N_("đã %(n)s ngày sau lần liên lạc cuối"),
    "but.name": N_("khác tên"),
    "but.home": N_("khác quê"),
    "but.born": N_("tuổi lệch %(n)s năm"),
    "but.gender": N_("khác giới"),
    "but.count": N_("số người khác hẳn"),
}
# A figure of nothing is said in other words.
_NOTHING = {
    "time.days:0": N_("cùng ngày"),
    "time.after:0": N_("thấy ngay hôm liên lạc cuối"),
    "born.near:0": N_("tuổi khớp"),
    "but.days:0": N_("không ai nói ngày"),
}


def in_words(reason: str, say: Callable[..., str]) -> str:
    """A reason in the language that `say` speaks."""
    if reason in _NOTHING:
        return say(_NOTHING[reason])
    code, figure = split(reason)
    return say(REASON[code], n=figure) if figure else say(REASON[code])
