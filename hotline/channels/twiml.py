"""What the provider is told to do, as XML written by hand.

Rule 1: only Say, Play, Pause, Gather, Record, Dial, Redirect, Hangup and Message. Dial rings the
one number of the settings and shows the hotline's own: no request can make this line ring another,
and nobody who answers sees a caller's.
Rule 2: every Gather and Record is followed by a Redirect: without input Twilio goes on to the next
verb (docs/voice/twiml/gather), and Record without an action calls itself.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import assert_never
from xml.sax.saxutils import escape, quoteattr

from hotline.conversation.flow import Digits, Expects, Key, Nothing, Person, Voice, Words
from hotline.conversation.session import Locale
from hotline.wording.speech import Utterance

HEAD = '<?xml version="1.0" encoding="UTF-8"?>'
EMPTY = f"{HEAD}<Response/>"
# Voices of Twilio's own list (npm twilio, SayVoice); there is no Polly voice for vi-VN.
VOICES = {
    "vi": 'language="vi-VN" voice="Google.vi-VN-Wavenet-A"',
    "en": 'language="en-US" voice="Google.en-US-Wavenet-C"',
    "ja": 'language="ja-JP" voice="Google.ja-JP-Wavenet-B"',
}
LANGUAGES = {"vi": "vi-VN", "en": "en-US", "ja": "ja-JP"}
PATIENT = 8  # seconds for a key
VERY_PATIENT = 12  # seconds for a word spelled on the keypad
LONGEST_SAY = 4_000  # characters; Twilio takes 4,096
RINGS = 25  # seconds until we say that nobody answers; mailboxes begin at about that time
LONGEST_TALK = 3_600  # seconds with a person
PERSON, PERSON_TAKES = "/twilio/person", "/twilio/person/takes"
E164 = re.compile(r"\+[1-9]\d{6,14}")
PAUSE = '<Pause length="1"/>'

Clips = Mapping[tuple[Locale, str], str]  # what is said, and in which language, to its recording
_SENTENCES = re.compile(r"(?<=[.?!。？])\s*")


@dataclass(frozen=True, slots=True)
class Dialled:
    """Whom a caller may be connected to, and the hotline's own number, which is all they see."""

    number: str
    own: str


@dataclass(frozen=True, slots=True)
class Ears:
    """Words are listened for as well as keys: in which language, and what may well be said."""

    locale: Locale
    hints: str


@dataclass(frozen=True, slots=True)
class Step:
    """A step of a call: `number` names the URL that hears the answer; `clips` are recordings."""

    number: int = 0
    slow: bool = False
    ears: Ears | None = None
    clips: Clips = field(default_factory=dict)
    person: Dialled | None = None


FIRST = Step()


def message(text: str) -> str:
    """One text back, or none."""
    return f"{HEAD}<Response><Message>{escape(text)}</Message></Response>" if text else EMPTY


def voice(utterances: Sequence[Utterance], expects: Expects, step: Step = FIRST) -> str:
    """What is spoken and what is waited for."""
    said = _said(utterances, step)
    here = f"/twilio/voice/{step.number}"
    on = f'<Redirect method="POST">{here}-silent</Redirect>'
    match expects:
        case Key():
            keys = f'numDigits="1" timeout="{VERY_PATIENT if step.slow else PATIENT}"'
            verbs = _gather(said, here, keys, step.ears) + on
        case Digits(most=most):
            # One key more than the longest answer, so that # always closes it.
            keys = f'numDigits="{most + 1}" finishOnKey="#" timeout="{VERY_PATIENT}"'
            verbs = _gather(said, here, keys, step.ears) + on
        case Voice(seconds=seconds):
            verbs = said + _record(here, seconds) + on
        case Words():
            verbs = said + _record(here, 60) + on
        case Person():
            back = f'<Redirect method="POST">{here}-person</Redirect>'
            verbs = said + (_dial(step.person, here) if step.person else "") + back
        case Nothing():
            verbs = said + "<Hangup/>"
        case _:
            assert_never(expects)
    return f"{HEAD}<Response>{verbs}</Response>"


def say(utterance: Utterance) -> str:
    """One thing said, in the voice of its language."""
    return f"<Say {VOICES[utterance.locale]}>{escape(utterance.text[:LONGEST_SAY])}</Say>"


def whisper(utterances: Sequence[Utterance]) -> str:
    """What whoever picks up hears before the caller is put through: press a key, or nothing."""
    said = "".join(map(say, utterances))
    verbs = _gather(said, PERSON_TAKES, f'numDigits="1" timeout="{PATIENT}"') + "<Hangup/>"
    return f"{HEAD}<Response>{verbs}</Response>"


def _dial(person: Dialled, here: str) -> str:
    return (
        f'<Dial callerId="{person.own}" action="{here}-person" method="POST" timeout="{RINGS}" '
        f'timeLimit="{LONGEST_TALK}"><Number url="{PERSON}" method="POST">{person.number}</Number>'
        "</Dial>"
    )


def _said(utterances: Sequence[Utterance], step: Step) -> str:
    """Recorded where a recording of these very words is there. Slowly is sentence by sentence, with
    a pause after each: every platform can do that, few a rate."""
    pause = PAUSE if step.slow else ""
    parts: list[str] = []
    for one in utterances:
        if url := step.clips.get((one.locale, one.text)):
            parts.append(f"<Play>{escape(url)}</Play>{pause}")
        else:
            each = _sentences(one) if step.slow else (one,)
            parts += [say(sentence) + pause for sentence in each]
    return "".join(parts)


def _sentences(one: Utterance) -> Iterator[Utterance]:
    return (one._replace(text=part) for part in _SENTENCES.split(one.text) if part)


def _gather(said: str, action: str, keys: str, ears: Ears | None = None) -> str:
    """Keys, and words where they are listened for. What is said stands inside: whoever answers
    need not hear it out."""
    heard = 'input="dtmf"'
    if ears:
        language = f'language="{LANGUAGES[ears.locale]}" speechTimeout="auto"'
        hints = f" hints={quoteattr(ears.hints)}" if ears.hints else ""
        heard = f'input="dtmf speech" {language}{hints}'
    return f'<Gather {heard} action="{action}" method="POST" {keys}>{said}</Gather>'


def _record(action: str, seconds: int) -> str:
    return (
        f'<Record action="{action}" method="POST" maxLength="{seconds}" timeout="5" '
        'finishOnKey="#0" playBeep="true" recordingStatusCallback="/twilio/recording"/>'
    )
