"""What every template may use."""

from collections.abc import Callable
from datetime import date, datetime, timedelta, timezone
from typing import Any

from babel.dates import format_date
from flask import Flask, g, request

from hotline.desk import drawing
from hotline.desk.doorkeeper import Doorkeeper
from hotline.desk.guard import ADMINS, HANDLERS, READERS, WATCHERS
from hotline.desk.i18n import LANGUAGES, N_, OWN_NAMES, Language, Texts
from hotline.desk.labels import LABELS
from hotline.desk.queue import SILENT_SECONDS
from hotline.desk.showing import hidden_characters, short, visible
from hotline.places import prefecture_name, prefectures

_JAPAN = timezone(timedelta(hours=9))
_DAY = {"vi": "dd/MM/yyyy", "en": "d MMM yyyy", "ja": "yyyy年M月d日"}
_DAY_OF_WEEK = {"vi": "EEEE, dd/MM/yyyy", "en": "EEE d MMM yyyy", "ja": "yyyy年M月d日(E)"}


def dress_templates(app: Flask, texts: Texts, keeper: Doorkeeper) -> None:
    """Give the templates their words, filters and the session they are shown in."""

    def language() -> Language:
        return keeper.language(request, g.get("session"))

    def say(text: str, **gaps: object) -> str:
        return texts.say(language(), text, **gaps)

    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    app.jinja_env.filters["visible"] = visible
    app.jinja_env.filters["short"] = short
    app.jinja_env.filters["hidden_characters"] = hidden_characters
    app.jinja_env.globals["_"] = say
    app.context_processor(lambda: _helpers(say, language()))


def _helpers(say: Callable[..., str], language: Language) -> dict[str, Any]:
    def label(group: str, key: str | None) -> str:
        return say(LABELS[group][key]) if key in LABELS[group] else key or ""

    def prefecture(code: str | None) -> str:
        return prefecture_name(code, language) if code in prefectures() else ""

    def day(text: str, weekday: bool = True) -> str:
        form = _DAY_OF_WEEK if weekday else _DAY
        return format_date(date.fromisoformat(text[:10]), form[language], locale=language)

    def hour(received: str, weekday: bool = True) -> str:
        on, at = day(received, weekday), int(received[11:13])
        return say(N_("%(day)s, %(hour)s giờ"), day=on, hour=at)

    def moment(text: str) -> str:
        return f"{day(text)}, {text[11:16]}"

    def at(minute: int) -> str:
        return datetime.fromtimestamp(60 * minute, _JAPAN).strftime("%H:%M")

    def age(seconds: int) -> str:
        if seconds < 120:
            return say(N_("%(n)s giây"), n=seconds)
        if seconds < 7200:
            return say(N_("%(n)s phút"), n=seconds // 60)
        return say(N_("%(n)s giờ"), n=seconds // 3600)

    session = g.get("session")
    role = session.operator.role if session else None
    return {
        "language": language,
        "languages": [(name, OWN_NAMES[name]) for name in LANGUAGES],
        "label": label,
        "labels": LABELS,
        "prefecture": prefecture,
        "prefectures": sorted(prefectures()),
        "age": age,
        "at": at,
        "hour_digits": lambda when: when[11:13],
        "minute_digits": lambda when: when,
        "day_digits": lambda when: f"{int(when[8:10])}/{int(when[5:7])}",
        "silent_seconds": SILENT_SECONDS,
        "hour": hour,
        "day": day,
        "ground": drawing.ground,
        "moment": moment,
        "session": session,
        "may_read": role in READERS,
        "may_handle": role in HANDLERS,
        "may_watch": role in WATCHERS,
        "may_run": role in ADMINS,
    }
