"""Write `tests/vectors/understanding/stations_{tune,held}.jsonl`: spellings and what they mean.

    python tools/station_vectors.py

Spellings come from how people write (rules of this file, not the resolver's foldings) and from
the hand-written lines in `station_vectors.tsv`. A seeded draw halves them; the
held half is only scored.
"""

import json
import random
import re
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

HERE = Path(__file__).resolve().parent
TABLE = HERE.parent / "hotline" / "places" / "stations.tsv"
OUT = HERE.parent / "tests" / "vectors" / "understanding"
SEED = 20261124
MACRONS = str.maketrans("āīūēō", "aiueo")
KEYS = str.maketrans("abcdefghijklmnopqrstuvwxyz", "22233344455566677778889999")
BEAT = re.compile(r"[^aiueo]*?(?:sh|ch|ts|[kgsztdnhbpmyrwjf])?y?[aiueo]|n(?![aiueoy])|[a-z]")
KUNREI = [("shi", "si"), ("chi", "ti"), ("tsu", "tu"), ("fu", "hu"), ("ji", "zi"), ("sha", "sya"),
          ("shu", "syu"), ("sho", "syo"), ("cha", "tya"), ("chu", "tyu"), ("cho", "tyo"),
          ("ja", "zya"), ("ju", "zyu"), ("jo", "zyo")]  # fmt: skip
HEARD = {
    "k": ["c", "k"], "sh": ["s", "x"], "s": ["x", "s"], "ts": ["ch", "x", "ts"], "z": ["d", "z"],
    "j": ["gi", "d"], "f": ["ph"], "w": ["oa"], "y": ["d", "i", "y"], "ch": ["ch", "tr"],
}  # fmt: skip
MARKED = {"u": ["u", "ư"], "o": ["ô"], "e": ["ê"], "a": ["a"], "i": ["i"]}
FRAMES = ["ga {}", "nhà ga {}", "trạm {}", "{} eki", "dạ em ở ga {} ạ", "gan ga {}", "ga JR {}",
          "trước cửa ga {}", "{} station", "ga tàu {}", "em đang đứng ở ga {} cửa bắc",
          "tram {}", "hinh nhu la ga {}", "truoc cong soat ve ga {}", "bến tàu {}",
          "ga {} phía nam"]  # fmt: skip


def plain(romaji: str) -> str:
    return re.sub("[^a-z]", "", romaji.lower().translate(MACRONS))


def load() -> list[dict]:
    rows = []
    for line in TABLE.read_text("utf-8").splitlines()[1:]:
        _, name, kana, romaji, prefecture, _, _, _, lines, _ = line.split("\t")
        rows.append({"name": name, "kana": kana, "romaji": romaji, "prefecture": prefecture,
                     "key": plain(romaji), "lines": lines.count(",") + 1})  # fmt: skip
    return rows


def beats(key: str) -> list[str]:
    return [m.group() for m in BEAT.finditer(key)]


def heard(beat: str, rng: random.Random, marks: bool) -> str:
    match = re.fullmatch(r"(sh|ch|ts|[a-z])??(y?)([aiueo])", beat)
    if not match or beat == "n":
        return beat
    head, glide, vowel = match[1] or "", match[2], match[3]
    head = rng.choice(HEARD.get(head, [head]))
    if head == "oa":
        return "oa" if vowel == "a" else "u" + vowel
    if head == "gi" and vowel == "i":
        vowel = ""
    if head in ("c",) and vowel in "ie":
        head = "k"
    vowel = rng.choice(MARKED[vowel]) if marks and vowel else vowel
    return head + ("i" if glide and head != "gi" else "") + vowel


def slip(key: str, rng: random.Random) -> str:
    at = rng.randrange(1, len(key) - 1)
    kind = rng.choice("drsi")
    if kind == "d":
        return key[:at] + key[at + 1 :]
    if kind == "s":
        return key[:at] + key[at + 1] + key[at] + key[at + 2 :]
    new = rng.choice("aeioukstnhmr")
    return key[:at] + new + key[at + (kind == "r") :]


def row(kind: str, query: str, stations: list[dict]) -> dict:
    pairs = list(dict.fromkeys((s["name"], s["prefecture"]) for s in stations))
    expect = [{"name": n, "prefecture": p} for n, p in sorted(pairs)]
    return {"class": kind, "query": query, "expect": expect, "ambiguous": len(expect) > 1}


def typed(draw: Iterator[dict], rng: random.Random) -> Iterator[dict]:
    """Latin letters: as on the sign, glued or split, by other systems, among words."""
    for _ in range(45):
        s = next(draw)
        yield row("romaji_plain", s["romaji"].translate(MACRONS), [s])
    for _ in range(60):
        s = next(draw)
        cut = " ".join(beats(s["key"])) if rng.random() < 0.5 else s["key"]
        yield row("romaji_glued_or_split", cut, [s])
    for _ in range(60):
        s = next(draw)
        text = s["romaji"].lower().replace("ō", rng.choice(["ou", "oo", "o"]))
        text = text.replace("ū", rng.choice(["uu", "u"])).translate(MACRONS)
        for old, new in KUNREI:
            text = text.replace(old, new)
        yield row("romaji_variant", text, [s])
    for _ in range(50):
        s = next(draw)
        yield row("with_words", rng.choice(FRAMES).format(s["romaji"].translate(MACRONS)), [s])


def misheard(draw: Iterator[dict], rng: random.Random) -> Iterator[dict]:
    """As a Vietnamese ear spells, with a slip, as a recogniser prints."""
    for _ in range(80):
        s = next(draw)
        joint, marks = rng.choice([" ", "-"]), rng.random() < 0.5
        text = joint.join(heard(b, rng, marks) for b in beats(s["key"]))
        yield row("vietnamese_phonetic", text, [s])
    for _ in range(50):
        s = next(draw)
        if len(s["key"]) >= 7:
            yield row("typo", slip(s["key"], rng), [s])
    for _ in range(40):
        s = next(draw)
        text = " ".join(heard(b, rng, True) for b in beats(s["key"]))
        frame = rng.choice(["ga {}", "dạ ga {}", "em ở ga {} ạ", "ở ga {}", "ờ ga {}"])
        yield row("asr_transcript", frame.format(text), [s])


def in_japanese(draw: Iterator[dict], rng: random.Random, rows: list[dict]) -> Iterator[dict]:
    for _ in range(20):
        s = next(draw)
        text = rng.choice(["{}", "{}駅", "ga {}"]).format(s["name"])
        yield row("kanji", text, [x for x in rows if x["name"] == s["name"]])
    for _ in range(20):
        s = next(draw)
        kata = "".join(chr(ord(c) + 0x60) for c in s["kana"])
        same = [x for x in rows if x["kana"] == s["kana"]]
        yield row("kana", rng.choice([s["kana"], kata, s["kana"] + "えき"]), same)


def shared(
    draw: Iterator[dict], rng: random.Random, groups: dict[str, list[dict]]
) -> Iterator[dict]:
    """Names and keypad codes of several stations."""
    several = [g for g in groups.values() if 2 <= len(row("", "", g)["expect"]) <= 6]
    for group in rng.sample(several, 45):
        text = rng.choice(["{}", "ga {}", "{} eki"]).format(group[0]["romaji"].translate(MACRONS))
        yield row("ambiguous", text, group)
    digits: dict[str, list[dict]] = defaultdict(list)
    for group in groups.values():
        digits[group[0]["key"].translate(KEYS)] += group
    for _ in range(40):
        keys = next(draw)["key"].translate(KEYS)
        yield row("keypad", keys, digits[keys])


def generated(rng: random.Random) -> list[dict]:
    rows = load()
    groups: dict[str, list[dict]] = defaultdict(list)
    for one in rows:
        groups[one["key"]].append(one)
    alone = [g[0] for g in groups.values() if len(g) == 1 and 5 <= len(g[0]["key"]) <= 14
             and g[0]["key"].isalpha() and re.fullmatch("[ぁ-ん]+", g[0]["kana"])]  # fmt: skip
    busy = [s for s in alone if s["lines"] > 1] + alone[::6]
    rng.shuffle(busy)
    draw = iter(busy * 3)
    return [*typed(draw, rng), *misheard(draw, rng), *in_japanese(draw, rng, rows),
            *shared(draw, rng, groups)]  # fmt: skip


def by_hand() -> list[dict]:
    """Lines `class <tab> query <tab> name:prefecture …` written by a person."""
    out = []
    for line in (HERE / "station_vectors.tsv").read_text("utf-8").splitlines():
        if line and line[0] != "#":
            kind, query, *rest = line.split("\t")
            pairs = [pair.split(":") for pair in (rest[0].split() if rest else [])]
            out.append(row(kind, query, [{"name": n, "prefecture": p} for n, p in pairs]))
    return out


def main() -> None:
    rng = random.Random(SEED)  # noqa: S311 - a draw that anybody can repeat
    rows = generated(rng) + by_hand()
    rng.shuffle(rows)
    half = len(rows) // 2
    for name, part in (("tune", rows[:half]), ("held", rows[half:])):
        lines = [json.dumps({"id": f"{name[0]}{n:03}", **r}, ensure_ascii=False)
                 for n, r in enumerate(sorted(part, key=lambda r: r["class"]), 1)]  # fmt: skip
        (OUT / f"stations_{name}.jsonl").write_text("\n".join(lines) + "\n", "utf-8")
        print(f"stations_{name}.jsonl: {len(lines)}")


if __name__ == "__main__":
    main()
