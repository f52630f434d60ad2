"""The operators' side: an application that Granian serves, `hotline.desk_app:application`."""

from flask import Flask

from hotline import process, wiring_book
from hotline.desk import Room, create_desk
from hotline.logs import stderr_log
from hotline.process import die_with_parent, leave_no_core, say_why
from hotline.settings import Settings


def application() -> Flask:
    """The application of a desk process, from its environment. Ends the process, saying why."""
    return say_why(_application)


def _application() -> Flask:
    die_with_parent()
    leave_no_core()
    settings = Settings.from_env(process.environment(), "desk")
    settings.need("secret_key", "durable_redis_url")
    stderr_log("desk")("started")
    book = wiring_book.database(settings)
    wiring_book.note_keys(settings, book.milestones, process.japan_now())
    room = Room(
        casebook=book.casebook,
        work=book.work,
        attachments=book.attachments,
        replies=book.reply_box,
        post=book.deliveries,
        tallies=book.tallies,
        matches=book.matches,
        cases=book.cases,
        operators=book.operators,
        passkeys=book.passkeys,
        sessions=book.sessions,
        audit=book.audit,
        figures=wiring_book.figures(settings),
        clock=process.japan_now,
        secret_key=settings.secret_key,
        https=settings.desk_https == "yes" or settings.desk_url.startswith("https:"),
        hears=wiring_book.hears(settings, book),
        metrics_token=settings.metrics_token,
        clerk=wiring_book.clerk(settings),
        milestones=book.milestones.days,
        origin=wiring_book.desk_origin(settings),
    )
    return create_desk(room)
