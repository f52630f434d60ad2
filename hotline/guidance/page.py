"""A case card in words: a page to print, and the JSON object of `hotline card --json`."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from hotline.guidance.card import Card, Due
from hotline.guidance.facts import Bureau, Contact, Desk, Origin, Said, facts
from hotline.guidance.way import WayStep

_MINUTE = "%Y-%m-%dT%H:%M"


def as_text(card: Card, locale: str = "vi") -> str:
    """The card as lines of plain text, in one of vi, en, ja."""
    return "\n".join(Writer(card, locale).lines()) + "\n"


def as_json(card: Card, locale: str = "vi") -> dict[str, Any]:
    """Keys: tip, prefecture, bureau, bar_associations, clock, contacts, text; and way, where the
    tip is about going home: each step with what it needs.

    `prefecture` and `bureau` are null when the place is unknown or in doubt; `phone` is empty where
    no number was found.
    """
    writer = Writer(card, locale)
    sure = card.prefectures[0] if len(card.prefectures) == 1 else None
    way = {"way": [writer.step(step) for step in card.way]} if card.way else {}
    return {
        "tip": card.matter.tip,
        "prefecture": sure.code if sure else None,
        "bureau": writer.of(sure.bureau.name) if sure else None,
        "bar_associations": writer.bars(),
        "clock": [writer.due(due) for due in card.clock],
        "contacts": [writer.office(bureau) for bureau in card.bureaus]
        + [writer.contact(contact) for contact in card.contacts],
        "text": as_text(card, locale),
        **way,
    }


class Writer:
    """The parts of one card in words of one locale."""

    def __init__(self, card: Card, locale: str) -> None:
        self.card, self.locale = card, locale

    def say(self, name: str) -> str:
        """A fixed word of the card."""
        return facts().words[name][self.locale]

    def of(self, said: Said) -> str:
        """A text of the tables."""
        return said[self.locale]

    def kind(self) -> Said:
        """What happened."""
        return facts().kinds[self.card.matter.kind]

    # ------------------------------------------------------------ JSON

    def bars(self) -> list[dict[str, Any]]:
        """Each bar association with its desks; no desks where none was found."""
        if not self.card.clocked:
            return []
        return [
            {"name": bar, "desks": [self.desk(desk) for desk in prefecture.desks]}
            for prefecture in self.card.prefectures
            for bar in prefecture.bars
        ]

    def desk(self, desk: Desk) -> dict[str, Any]:
        return {
            "area": desk.area,
            "phone": desk.phone,
            "hours": self.hours(desk.days, desk.hours, desk.mail),
            "who": self.say(f"who_{desk.who}"),
            **_origin(desk.origin),
        }

    def office(self, bureau: Bureau) -> dict[str, Any]:
        """A bureau as one of the contacts."""
        return {
            "name": self.of(bureau.name),
            "phone": bureau.phone,
            "hours": "",
            "abroad": "unknown",
            **_origin(bureau.origin),
        }

    def due(self, due: Due) -> dict[str, Any]:
        return {
            "at": due.at.strftime(_MINUTE),
            "latest": due.latest.strftime(_MINUTE),
            "passed": due.passed,
            "what": self.of(due.deadline.text),
            **_origin(due.deadline.origin),
        }

    def step(self, step: WayStep) -> dict[str, Any]:
        """A step of the way home; `unknown`: what nobody has found yet."""
        needs = [{"text": self.of(need.text), **_origin(need.origin)} for need in step.needs]
        return {
            "step": step.id,
            "what": self.of(step.name),
            "done": self.card.is_done(step),
            "who": self.of(step.who),
            "needs": needs,
            "unknown": [self.of(gap) for gap in step.gaps],
        }

    def contact(self, contact: Contact) -> dict[str, Any]:
        return {
            "name": self.of(contact.name),
            "phone": contact.phone,
            "hours": self.hours(contact.days, contact.hours, ""),
            "abroad": contact.abroad,
            **_origin(contact.origin),
        }

    def hours(self, days: str, hours: str, mail: str) -> str:
        parts = [self.say(days) if days else "", hours]
        whole = " ".join(part for part in parts if part)
        return ", ".join(part for part in (whole, self.say(f"mail_{mail}") if mail else "") if part)

    # ------------------------------------------------------------ a page

    def lines(self) -> Iterator[str]:
        matter = self.card.matter
        yield f"{self.say('title')} · {self.say('tip')} {matter.tip[:8]}"
        yield ""
        count = f" · {matter.count}" if matter.count else ""
        yield f"{self.say('what')}: {self.of(self.kind())}{count}"
        yield f"{self.say('where')}: {matter.place or self.say('unknown')}"
        yield from self._prefectures()
        yield f"{self.say('when')}: {self.when()}"
        if self.card.clocked:
            yield from self._clock()
            yield from self._steps()
            yield from self._desks()
            yield from self._asked()
        elif self.card.way:
            yield from self._way()
        else:
            yield ""
            yield self.say("not_for_kind")
        yield from self._bureau()
        yield from self._contacts()
        yield ""
        yield self.say("footer")

    def _prefectures(self) -> Iterator[str]:
        if len(self.card.prefectures) > 1:
            names = ", ".join(prefecture.name for prefecture in self.card.prefectures)
            yield f"  {self.say('several')}: {names}"
        elif not self.card.prefectures:
            yield f"  {self.say('no_prefecture')}"

    def when(self) -> str:
        """When it happened, as far as it is known."""
        start, end = self.card.matter.start, self.card.matter.end
        if start is None:
            return self.say("unknown")
        return _span(start, end)

    def _clock(self) -> Iterator[str]:
        yield from ("", self.say("clock"))
        if not self.card.clock:
            yield f"  {self.say('no_when')}"
            return
        if self.card.matter.kind == "missing":
            yield f"  {self.say('if_arrested')}"
        yield f"  ({self.say('from')})"
        for due in self.card.clock:
            late = "" if due.at == due.latest else f", {self.say('latest')} {_moment(due.latest)}"
            over = f" [{self.say('passed')}]" if due.passed else ""
            yield f"  {_moment(due.at)}{late}{over}"
            yield f"    {self.of(due.deadline.text)}"
            yield f"    {self._origin(due.deadline.origin)}"

    def _way(self) -> Iterator[str]:
        yield from ("", self.say("way"))
        for step in self.card.way:
            mark = "[x]" if self.card.is_done(step) else "[ ]"
            yield f"  {mark} {self.of(step.name)} ({self.of(step.who)})"
            for need in step.needs:
                yield f"      {self.of(need.text)}"
                yield f"      {self._origin(need.origin)}"
            for gap in step.gaps:
                yield f"      {self.say('blank')}: {self.of(gap)} ____"

    def _steps(self) -> Iterator[str]:
        yield from ("", self.say("steps"))
        for number, step in enumerate(self.card.steps, 1):
            yield f"  {number}. {self.of(step.text)}"
            yield f"     {self._origin(step.origin)}"

    def _desks(self) -> Iterator[str]:
        yield from ("", self.say("desks"))
        for prefecture in self.card.prefectures:
            yield f"  {prefecture.name}: {', '.join(prefecture.bars)}"
            for desk in prefecture.desks:
                yield from self._desk(desk)
            if not prefecture.desks:
                yield f"    {self.say('not_found')}"
        if not self.card.prefectures:
            yield f"  {self.say('no_prefecture')}"

    def _desk(self, desk: Desk) -> Iterator[str]:
        area = f"{desk.area}: " if desk.area else ""
        hours = self.hours(desk.days, desk.hours, desk.mail)
        yield f"    {area}{desk.phone}{f' ({hours})' if hours else ''}"
        yield f"      {self.say(f'who_{desk.who}')}"
        yield f"      {self._origin(desk.origin)}"

    def _asked(self) -> Iterator[str]:
        yield from ("", self.say("asked"))
        for one in facts().asked:
            mark = "[x]" if one.known in self.card.matter.known else "[ ]"
            yield f"  {mark} {self.of(one.text)}"

    def _bureau(self) -> Iterator[str]:
        if not self.card.bureaus:
            return
        yield from ("", self.say("bureau"))
        for bureau in self.card.bureaus:
            yield f"  {self.of(bureau.name)}: {bureau.phone or self.say('not_found')}"
            if bureau.origin:
                yield f"    {self._origin(bureau.origin)}"

    def _contacts(self) -> Iterator[str]:
        yield from ("", self.say("contacts"))
        for contact in self.card.contacts:
            hours = self.hours(contact.days, contact.hours, "")
            number = f": {contact.phone}" if contact.phone else ""
            yield f"  {self.of(contact.name)}{number}{f' ({hours})' if hours else ''}"
            if contact.phone and contact.abroad != "yes":
                yield f"    {self.say('abroad_' + contact.abroad)}"
            yield f"    {self._origin(contact.origin)}"

    def _origin(self, origin: Origin) -> str:
        doubt = "" if origin.confirmed else f"{self.say('unconfirmed')}; "
        day = f"{self.say('checked')} {origin.checked:%Y-%m-%d}"
        return f"({doubt}{self.say('source')}: {origin.source}, {day})"


def _origin(origin: Origin | None) -> dict[str, Any]:
    return {
        "source": origin.source if origin else "",
        "checked": f"{origin.checked:%Y-%m-%d}" if origin else "",
        "confirmed": origin.confirmed if origin else False,
    }


def _moment(moment: datetime) -> str:
    return f"{moment:%Y-%m-%d %H:%M}"


def _span(start: datetime, end: datetime | None) -> str:
    return _moment(start) if end is None else f"{_moment(start)} – {_moment(end)}"
