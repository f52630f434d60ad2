"""From a filed tip to a ticket and back, on a real Request Tracker 5."""

import base64
import json
import re
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path
from time import time
from typing import Any
from urllib.parse import urlencode

import pytest

from hotline import wiring_book
from hotline.intake.deliver import deliver_due
from hotline.intake.sinks import Order, Sink
from hotline.records.tip import Tip
from hotline.settings import Settings
from hotline.sinks.settings import read_sinks
from tests.demos import until
from tests.sinks.fakes import KEY
from tests.sinks.farend import FarEnd, Reply, listening
from tests.sinks.rt import Tracker, running, why_not
from tests.tips import STORY, a_tip

DOCS = Path(__file__).parents[2] / "docs" / "sinks.md"
VOICE = b"ID3" + bytes(range(256)) * 2000
NOW = 1_795_000_000


@pytest.fixture(scope="module")
def told() -> Iterator[FarEnd]:
    """Where the tracker's scrip tells of a change."""
    with listening(lambda asked: Reply(204)) as end:
        yield end


@pytest.fixture(scope="module")
def tracker(tmp_path_factory: pytest.TempPathFactory, told: FarEnd) -> Iterator[Tracker]:
    reason = why_not()
    if reason:
        pytest.skip(reason)
    (scrip,) = re.findall(r"```perl\n(.*?)```", DOCS.read_text("utf-8"), re.S)
    address = "https://desk.hotline.example/hooks/case/rt"
    scrip = scrip.replace(address, told.url).replace("whsec_...", KEY)
    with running(tmp_path_factory.mktemp("rt"), scrip) as found:
        yield found


@pytest.fixture
def sinks_toml(tracker: Tracker, tmp_path: Path) -> Path:
    (tmp_path / "token").write_text(tracker.token)
    (tmp_path / "token").chmod(0o600)
    (tmp_path / "sinks.toml").write_text(
        '[sinks.rt]\ntype = "request_tracker"\naudience = "helpers"\nrelease = "auto"\n'
        f'inside = true\nurl = "{tracker.url}"\ntoken_file = "token"\nqueue = "Hotline"\n'
        'fields = { Event = "kind", Station = "station", Person = "people" }\n'
    )
    return tmp_path / "sinks.toml"


@pytest.fixture
def sink(sinks_toml: Path) -> Sink:
    return read_sinks(str(sinks_toml)).sinks["rt"]


@dataclass
class There:
    """What the tracker holds, asked for by another way than the sink's."""

    tracker: Tracker

    def ask(self, path: str, method: str = "GET", body: Any = None) -> Any:
        content = None if body is None else json.dumps(body).encode()
        head = {"Content-Type": "application/json"}
        answer = self.tracker.client.call(method, f"/REST/2.0{path}", content, head)
        assert answer.status < 300, answer.body
        return answer.json()

    def tickets(self, tip: Tip) -> list[Any]:
        query = urlencode({"query": f"'CF.{{Tip ID}}' = '{tip.id}'", "fields": "Status,Subject"})
        return list(self.ask(f"/tickets?{query}")["items"])

    def ticket(self, tip: Tip) -> Any:
        (found,) = self.tickets(tip)
        return self.ask(f"/ticket/{found['id']}")

    def files(self, tip: Tip) -> dict[str, bytes]:
        (found,) = self.tickets(tip)
        listed = self.ask(f"/ticket/{found['id']}/attachments?fields=Filename&per_page=100")
        named = {a["Filename"]: a["id"] for a in listed["items"] if a.get("Filename")}
        return {
            name: base64.b64decode(self.ask(f"/attachment/{number}")["Content"])
            for name, number in named.items()
        }

    def text(self, tip: Tip) -> str:
        (found,) = self.tickets(tip)
        listed = self.ask(f"/ticket/{found['id']}/attachments?fields=Filename&per_page=100")
        first = min(int(a["id"]) for a in listed["items"])
        return base64.b64decode(self.ask(f"/attachment/{first}")["Content"]).decode()


@pytest.fixture
def there(tracker: Tracker) -> There:
    return There(tracker)


def test_the_worker_takes_a_tip_there_and_brings_its_status_back(
    settings: Settings, sinks_toml: Path, there: There
) -> None:
    settings = replace(settings, sinks=str(sinks_toml))
    book, post = wiring_book.database(settings), wiring_book.post(settings)
    tip, second = a_tip(), NOW

    def work(minutes: int = 0) -> dict[str, int]:
        nonlocal second
        second += minutes * 60
        return deliver_due(post, lambda: second)

    book.casebook.file(tip)
    assert work() == {"delivered": 1}
    ticket = there.ticket(tip)
    assert (ticket["Status"], ticket["Requestor"]) == ("new", [])
    fields = {each["name"]: each["values"] for each in ticket["CustomFields"]}
    assert fields["Station"] == ["新大久保 (Shin-Ōkubo)"]
    assert fields["Event"] == ["arrest"]
    assert STORY in there.text(tip)

    assert book.attachments.put(tip.id, tip.attachments[0].id, "audio/mpeg", VOICE)
    assert work() == {"delivered": 1}
    assert there.files(tip) == {"recording-1.mp3": VOICE}

    there.ask(f"/ticket/{ticket['id']}", "PUT", {"Status": "resolved"})
    assert work(20) == {"polled": 1}
    assert book.deliveries.statuses(tip.id) == ("closed",)

    book.casebook.erase(tip.id)
    assert work() == {"withdrawn": 1}
    gone = there.ticket(tip)
    assert (gone["Status"], gone["Subject"]) == ("rejected", "Withdrawn by the hotline")
    assert not any(e["values"] for e in gone["CustomFields"] if e["name"] == "Person")
    assert book.deliveries.of(tip.id) == ()


def test_the_scrip_of_the_docs_tells_us_at_once(
    sink: Sink, sinks_toml: Path, there: There, told: FarEnd
) -> None:
    tip = a_tip()
    done = sink.deliver(Order(tip.id, sink.compose(tip), NOW))
    told.asked.clear()
    there.ask(f"/ticket/{done.reference}", "PUT", {"Status": "stalled"})
    until(lambda: told.asked)
    (sinks_toml.parent / "hook").write_text(KEY)
    (sinks_toml.parent / "hook").chmod(0o600)
    sinks_toml.write_text(sinks_toml.read_text() + 'hook_secret_file = "hook"\n')
    hook = read_sinks(str(sinks_toml)).hooks["rt"]
    (asked,) = told.asked
    news = hook.read(asked.headers, asked.body, int(time()))
    assert news is not None
    assert (news.tip_id, news.status) == (tip.id, "in_progress")


def test_three_deliveries_of_one_tip_are_one_ticket(sink: Sink, there: There) -> None:
    tip = a_tip()
    order = Order(tip.id, sink.compose(tip), NOW)
    assert len({sink.deliver(order).reference for _ in range(3)}) == 1
    assert len(there.tickets(tip)) == 1


def test_two_workers_at_once_leave_one_open_ticket(sink: Sink, there: There) -> None:
    tip = a_tip()
    order = Order(tip.id, sink.compose(tip), NOW)
    with ThreadPoolExecutor(2) as pool:
        deliver: Callable[[Order], Any] = sink.deliver
        done = list(pool.map(deliver, [order, order]))
    assert len(there.tickets(tip)) == 1
    assert len({each.reference for each in done}) == 1


def test_a_value_that_the_field_does_not_take_is_marked(sink: Sink, there: There) -> None:
    tip = a_tip(kind="wages")  # the select list of this queue knows two kinds
    done = sink.deliver(Order(tip.id, sink.compose(tip), NOW))
    assert done.code == "unverified"
    assert "Kind: wages" in there.text(tip)


def test_its_settings_are_checked_before_the_first_tip(sink: Sink, sinks_toml: Path) -> None:
    assert list(sink.check()) == []
    wrong = sinks_toml.read_text().replace("Person =", "Persons =")
    sinks_toml.write_text(wrong)
    (finding,) = read_sinks(str(sinks_toml)).sinks["rt"].check()
    assert finding.code == "no_such_field"
    assert "Persons" in finding.remedy
    sinks_toml.write_text(wrong.replace('queue = "Hotline"', 'queue = "Nowhere"'))
    (finding,) = read_sinks(str(sinks_toml)).sinks["rt"].check()
    assert finding.code.startswith("http_")
