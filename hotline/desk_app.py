"""The operators' side: an application that Granian serves, `hotline.desk_app:application`."""

from flask import Flask

from hotline import process, wiring_book
from hotline.desk.app import create_desk
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
    return create_desk(
        book.casebook,
        book.operators,
        wiring_book.figures(settings),
        process.japan_now,
        settings.secret_key,
        sessions=book.sessions,
        audit=book.audit,
        hears=wiring_book.hears(settings, book),
        https=settings.desk_https == "yes",
        metrics_token=settings.metrics_token,
    )
