"""From a message at the door to its deletion at the provider, and everything in between."""

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from functools import partial

import pytest

from hotline import wiring, wiring_book, wiring_stores
from hotline.intake.purge import FIRST, LONGEST, Trace, lying, pause, read, write
from hotline.intake.purge import work_off as work
from hotline.provider.client import Client
from hotline.provider.numbers import wanted
from hotline.provider.sweep import path_of, sweep
from hotline.stores.sealing import Opener
from hotline.stores.traces import RedisLedger, TraceOpener
from tests.channels.test_coming_back import spoken_code
from tests.line import TestLine, action
from tests.provider.fake import ACCOUNT, TOKEN, Fake
from tests.provider.test_fake import sid

JUST_NOW = "Mon, 23 Nov 2026 10:23:30 GMT"
STORY = "hom qua bat 3 nguoi o ga ueno"


def ledger_of(line: TestLine) -> tuple[RedisLedger, TraceOpener]:
    durable, _ = wiring_stores.links(line.settings)
    return RedisLedger(durable), TraceOpener(durable, Opener(line.settings.recipient_private_key))


def work_off(line: TestLine, client: Client, later: int = 200) -> Mapping[str, int]:
    """One round, `later` seconds after the line's clock."""
    ledger, opener = ledger_of(line)
    (stage,) = wiring_book.purging(line.settings)
    assert isinstance(stage, partial)
    has_tip = stage.args[3]
    return work(ledger, opener, client, has_tip, lambda: int(line.now.timestamp()) + later)


def look(line: TestLine, client: Client) -> Mapping[str, int]:
    """One sweep, by the same door."""

    def door(form: Mapping[str, str]) -> bool:
        return line.post(path_of(form), dict(form))[0] == 200

    seen = lying(*ledger_of(line))
    assert seen is not None
    return sweep(client, ACCOUNT, door, seen, line.now)


def debt(line: TestLine) -> int:
    return line.figures().purge_debt


def test_a_message_goes_only_after_its_report_is_filed(
    line: TestLine, fake: Fake, client: Client
) -> None:
    one = fake.add("Messages", line.sid())
    line.text(STORY, MessageSid=one)
    assert debt(line) == 1
    assert work_off(line, client) == {"purge_waits": 1}
    assert fake.asked == []
    two = fake.add("Messages", line.sid())
    line.text("XONG", MessageSid=two)
    line.tips()
    assert work_off(line, client, 2 * FIRST + 200) == {"purged": 2}
    assert (fake.items["Messages"], debt(line)) == ({}, 0)


def test_a_message_that_is_not_final_yet_is_tried_until_it_goes(
    line: TestLine, fake: Fake, client: Client
) -> None:
    one = fake.add("Messages", line.sid())
    line.text("alo", MessageSid=one)
    fake.faults = [(400, 20009), (400, 20009), (429, 20429), (503, 0)]
    seen: list[str] = []
    later = 200
    for _ in range(5):
        seen.append(*work_off(line, client, later))
        later += LONGEST
    assert seen == ["purge_not_yet", "purge_not_yet", "purge_busy", "purge_busy", "purged"]
    assert debt(line) == 0
    assert line.figures().totals["purged"] == 1


def test_a_call_goes_when_it_is_over(line: TestLine, fake: Fake, client: Client) -> None:
    call = fake.add("Calls", line.sid("CA"))
    line.call(call)
    line.call(call, "/1", Digits="1")
    assert debt(line) == 1  # one a call, not one a key
    fake.faults = [(400, 20009)]
    assert work_off(line, client) == {"purge_not_yet": 1}
    assert work_off(line, client, 1_000) == {"purged": 1}
    assert not fake.items["Calls"]


def test_an_erased_report_goes_at_the_provider_too(
    line: TestLine, fake: Fake, client: Client
) -> None:
    for words in (STORY, "XOA"):
        line.text(words, MessageSid=fake.add("Messages", line.sid()))
    line.tips()
    assert work_off(line, client) == {"purged": 2}


def test_a_repeat_of_a_message_is_one_debt(line: TestLine) -> None:
    one = line.sid()
    assert line.text("alo", MessageSid=one) == line.text("alo", MessageSid=one)
    assert debt(line) == 1


def test_what_stays_for_more_than_a_day_is_overdue(line: TestLine) -> None:
    line.text("alo")
    assert line.figures().purge_overdue == 0
    line.now = line.now.replace(day=line.now.day + 1, minute=line.now.minute + 2)
    assert line.figures().purge_overdue == 1


def test_no_sid_lies_in_the_open(line: TestLine) -> None:
    one, call = line.sid(), line.sid("CA")
    line.text(STORY, MessageSid=one)
    line.call(call)
    everything = b"".join(line.keys()) + b"".join(line.dump(key) for key in line.keys(bool))
    for name in (one, call):
        assert name.encode() not in everything
        assert bytes.fromhex(name[2:]) not in everything


def test_a_note_that_no_key_opens_stays_a_debt(line: TestLine, client: Client) -> None:
    ledger, _ = ledger_of(line)
    ledger.add([b"not a note at all, but long enough to be taken for one"], 0)
    assert work_off(line, client) == {"purge_unreadable": 1}
    assert debt(line) == 1


def test_pauses_grow_to_six_hours() -> None:
    assert [pause(n) for n in (0, 1, 2, 20)] == [60, 120, 240, LONGEST]


@pytest.mark.parametrize("plain", [b"", b"[]", b'["tip","SM1",""]', b'["message","../x",""]'])
def test_what_is_no_trace_is_refused(plain: bytes) -> None:
    with pytest.raises(ValueError, match=r"trace|values|Expecting|JSON"):
        read(plain)
    assert read(write(Trace("call", "CA1", "r"))) == Trace("call", "CA1", "r")


def test_what_we_never_saw_comes_in_by_the_same_door_and_replies_go(
    line: TestLine, fake: Fake, client: Client
) -> None:
    missed = fake.add(
        "Messages",
        line.sid(),
        **{"direction": "inbound", "from": "+840000000042", "to": "+815000000200", "body": STORY},
    )
    fake.add("Messages", line.sid(), direction="outbound-reply", status="delivered")
    fake.add("Messages", line.sid(), direction="outbound-reply", status="sending")

    assert look(line, client) == {"brought_in": 1, "reply_gone": 1, "on_its_way": 1}
    assert look(line, client) == {"seen": 1, "on_its_way": 1}
    line.idle(40)
    (tip,) = line.tips()
    assert tip.narrative == STORY
    assert missed in fake.items["Messages"]
    assert work_off(line, client, 3_000) == {"purged": 1}
    assert missed not in fake.items["Messages"]


def test_a_recording_that_we_never_saw_comes_in_once(
    line: TestLine, fake: Fake, client: Client
) -> None:
    call = line.sid("CA")
    for _ in range(2):
        fake.add("Recordings", line.sid("RE"), call_sid=call, duration="41", status="completed")
    fake.add("Recordings", line.sid("RE"), call_sid=call, status="processing")
    assert look(line, client) == {"brought_in": 2, "fresh": 1}
    assert look(line, client) == {"seen": 2, "fresh": 1}
    tips = line.tips()
    assert [[a.seconds for a in tip.attachments] for tip in tips] == [[41], [41]]
    assert not [tip for tip in tips if tip.complete]


def test_a_recording_that_comes_by_its_step_after_all_is_kept_once(
    line: TestLine, fake: Fake, client: Client
) -> None:
    sid, call = line.sid("RE"), line.sid("CA")
    fake.add("Recordings", sid, call_sid=call, duration="41", status="completed")
    assert look(line, client) == {"brought_in": 1}
    line.call(call, "/5", RecordingSid=sid, RecordingDuration="41")
    assert [[a.seconds for a in tip.attachments] for tip in line.tips()] == [[41]]


def test_a_recording_of_a_call_that_may_go_on_is_left_to_its_step(
    line: TestLine, fake: Fake, client: Client
) -> None:
    begun = "Mon, 23 Nov 2026 10:15:00 GMT"  # nine minutes ago
    fake.add("Recordings", line.sid("RE"), duration="41", status="completed", date_created=begun)
    assert look(line, client) == {"fresh": 1}


def test_a_message_that_just_came_is_left_to_the_provider(
    line: TestLine, fake: Fake, client: Client
) -> None:
    fake.add("Messages", line.sid(), direction="inbound", date_created=JUST_NOW)
    assert sweep(client, ACCOUNT, lambda _: False, frozenset(), line.now) == {"fresh": 1}


def twilio(line: TestLine, fake: Fake, *words: str) -> "subprocess.CompletedProcess[str]":
    settings = replace(
        line.settings,
        twilio_api_base=fake.url,
        twilio_account_sid=ACCOUNT,
        twilio_auth_token=TOKEN,
    )
    env = {**os.environ, **line.settings_env()}
    env["TWILIO_API_BASE"] = settings.twilio_api_base
    env["TWILIO_ACCOUNT_SID"], env["TWILIO_AUTH_TOKEN"] = ACCOUNT, TOKEN
    return subprocess.run(
        (sys.executable, "-m", "hotline", "twilio", *words),
        env=env,
        capture_output=True,
        text=True,
        check=False,
    )


def test_the_command_works_off_the_debt(line: TestLine, fake: Fake) -> None:
    line.text("alo", MessageSid=fake.add("Messages", line.sid()))
    done = twilio(line, fake, "purge", "--json")
    assert json.loads(done.stdout) == {"purged": 1, "purge_debt": 0, "purge_overdue": 0}
    assert done.returncode == 0
    assert not fake.items["Messages"]


def test_a_number_is_connected_and_read_back(line: TestLine, fake: Fake) -> None:
    number = "+815000000200"
    fake.add(
        "IncomingPhoneNumbers",
        sid("PN", 1),
        phone_number=number,
        sms_url="https://elsewhere.example",
        voice_application_sid="AP1",
    )
    before = json.loads(twilio(line, fake, "status", "--json").stdout)
    assert "sms_url" in before["numbers"][0]["differs"]
    assert "voice_application_sid" in before["numbers"][0]["differs"]
    done = twilio(line, fake, "connect", "--number", number, "--json")
    assert (done.returncode, json.loads(done.stdout)["numbers"][0]["differs"]) == (0, [])
    lying = fake.items["IncomingPhoneNumbers"][sid("PN", 1)]
    assert lying["sms_url"] == wanted(line.settings.public_url)["sms_url"]


def test_bad_use_and_a_number_that_is_not_ours_are_told(line: TestLine, fake: Fake) -> None:
    assert twilio(line, fake).returncode == 2
    assert twilio(line, fake, "connect").returncode == 2
    done = twilio(line, fake, "connect", "--number", "+810000000000")
    assert done.returncode == 1
    assert "no such number" in done.stderr


def test_a_hotline_without_a_provider_owes_nothing(line: TestLine) -> None:
    nowhere = replace(line.settings, twilio_api_base="none")
    assert wiring_book.sweeping(nowhere) == ()
    line.text("alo")
    assert debt(line) == 1
    (let_go,) = wiring_book.purging(nowhere)
    assert let_go() == {"nowhere": 1}
    assert let_go() == {}
    assert debt(line) == 0


INBOUND = {
    "direction": "inbound",
    "from": "+840000000001",
    "to": "+815000000200",
    "body": STORY,
}


def forget_the_day(line: TestLine) -> None:
    """The fleeting Redis starts anew: no claim of today can be found any more."""
    _, fleeting = wiring_stores.links(line.settings)
    fleeting.call("FLUSHALL")
    line.serve(wiring.at(wiring.doors(line.settings, line._log), lambda: line.now))


@pytest.mark.parametrize("words", [(), ("XOA",)])
@pytest.mark.parametrize("lost", ["key of the day", "two days"])
def test_what_was_seen_never_comes_in_again(
    line: TestLine, fake: Fake, client: Client, lost: str, words: tuple[str, ...]
) -> None:
    line.now = line.now.replace(hour=9, minute=5)
    line.text(STORY, MessageSid=fake.add("Messages", line.sid(), **INBOUND))
    for each in words:
        line.text(each)
    line.idle(40)
    tips = len(line.tips())
    assert tips == (0 if words else 1)
    if lost == "two days":
        line.now += timedelta(hours=46)
    else:
        forget_the_day(line)
    assert look(line, client) == {"seen": 1}
    line.idle(40)
    assert len(line.tips()) == tips


def test_where_a_note_cannot_be_opened_nobody_knows_what_was_seen(line: TestLine) -> None:
    ledger, opener = ledger_of(line)
    ledger.add([b"not a note at all, but long enough to be taken for one"], 0)
    assert lying(ledger, opener) is None


def test_a_recording_of_a_report_that_was_erased_before_filing_goes_too(
    line: TestLine, fake: Fake, client: Client
) -> None:
    sid, name = line.sid("CA"), fake.add("Recordings", line.sid("RE"))
    xml = line.call(sid)
    for keys in ("1", "2", "00", "00", "00", "1"):
        xml = line.call(sid, action(xml), Digits=keys)
    xml = line.call(sid, action(xml), RecordingSid=name, RecordingDuration="9")
    for keys in ("1", "1"):
        xml = line.call(sid, action(xml), Digits=keys)
    for words in (spoken_code(xml), "2", "1"):
        line.text(words)
    assert line.tips() == []
    assert work_off(line, client)["purged"] >= 1
    assert not fake.items["Recordings"]


def test_a_recording_whose_report_was_filed_is_left_to_who_fetches_it(
    line: TestLine, fake: Fake, client: Client
) -> None:
    sid, name = line.sid("CA"), fake.add("Recordings", line.sid("RE"))
    xml = line.call(sid)
    for keys in ("1", "2", "00", "00", "00", "1"):
        xml = line.call(sid, action(xml), Digits=keys)
    line.call(sid, action(xml), RecordingSid=name, RecordingDuration="9")
    line.hang_up(sid)
    assert len(line.tips()) == 1
    assert work_off(line, client)["purge_fetched"] == 1
    assert name in fake.items["Recordings"]
