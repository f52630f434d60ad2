"""The queue, live: how much is waiting, for how long, and whether anybody works it off."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import date, timedelta
from typing import Any, Literal

from flask import Flask, jsonify, render_template
from flask.typing import ResponseReturnValue

from hotline.desk.doorkeeper import Doorkeeper
from hotline.desk.flow import Bar, Flow, flow, last_hour
from hotline.desk.guard import guarded
from hotline.desk.i18n import N_
from hotline.desk.ports import Room
from hotline.intake.errors import Unavailable
from hotline.intake.messages import Figures, Minute
from hotline.records.hour import hour
from hotline.records.operator import ROLES

Level = Literal["calm", "watch", "alarm"]

WATCH_SECONDS = 60
ALARM_SECONDS = 300
SILENT_SECONDS = 60
UNREAD = timedelta(days=1)
OLD = {"recipient_key": 92, "casebook_key": 366, "canary": 7}  # days: docs/deploy, The key ceremony


@dataclass(frozen=True, slots=True)
class Finding:
    """Something that an operator must know; `text` is a msgid."""

    level: Level
    text: str


@dataclass(frozen=True, slots=True)
class Since:
    """A day (ISO), how many days ago that is, and whether it is too long."""

    day: str
    days: int
    old: bool


@dataclass(frozen=True, slots=True)
class Board:
    """What the queue page shows; a None could not be read."""

    figures: Figures | None
    new: int | None
    total: int | None
    findings: tuple[Finding, ...]
    held: int = 0
    stuck: int = 0
    flow: Flow | None = None
    since: Mapping[str, Since] = field(default_factory=dict)

    @property
    def hour(self) -> tuple[Bar, ...]:
        """Reports begun in each minute of the last hour."""
        return last_hour(self.figures.minutes if self.figures else ())

    @property
    def just_now(self) -> Minute | None:
        """The last five minutes together."""
        last = self.figures.minutes[-5:] if self.figures else ()
        if not last:
            return None
        sums = (sum(getattr(m, name) for m in last) for name in ("accepted", "filed", "delivered"))
        return Minute(last[-1].at, *sums)

    @property
    def level(self) -> Level:
        """The worst of the findings."""
        levels = {finding.level for finding in self.findings}
        return "alarm" if "alarm" in levels else "watch" if "watch" in levels else "calm"


def add(app: Flask, room: Room, keeper: Doorkeeper) -> None:
    """`/queue`, the fragment that refreshes it, and the same as JSON."""

    @app.get("/queue")
    @guarded(*ROLES, locked=True)
    def queue() -> ResponseReturnValue:
        return render_template("queue.html", board=look(room), at=_at(room))

    @app.get("/queue/live")
    @guarded(*ROLES, stirs=False, page=False, locked=True)
    def queue_live() -> ResponseReturnValue:
        return render_template("_board.html", board=look(room), at=_at(room))

    @app.get("/queue.json")
    @guarded(*ROLES, stirs=False, page=False, locked=True)
    def queue_json() -> ResponseReturnValue:
        return jsonify(as_json(look(room)))


def look(room: Room) -> Board:
    """The figures of this moment. Never raises: what is away is a finding."""
    try:
        figures: Figures | None = room.figures()
    except Unavailable:
        figures = None
    try:
        new, total = room.casebook.count("new", apart=False), room.casebook.count()
        unread = room.casebook.unread_since(hour(room.clock() - UNREAD))
        (held, stuck), coming = _deliveries(room), flow(room)
        since = _since(room)
    except Unavailable:
        return Board(figures, None, None, (*judge(figures), Finding("alarm", _NO_BOOK)))
    found = [Finding("alarm", _UNREAD)] if unread else []
    found += [*judge(figures), *([Finding("watch", _STUCK)] if stuck else [])]
    found += [Finding("watch", _SILENT)] if total and not coming.day else []
    found += [Finding("watch", text) for name, text in _TOO_OLD.items() if since[name].old]
    return Board(figures, new, total, tuple(found), held, stuck, coming, since)


def _since(room: Room) -> dict[str, Since]:
    """How long ago the days are that the desk watches; what was never noted has no day."""
    days, today, found = room.milestones(), room.clock().date(), {}
    for name, most in OLD.items():
        ago = (today - date.fromisoformat(days[name])).days if name in days else 0
        found[name] = Since(days.get(name, ""), ago, ago > most)
    return found


def _deliveries(room: Room) -> tuple[int, int]:
    """How many deliveries wait for a person's word, and how many do not get through."""
    counts = room.post.counts()
    held = sum(n for (_, state), n in counts.items() if state == "held")
    return held, sum(n for (_, state), n in counts.items() if state in ("parked", "dead"))


_SILENT = N_("Cả ngày không có tin nào. Hãy gọi thử xem đường dây còn thông không.")
_STUCK = N_("Có tin không đến được nơi nhận.")
_UNREAD = N_("Có tin quá một ngày chưa ai đọc. Tin chưa đọc không bao giờ tự xoá.")
_TOO_OLD = {
    "recipient_key": N_("Khoá niêm phong đã dùng hơn ba tháng. Cần người quản trị thay."),
    "casebook_key": N_("Khoá sổ tin đã dùng hơn một năm. Cần người quản trị thay."),
    "canary": N_("Hơn một tuần chưa ai thử đường dây (hotline canary)."),
}
_NO_BOOK = N_("Không đọc được sổ tin.")


def judge(figures: Figures | None) -> tuple[Finding, ...]:
    """What is wrong, worst first; nothing when all is well."""
    if figures is None:
        return (Finding("alarm", N_("Không đọc được hàng chờ. Tin mới có thể đang kẹt.")),)
    found = [*_workers(figures), *_failed(figures), *_age(figures.oldest_seconds)]
    found += [*_debt(figures), *_spent(figures), *_opened(figures), *_account(figures)]
    return tuple(sorted(found, key=lambda finding: finding.level != "alarm"))


def _workers(figures: Figures) -> list[Finding]:
    if not any(w.heartbeat_seconds <= SILENT_SECONDS for w in figures.workers):
        return [Finding("alarm", N_("Không có tiến trình nào đang xử lý tin."))]
    if any(w.heartbeat_seconds > SILENT_SECONDS for w in figures.workers):
        return [Finding("watch", N_("Có tiến trình im lặng hơn một phút."))]
    return []


def _failed(figures: Figures) -> list[Finding]:
    if not figures.failed:
        return []
    return [Finding("alarm", N_("Có tin không vào được sổ. Cần người quản trị xem."))]


def _debt(figures: Figures) -> list[Finding]:
    if not figures.purge_overdue:
        return []
    return [Finding("alarm", N_("Có tin còn nằm ở nhà mạng quá một ngày."))]


def _spent(figures: Figures) -> list[Finding]:
    spent = figures.spent
    most = max(spent.segments, spent.urgent) if spent else 0
    if spent is None or most < spent.cap // 2:
        return []
    if most < spent.cap * 4 // 5:
        return [Finding("watch", N_("Hơn nửa số tin nhắn trả lời của hôm nay đã gửi."))]
    return [Finding("alarm", N_("Tin nhắn trả lời của hôm nay sắp hết. Có thể có kẻ phá."))]


def _opened(figures: Figures) -> list[Finding]:
    if figures.opened is None or not (figures.opened.worked or figures.opened.waits):
        return []
    return [Finding("watch", N_("Rất nhiều người mở trang một lúc: ai mới đến phải chờ chút."))]


def _account(figures: Figures) -> list[Finding]:
    if not figures.account.adrift:
        return []
    return [Finding("alarm", N_("Số tin không khớp. Cần người quản trị xem."))]


def _age(seconds: int | None) -> list[Finding]:
    if seconds is None or seconds < WATCH_SECONDS:
        return []
    if seconds < ALARM_SECONDS:
        return [Finding("watch", N_("Có tin chờ hơn một phút."))]
    return [Finding("alarm", N_("Có tin chờ hơn năm phút."))]


def as_json(board: Board) -> dict[str, Any]:
    """Counts and seconds; nobody's words."""
    f = board.figures
    return {
        "state": board.level,
        "new": board.new,
        "tips": board.total,
        "waiting": f.waiting if f else None,
        "running": f.running if f else None,
        "failed": f.failed if f else None,
        "open": f.open if f else None,
        "spooled": f.spooled if f else None,
        "purge_debt": f.purge_debt if f else None,
        "deliveries_held": board.held,
        "deliveries_stuck": board.stuck,
        "channels": dict(board.flow.channels) if board.flow else None,
        "minutes": [[m.accepted, m.filed, m.delivered] for m in (f.minutes if f else ())],
        "steps": dict(f.steps if f else ()),
        "standing": {name: asdict(each) for name, each in (f.standing if f else {}).items()},
        "adrift": f.account.adrift if f else None,
        "days": {name: each.days if each.day else None for name, each in board.since.items()},
        "oldest_seconds": f.oldest_seconds if f else None,
        "workers": [
            {"name": w.name, "state": w.state, "heartbeat_seconds": w.heartbeat_seconds}
            for w in (f.workers if f else ())
        ],
    }


def _at(room: Room) -> str:
    return room.clock().strftime("%H:%M:%S")
