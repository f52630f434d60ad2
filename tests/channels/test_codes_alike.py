"""A wrong, an old, an erased and a used-up code: the same words, the same TwiML, the same work."""

from collections.abc import Mapping

from hotline import wiring_stores
from hotline.stores.link import Link
from tests.channels.test_coming_back import FRIEND, told, whole, wrong
from tests.line import TestLine, action


def erased(line: TestLine) -> str:
    code = told(line)
    for words in (code, "2", "1"):
        line.text(words, FRIEND)
    return code


def run_out(line: TestLine) -> str:
    """A code whose time has come: what it opened is gone from the store."""
    code = told(line)
    line.tips()
    durable, _ = wiring_stores.links(line.settings)
    names = durable.call("KEYS", "hl:r:*")
    assert names
    assert durable.call("DEL", *names) == len(names)
    return code


def changed(line: TestLine) -> str:
    """A code that its holder had replaced."""
    code = told(line)
    line.text(code, FRIEND)
    line.text("3", FRIEND)
    line.text("MA", FRIEND)
    return code


def codes(line: TestLine) -> dict[str, str]:
    made = {}
    for make in (erased, run_out, changed):
        line.text("XOA")  # each from a conversation of its own
        made[make.__name__] = make(line)
    return {**made, "wrong": wrong(), "never given": whole(987_654_321)}


def work(link: Link) -> dict[str, int]:
    """How often each command was run."""
    rows = bytes(link.call("INFO", "commandstats")).decode().split()
    calls = {row.partition(":")[0]: row for row in rows if row.startswith("cmdstat_")}
    return {
        name: int(row.partition("calls=")[2].partition(",")[0])
        for name, row in calls.items()
        if not name.startswith(("cmdstat_info", "cmdstat_client"))  # what asking takes
    }


def spent(line: TestLine, before: list[dict[str, int]]) -> list[dict[str, int]]:
    after = [work(link) for link in wiring_stores.links(line.settings)]
    return [
        {name: count - old.get(name, 0) for name, count in new.items() if count != old.get(name, 0)}
        for old, new in zip(before, after, strict=True)
    ]


def the_one(found: Mapping[str, object]) -> str:
    """What all of them have in common: everything."""
    kinds = {repr(each): name for name, each in found.items()}
    assert len(kinds) == 1, "\n".join(f"{name}: {each}" for each, name in kinds.items())
    return next(iter(kinds))


def test_by_text_they_are_told_apart_by_nobody(line: TestLine) -> None:
    found = {}
    given = codes(line)
    line.text("alo", "+840000000300")  # scripts are loaded
    line.text(whole(555_555_555), "+840000000301")
    for number, (name, code) in enumerate(given.items()):
        before = [work(link) for link in wiring_stores.links(line.settings)]
        answer = line.text(code, f"+84000000031{number}")
        found[name] = (answer, spent(line, before))
    assert "evalsha" in the_one(found)


def test_on_a_call_they_are_told_apart_by_nobody(line: TestLine) -> None:
    found = {}
    given = codes(line)
    for name, code in {"first": whole(555_555_555), **given}.items():
        call = line.sid("CA")
        xml = line.call(call)
        xml = line.call(call, action(xml), Digits="4")
        before = [work(link) for link in wiring_stores.links(line.settings)]
        answer = line.call(call, action(xml), Digits=f"{code.replace(' ', '')}#")
        if name != "first":  # loads the scripts
            found[name] = (answer, spent(line, before))
    assert "Gather" in the_one(found)
