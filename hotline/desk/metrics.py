"""`/metrics`: counts for whoever watches the machine, in Prometheus' text form. Nobody's words."""

import hmac
from collections.abc import Iterator, Mapping

from flask import Flask, Response, request
from flask.typing import ResponseReturnValue

from hotline.desk.doorkeeper import Doorkeeper
from hotline.desk.guard import signed
from hotline.desk.ports import Room
from hotline.desk.queue import Board, look
from hotline.intake.messages import Figures

PROMETHEUS = "text/plain; version=0.0.4; charset=utf-8"
SHORTEST_TOKEN = 16


def add(app: Flask, room: Room, keeper: Doorkeeper) -> None:
    """`/metrics`, for `Authorization: Bearer TOKEN`; closed while the settings have no token."""

    @app.get("/metrics")
    @signed
    def metrics() -> ResponseReturnValue:
        given = request.headers.get("Authorization", "").removeprefix("Bearer ")
        wanted = room.metrics_token.encode()
        if not wanted or not hmac.compare_digest(given.encode(), wanted):
            return Response(status=401, headers={"WWW-Authenticate": "Bearer"})
        return Response("".join(lines(look(room))), content_type=PROMETHEUS)


def lines(board: Board) -> Iterator[str]:
    """Every figure there is; what cannot be read is left out, and `hotline_up` says so."""
    yield from _gauge(
        "hotline_up",
        "1 when the source answers",
        {
            'source="queue"': int(board.figures is not None),
            'source="casebook"': int(board.total is not None),
        },
    )
    if board.total is not None and board.new is not None:
        yield from _gauge("hotline_tips", "tips in the case book", {"": board.total})
        yield from _gauge("hotline_tips_new", "tips nobody has read", {"": board.new})
    yield from _gauge(
        "hotline_days_since",
        "days since a key came into use, or a canary went through",
        {f'what="{name}"': each.days for name, each in board.since.items() if each.day},
    )
    if board.figures is not None:
        yield from _queue(board.figures)


def _queue(figures: Figures) -> Iterator[str]:
    account = figures.account
    yield from _gauge("hotline_reports_accepted", "reports begun", {"": account.accepted})
    yield from _gauge(
        "hotline_reports",
        "where every accepted report is",
        {
            'state="filed"': account.filed,
            'state="waiting"': account.waiting,
            'state="telling"': account.telling,
            'state="dead"': account.dead,
            'state="erased"': account.erased,
        },
    )
    yield from _gauge(
        "hotline_reports_adrift", "accepted reports that are nowhere: 0", {"": account.adrift}
    )
    yield from _gauge(
        "hotline_letters",
        "letters of the day, sent and not",
        {f'outcome="{end}"': figures.totals.get(f"mail_{end}", 0) for end in ("sent", "failed")},
    )
    yield from _gauge("hotline_spooled", "parts on disks of the doors", {"": figures.spooled})
    yield from _gauge("hotline_purge_debt", "still at the provider", {"": figures.purge_debt})
    yield from _gauge(
        "hotline_purge_overdue", "there for more than a day", {"": figures.purge_overdue}
    )
    if figures.spent is not None:
        yield from _gauge(
            "hotline_sms_segments",
            "sent today, those that name help at once, and how many of the others may be",
            {
                'of="sent"': figures.spent.segments,
                'of="urgent"': figures.spent.urgent,
                'of="cap"': figures.spent.cap,
            },
        )
        yield from _gauge(
            "hotline_sms_unanswered", "answers left out today", {"": figures.spent.unanswered}
        )
    yield from _opened(figures)
    yield from _gauge("hotline_running", "reports a worker holds", {"": figures.running})
    yield from _gauge(
        "hotline_oldest_seconds",
        "age of the oldest waiting report",
        {"": figures.oldest_seconds or 0},
    )
    beats = [worker.heartbeat_seconds for worker in figures.workers]
    yield from _gauge("hotline_workers", "worker processes known", {"": len(beats)})
    yield from _gauge(
        "hotline_worker_silent_seconds",
        "since the last heartbeat of any worker",
        {"": min(beats, default=-1)},
    )
    yield from _gauge(
        "hotline_total",
        "counters since the beginning",
        {f'of="{name}"': count for name, count in sorted(figures.totals.items())},
    )


def _gauge(name: str, meaning: str, values: Mapping[str, int]) -> Iterator[str]:
    yield f"# HELP {name} {meaning}\n# TYPE {name} gauge\n"
    for labels, value in values.items():
        yield f"{name}{{{labels}}} {value}\n" if labels else f"{name} {value}\n"


def _opened(figures: Figures) -> Iterator[str]:
    if figures.opened is None:
        return
    yield from _gauge(
        "hotline_page_opened",
        "conversations opened on the page in ten minutes, and how many may be at no cost",
        {
            'of="free"': figures.opened.free,
            'of="cap"': figures.opened.most,
            'of="worked"': figures.opened.worked,
        },
    )
    yield from _gauge(
        "hotline_page_wait_seconds",
        "that a new conversation waits on the page without script",
        {"": figures.opened.waits},
    )
