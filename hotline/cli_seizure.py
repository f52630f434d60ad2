"""`hotline seizure-report`: what somebody who takes this machine now could read, by class."""

import argparse
import json
from collections.abc import Sequence
from pathlib import Path

from hotline import process, wiring_stores
from hotline.inventory import KEPT, PLACES, Kept
from hotline.seizure import Looked, Seen, look
from hotline.settings import Settings
from hotline.stores.database import open_engine
from hotline.stores.link import Link

READS = {
    "open": "reads it",
    "closed": "cannot read it",
    "digest": "learns how many",
}


def main(argv: Sequence[str]) -> int:
    """Look and tell; 1 when something shows a person, is unknown, or could not be looked at."""
    parser = argparse.ArgumentParser(prog="hotline seizure-report")
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args(list(argv))
    looked = report(Settings.from_env(process.environment(), "command"))
    if options.json:
        print(json.dumps(as_json(looked), ensure_ascii=False))
    else:
        print(as_text(looked), end="")
    return 0 if looked.clean else 1


def report(settings: Settings) -> Looked:
    """Look at the stores of these settings. Raises Mistaken."""
    settings.need("durable_redis_url", "database_url")
    durable = Link(settings.durable_redis_url, "durable")
    fleeting = wiring_stores.links(settings)[1] if settings.fleeting_redis_url else None
    spool = Path(settings.spool_dir) if settings.spool_dir else None
    return look(durable, fleeting, open_engine(settings.database_url), spool)


def as_json(looked: Looked) -> dict[str, object]:
    """The report as one object."""
    return {
        "clean": looked.clean,
        "unknown": list(looked.unknown),
        "away": list(looked.away),
        "classes": [
            {
                "what": kept.what,
                "place": kept.place,
                "form": kept.form,
                "count": seen.count,
                "bytes": seen.size,
                "shows": seen.bare,
                "oldest": seen.oldest or None,
            }
            for kept, seen in looked.classes.values()
        ],
    }


def as_text(looked: Looked) -> str:
    """The report as a table, store by store, with what is never there at the end."""
    lines = ["Whoever takes the disks now, without the keys:", ""]
    for place, title in PLACES.items():
        rows = [(k, s) for k, s in looked.classes.values() if k.place == place]
        if rows:
            lines += [title, *(_line(kept, seen) for kept, seen in rows), ""]
    lines += [f"could not be looked at: {name}" for name in looked.away]
    lines += [f"in no row of the inventory: {name}" for name in looked.unknown]
    lines += ["Not counted here:"]
    lines += [
        f"  {kept.what}: {PLACES[kept.place]}, {kept.lives}" for kept in KEPT if not kept.names
    ]
    verdict = "nothing shows a person" if looked.clean else "NOT CLEAN: see above"
    return "\n".join([*lines, "", verdict, ""])


def _line(kept: Kept, seen: Seen) -> str:
    shows = ", ".join(f"{count} with a {name}" for name, count in seen.bare.items())
    reads = READS[kept.form] if kept.place != "fleeting" else "is gone when the power is"
    since = f" (oldest: {seen.oldest})" if seen.oldest else ""
    told = f"  {seen.count:7}  {seen.size:9} bytes  {reads:24} {kept.what}{since}"
    return f"{told}\n           SHOWS {shows}" if shows else told
