"""What the provider is told to do, as XML written by hand.

Rule 1: only Say, Gather, Record, Redirect, Hangup and Message; there is no Dial, so nobody can make
this line ring a number.
Rule 2: every Gather and Record is followed by a Redirect: without input Twilio goes on to the next
verb (docs/voice/twiml/gather), and Record without an action calls itself.
"""

from collections.abc import Sequence
from typing import assert_never
from xml.sax.saxutils import escape

from hotline.conversation.flow import Digits, Expects, Key, Nothing, Voice, Words
from hotline.wording.speech import Utterance

HEAD = '<?xml version="1.0" encoding="UTF-8"?>'
EMPTY = f"{HEAD}<Response/>"
# Voices of Twilio's own list (npm twilio, SayVoice); there is no Polly voice for vi-VN.
VOICES = {
    "vi": 'language="vi-VN" voice="Google.vi-VN-Wavenet-A"',
    "en": 'language="en-US" voice="Google.en-US-Wavenet-C"',
    "ja": 'language="ja-JP" voice="Google.ja-JP-Wavenet-B"',
}
PATIENT = 8  # seconds for a key
VERY_PATIENT = 12  # seconds for a word spelled on the keypad
LONGEST_SAY = 4_000  # characters; Twilio takes 4,096


def message(text: str) -> str:
    """One text back, or none."""
    return f"{HEAD}<Response><Message>{escape(text)}</Message></Response>" if text else EMPTY


def voice(utterances: Sequence[Utterance], expects: Expects, step: int) -> str:
    """What is spoken and what is waited for; `step` numbers the URL that hears the answer."""
    said = "".join(say(utterance) for utterance in utterances)
    here = f"/twilio/voice/{step}"
    on = f'<Redirect method="POST">{here}-silent</Redirect>'
    match expects:
        case Key():
            verbs = _gather(said, here, f'numDigits="1" timeout="{PATIENT}"') + on
        case Digits(most=most):
            # One key more than the longest answer, so that # always closes it.
            keys = f'numDigits="{most + 1}" finishOnKey="#" timeout="{VERY_PATIENT}"'
            verbs = _gather(said, here, keys) + on
        case Voice(seconds=seconds):
            verbs = said + _record(here, seconds) + on
        case Words():
            verbs = said + _record(here, 60) + on
        case Nothing():
            verbs = said + "<Hangup/>"
        case _:
            assert_never(expects)
    return f"{HEAD}<Response>{verbs}</Response>"


def say(utterance: Utterance) -> str:
    """One thing said, in the voice of its language."""
    return f"<Say {VOICES[utterance.locale]}>{escape(utterance.text[:LONGEST_SAY])}</Say>"


def _gather(said: str, action: str, keys: str) -> str:
    return f'<Gather input="dtmf" action="{action}" method="POST" {keys}>{said}</Gather>'


def _record(action: str, seconds: int) -> str:
    return (
        f'<Record action="{action}" method="POST" maxLength="{seconds}" timeout="5" '
        'finishOnKey="#" playBeep="true" recordingStatusCallback="/twilio/recording"/>'
    )
