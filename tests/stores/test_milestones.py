"""Since when a key is in use: the first day of the same key, the day of another one."""

from dataclasses import replace
from datetime import timedelta
from threading import Thread

from hotline import wiring_book
from hotline.process import japan_now
from hotline.settings import Settings
from hotline.stores.casekey import new_key

NOW = japan_now()


def test_the_first_day_of_a_key_stays_until_there_is_another_key(settings: Settings) -> None:
    kept = wiring_book.database(settings).milestones
    assert kept.days() == {}
    wiring_book.note_keys(settings, kept, NOW - timedelta(days=9))
    wiring_book.note_keys(settings, kept, NOW)
    first = (NOW - timedelta(days=9)).date().isoformat()
    assert kept.days() == {"casebook_key": first, "recipient_key": first}
    text = f"{new_key(settings.casebook_key)},{settings.casebook_key}"
    wiring_book.note_keys(replace(settings, casebook_key=text), kept, NOW)
    today = NOW.date().isoformat()
    assert kept.days() == {"casebook_key": today, "recipient_key": first}


def test_two_that_start_at_the_same_moment_note_one_day(settings: Settings) -> None:
    kept = wiring_book.database(settings).milestones
    both = [Thread(target=wiring_book.note_keys, args=(settings, kept, NOW)) for _ in range(4)]
    for each in both:
        each.start()
    for each in both:
        each.join()
    assert set(kept.days()) == {"casebook_key", "recipient_key"}
