"""Writes tests/vectors/matching: a made-up world and what callers say of it.

Tips come out of the program's own understanding of the words, as they would from a first message,
so they have the gaps and mistakes of real ones. Nobody in here lives; nothing is random twice.

Two halves: `tune`, on which weights may be set, and `held`, whose matters and most of whose
phrases no weight was set on. A pair is `true` when both tips are of one matter, `mute` when they
are and share nothing that could be told (no place within 12 km, no name in both): mute ones are
not scored.
"""

import json
import random
import tomllib
import unicodedata
import uuid
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

from hotline.conversation.events import Said
from hotline.conversation.session import Session
from hotline.intake.handover import tip_of
from hotline.intake.learned import place_kept, said
from hotline.intake.messages import Part, ReportId
from hotline.intake.profiles import profile_of
from hotline.places import StationRow, stations
from hotline.records.matching import nearest
from hotline.records.tip import Tip, to_json
from hotline.understanding.message import understand

FOLDER = Path(__file__).parents[1] / "tests" / "vectors" / "matching"
SEED = 20261125
HALVES = ("tune", "held")
AREAS = {"13": 40, "11": 14, "12": 10, "14": 12, "23": 12, "27": 14, "10": 6, "08": 6}
FIRST = datetime(2026, 10, 10)  # noqa: DTZ001 - Japan time throughout
DAYS = 42
CLOSE = 1.6  # km: two who saw one raid may name two stations
LINKED = 12.0  # km: what can still be told from the place


@dataclass
class Person:
    name: str
    given: str
    nick: str
    gender: str
    home: str
    born: int


@dataclass
class Matter:
    """Something that happened: at a station, at an hour, to some people."""

    name: str
    at: StationRow
    when: datetime
    people: list[Person]
    crowd: int


@dataclass
class World:
    """One half: its chance, its phrases, and what was said so far."""

    half: str
    chance: random.Random
    phrases: Mapping[str, Any]
    places: Sequence[StationRow]
    told: list[tuple[str, str, Tip]] = field(default_factory=list)  # matter, whom, tip

    def pick(self, key: str) -> str:
        pool = [*self.phrases["both"].get(key, ()), *self.phrases[self.half].get(key, ())]
        return self.chance.choice(pool)

    def person(self, **fixed: Any) -> Person:
        names, c = self.phrases["names"], self.chance
        gender = fixed.get("gender") or ("male" if c.random() < 0.75 else "female")
        given = fixed.get("given") or c.choice(names[gender])
        surname = fixed.get("surname") or weighted(c, names["surnames"])
        name = fixed.get("name") or f"{surname} {c.choice(names[f'{gender}_middle'])} {given}"
        nick = c.choice(names["nicks"]) if c.random() < 0.15 else ""
        home = fixed.get("home") or weighted(c, names["homes"])
        return Person(name, given, nick, gender, home, fixed.get("born") or c.randint(1986, 2005))

    def matter(self, name: str, most: int, **fixed: Any) -> Matter:
        at = fixed.get("at") or self.station()
        when = fixed.get("when") or FIRST + timedelta(
            days=self.chance.randrange(DAYS), hours=self.chance.choice([7, 10, 14, 17, 19, 20, 22])
        )
        crowd = self.chance.randint(1, most)
        people = [self.person() for _ in range(min(crowd, 3))]
        return Matter(name, at, when, people, crowd)

    def station(self) -> StationRow:
        """Half of what is told happens where many live: at few stations, again and again."""
        if self.chance.random() < 0.5:
            name, prefecture = self.chance.choice(self.phrases["places"]["busy"])
            return next(s for s in self.places if (s.name, s.prefecture) == (name, prefecture))
        area = weighted(self.chance, AREAS)
        return self.chance.choice([s for s in self.places if s.prefecture == area])

    def near(self, at: StationRow, km: float) -> StationRow:
        return self.chance.choice([s for s in self.places if apart(s, at) <= km])

    def far(self, at: StationRow) -> StationRow:
        found = [s for s in self.places if 15 < apart(s, at) < 60]
        return self.chance.choice(found)


def weighted(chance: random.Random, weights: Mapping[str, int]) -> str:
    return chance.choices(list(weights), list(weights.values()))[0]


def apart(one: StationRow, other: StationRow) -> float:
    """Kilometres, roughly."""
    if None in (one.lat, one.lon, other.lat, other.lon):
        return 999.0
    north = (one.lat - other.lat) * 111  # type: ignore[operator]
    east = (one.lon - other.lon) * 90  # type: ignore[operator]
    return float((north**2 + east**2) ** 0.5)


def stage(half: str, chance: random.Random) -> World:
    """A world in which nothing has happened yet."""
    phrases = tomllib.loads((FOLDER / "phrases.toml").read_text("utf-8"))
    there = [s for s in everywhere() if s.prefecture in AREAS and s.lat]
    order = {area: number for number, area in enumerate(AREAS)}
    return World(half, chance, phrases, sorted(there, key=lambda s: order[s.prefecture]))


def make(half: str, chance: random.Random) -> World:
    world = stage(half, chance)
    for number in range(24):
        raid(world, f"{half}-raid-{number}")
    for number in range(26):
        lost(world, f"{half}-lost-{number}")
    for number in range(7):
        accident(world, f"{half}-hurt-{number}")
    for number in range(45):
        tell(world, f"{half}-noise-{number}", "", world.pick("noise"), world.matter("", 1))
    return world


def raid(world: World, name: str) -> None:
    """Some saw it, some miss one who was taken; and raids that are easily taken for it."""
    chance, it = world.chance, world.matter(name, 7)
    for _ in range(chance.choice([1, 2, 2, 3, 4])):
        witness(world, it, "seen")
    for person in it.people[: chance.choice([0, 1, 1, 2])]:
        relative(world, it, person, "seeks" if chance.random() < 0.55 else "knows")
    if chance.random() < 0.12:
        tell(world, it.name, it.people[0].name, world.pick("own"), it, it.people[0], it.at)
    if chance.random() < 0.45:
        later = it.when + timedelta(days=chance.choice([2, 3, 5, 8]))
        witness(world, world.matter(f"{name}-later", 7, at=it.at, when=later), "seen")
    if chance.random() < 0.45:
        there = world.matter(f"{name}-there", 7, at=world.far(it.at), when=it.when)
        witness(world, there, "seen")
    if chance.random() < 0.45:
        other = world.matter(f"{name}-other", 1, at=world.near(it.at, 8), when=it.when)
        other.when += timedelta(days=chance.choice([-6, -3, 2, 4]))
        relative(world, other, other.people[0], "seeks")


def lost(world: World, name: str) -> None:
    """Two or three seek one person; and a namesake."""
    chance, it = world.chance, world.matter(name, 1)
    person = it.people[0]
    for number in range(chance.choice([2, 2, 3])):
        relative(world, it, person, "seeks", late=number * chance.randint(0, 4))
    if chance.random() < 0.35:
        fixed: dict[str, Any] = {"name": person.name, "given": person.given}
    elif chance.random() < 0.5:
        fixed = {"given": person.given, "home": person.home}
    else:
        return
    born = person.born + chance.choice([-9, -7, 7, 9])
    double = world.person(gender=person.gender, born=born, **fixed)
    there = world.matter(f"{name}-double", 1)
    relative(world, there, double, "seeks")


def accident(world: World, name: str) -> None:
    it = world.matter(name, 2)
    for _ in range(world.chance.choice([1, 2])):
        witness(world, it, "hurt")
    relative(world, it, it.people[0], "kin_hurt")


def witness(world: World, it: Matter, phrase: str) -> None:
    chance = world.chance
    at = it.at if chance.random() < 0.72 else world.near(it.at, CLOSE)
    person = it.people[0] if chance.random() < 0.35 else None
    tell(world, it.name, person.name if person else "", world.pick(phrase), it, person, at)


def relative(world: World, it: Matter, person: Person, phrase: str, late: int = 0) -> None:
    chance = world.chance
    at = it.at if chance.random() < 0.5 else world.near(it.at, 4.0)
    tell(world, it.name, person.name, world.pick(phrase), it, person, at, late)


def tell(
    world: World,
    matter: str,
    whom: str,
    phrase: str,
    it: Matter,
    person: Person | None = None,
    at: StationRow | None = None,
    late: int = 0,
) -> None:
    """Somebody says it: some days later, with or without marks, more or less exactly."""
    chance, at = world.chance, at or it.at
    received = it.when + timedelta(
        days=chance.choice([0, 1, 1, 2, 3]) + late, hours=chance.randint(3, 9)
    )
    call = named(chance, person) if person else ""
    gaps = {
        "station": spelled(chance, at),
        "town": latin(town_of(at)),
        "time": time_words(chance, it.when, received),
        "n": about(chance, it.crowd),
        "name": called(chance, person) if person else "",
        "home": person.home if person else "",
        "age": age_words(chance, person, received) if person else "",
        "rel": chance.choice(world.phrases["kin"][person.gender]) if person else "",
        "named": call,
    }
    text = phrase.format(**gaps)
    if chance.random() < 0.55:
        text = bare(text)
    world.told.append((matter, whom, understood(chance, text, received, at)))


def understood(chance: random.Random, text: str, received: datetime, at: StationRow) -> Tip:
    """The tip that a first message makes; where it asks which station, most callers answer."""
    session = Session("sms", "start", 1, "hello")
    found = understand(text, received)
    kept = list(said(Said(received, text), session, found).kept)
    doubts = [a for a in found.stations if a.decision == "ask"]
    if doubts and not any(a.decision == "certain" for a in found.stations):
        right = [m for a in doubts for m in a.matches if m.station.name == at.name]
        if right and chance.random() < 0.75:
            kept.append(place_kept("", (right[0],), right[0].station.prefecture))
    report = ReportId(uuid.UUID(int=chance.getrandbits(128), version=4).hex)
    hour = received.strftime("%Y-%m-%dT%H:00+09:00")
    part = Part(report=report, turn=1, hour=hour, channel="sms", locale="vi", kept=tuple(kept))
    made = tip_of(report, [part], True)
    assert made is not None
    return made


def named(chance: random.Random, person: Person) -> str:
    """What somebody heard of one of them."""
    call = person.nick if person.nick and chance.random() < 0.2 else person.given
    more = f" quê {person.home}" if chance.random() < 0.45 else ""
    return chance.choice(
        [f", có một người tên {call}{more}", f", trong đó có bạn tên {call}{more}"]
    )


def called(chance: random.Random, person: Person) -> str:
    roll = chance.random()
    if roll < 0.55:
        return person.name
    if roll < 0.7:
        return f"{person.name.split()[0]} {person.given}"
    if person.nick and roll < 0.8:
        return f"{person.name} ({person.nick})"
    return person.given


def age_words(chance: random.Random, person: Person, received: datetime) -> str:
    age = received.year - person.born
    return chance.choice(
        [
            f"sinh năm {person.born}",
            f"{age} tuổi",
            f"sn {person.born % 100:02d}",
            f"{age}t",
            "còn trẻ",
        ]
    )


def about(chance: random.Random, crowd: int) -> str:
    """Not everybody counts right, and some do not count."""
    roll = chance.random()
    if roll < 0.12:
        return "mấy"
    if roll < 0.3 and crowd > 2:
        return str(crowd + chance.choice([-1, 1]))
    return str(crowd)


def time_words(chance: random.Random, when: datetime, received: datetime) -> str:
    days = (received.date() - when.date()).days
    part = next(word for hour, word in _PARTS if when.hour < hour)
    names = {0: "hôm nay", 1: "hôm qua", 2: "hôm kia"}
    if days == 1 and part == "tối" and chance.random() < 0.6:
        return "tối qua"
    day = names.get(days) or chance.choice(
        [f"ngày {when.day}/{when.month}", f"{when.day}/{when.month}"]
    )
    if chance.random() < 0.55:
        return f"{part} {day}"
    return f"{day} khoảng {when.hour}h" if chance.random() < 0.4 else day


_PARTS = ((11, "sáng"), (13, "trưa"), (18, "chiều"), (24, "tối"))


def spelled(chance: random.Random, at: StationRow) -> str:
    """As people write a station: letters, sometimes glued, sometimes as on the sign."""
    text = latin(at.romaji)
    roll = chance.random()
    if roll < 0.12:
        return at.name
    if roll < 0.6:
        return text.replace("-", " ").lower()
    return text


@cache
def everywhere() -> tuple[StationRow, ...]:
    return stations()


def town_of(at: StationRow) -> str:
    """As its station is called, where it has one."""
    there = [s for s in everywhere() if s.municipality == at.municipality]
    return next((s.romaji for s in there if s.name in at.municipality), at.romaji)


def latin(text: str) -> str:
    """Without macrons."""
    return "".join(c for c in unicodedata.normalize("NFD", text) if not unicodedata.combining(c))


def bare(text: str) -> str:
    """Without marks, as most people type."""
    return latin(text.replace("đ", "d").replace("Đ", "D"))


def pairs(world: World) -> Iterator[dict[str, str]]:
    """Which two tips are of one matter, and whether anything could tell."""
    for index, (matter, whom, tip) in enumerate(world.told):
        for other_matter, other_whom, other in world.told[index + 1 :]:
            if matter != other_matter:
                continue
            mute = is_mute(tip, other, whom, other_whom)
            low, high = sorted((tip.id, other.id))
            label = "mute" if mute else "true"
            yield {"half": world.half, "matter": matter, "one": low, "other": high, "label": label}


def is_mute(one: Tip, other: Tip, whom: str, other_whom: str) -> bool:
    """Whether nobody could tell from these two that they are of one matter."""
    if whom and other_whom and whom != other_whom and "missing" in (one.kind, other.kind):
        return True  # two who were taken together and are sought apart
    a, b = profile_of(one), profile_of(other)
    place = nearest(a, b)
    close = place is not None and place[0] <= LINKED
    return not close and not (a.names and b.names and whom == other_whom)


def main() -> None:
    tips, found = [], []
    for number, half in enumerate(HALVES):
        world = make(half, random.Random(SEED + number))  # noqa: S311
        tips += [{"half": half, "tip": to_json(tip)} for _, _, tip in world.told]
        found += pairs(world)
    for name, rows in (("tips", tips), ("pairs", found)):
        lines = [json.dumps(row, ensure_ascii=False, sort_keys=True) for row in rows]
        (FOLDER / f"{name}.jsonl").write_text("\n".join(lines) + "\n", "utf-8")
    for half in HALVES:
        mine = [p for p in found if p["half"] == half]
        true = sum(p["label"] == "true" for p in mine)
        print(
            half,
            sum(t["half"] == half for t in tips),
            "tips",
            true,
            "true",
            len(mine) - true,
            "mute",
        )


if __name__ == "__main__":
    main()
