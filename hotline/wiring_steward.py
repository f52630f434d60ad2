"""Where ports meet adapters for the steward, which opens nothing and understands nothing."""

from collections.abc import Callable
from functools import partial

from hotline.intake.daily import Letters
from hotline.intake.errors import Mistaken
from hotline.provider.smtp import Smtp
from hotline.settings import Settings
from hotline.stores.database import open_engine
from hotline.stores.diary import RedisDiary, count_day
from hotline.stores.link import Link
from hotline.stores.redis_sessions import RedisOutbox
from hotline.stores.reply_box import SqlReplyBox


def letters(settings: Settings) -> Letters | None:
    """What sends the day's letter; None where none is asked for. Raises Mistaken."""
    if not settings.smtp_url:
        return None
    settings.need("durable_redis_url", "database_url")
    hour = settings.mail_hour
    if not (hour.isdecimal() and int(hour) < 24):
        raise Mistaken("HOTLINE_MAIL_HOUR: an hour from 0 to 23 is wanted")
    receivers = [each.strip() for each in settings.mail_to.split(",") if each.strip()]
    mailer = Smtp(settings.smtp_url, settings.mail_from, receivers, settings.smtp_password)
    link = Link(settings.durable_redis_url, "durable")
    count = partial(count_day, open_engine(settings.database_url), RedisOutbox(link))
    return Letters(mailer, RedisDiary(link), count, int(hour))


def answers_out(settings: Settings) -> Callable[[], int]:
    """A function that brings states and answers to where receipts find them.

    It needs no key: what it carries is sealed already. It raises Unavailable.
    """
    settings.need("database_url", "durable_redis_url")
    box = SqlReplyBox(open_engine(settings.database_url))
    return partial(box.bring, Link(settings.durable_redis_url, "durable"))
