"""A made-up caller goes the whole way, then everything that is kept is searched for them.

Rule 1: the number can ring nobody, and the words say that they are no report. What became of them
is erased again, also at case systems that were told.
Rule 2: who did not come through, is found in the open, or does not go away, did not pass.
"""

import html
import re
import secrets
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from time import monotonic, sleep

from hotline import process, seizure, wiring_book, wiring_stores
from hotline.conversation import receipt
from hotline.intake.errors import Mistaken
from hotline.intake.handover import tip_id
from hotline.leaks import Canary, hits, needles
from hotline.settings import Settings
from hotline.simulator.people import sid
from hotline.simulator.provider import MESSAGE, Provider
from hotline.simulator.transport import Http, Unreachable
from hotline.stores.database import open_engine
from hotline.stores.link import Link
from hotline.stores.receipts import Receipts
from hotline.stores.sealing import Sealer

PATIENCE = 60.0  # seconds in which a tip is filed, and erased
ASKS, RESTS = 5, 1.0  # times the code is asked for, and seconds between
_TAGS, _CODE = re.compile(r"<[^>]*>"), re.compile(r"\d{4}(?:[ -]?\d{4}){3}")


def made() -> Canary:
    """A caller nobody else can be."""
    word = "".join(secrets.choice("bcdghklmnprstvx") for _ in range(9))
    return Canary(
        f"+819000{secrets.randbelow(10**6):06d}",
        f"Thử đường dây, không phải tin thật: {word}",
        f"Canary {word}",
        f"203.0.113.{secrets.randbelow(250) + 1}:4{secrets.randbelow(1000):03d}",
        f"Canary-{word}/1.0",
    )


def fly(settings: Settings, url: str, seconds: float = PATIENCE) -> Iterator[str]:
    """Go; tells each thing that went well. Raises Mistaken with what did not, Unavailable."""
    settings.need(
        *("public_url", "twilio_account_sid", "twilio_auth_token", "receipt_pepper"),
        *("durable_redis_url", "fleeting_redis_url", "database_url", "casebook_key"),
        "recipient_public_key",
    )
    canary, book = made(), wiring_book.database(settings)
    code = _tell(settings, canary, url)
    yield "told, by a signed message; a code came back"
    durable = Link(settings.durable_redis_url, "durable")
    found = Receipts(durable, settings.receipt_pepper, Sealer(settings.recipient_public_key)).find(
        code
    )
    if found is None:
        raise Mistaken("the code that came back opens nothing")
    tip = tip_id(found.report)
    try:
        _wait(lambda: book.casebook.row(tip) is not None, seconds, "the tip is not filed")
        yield "filed in the case book"
        if leaks := sorted(_leaks(settings, canary)):
            raise Mistaken("in the open: " + "; ".join(leaks))
        yield "found nowhere in the open"
    finally:
        wiring_stores.erase_by_code(settings, code, process.seconds_now())
    _wait(lambda: book.casebook.row(tip) is None, seconds, "the tip is not erased")
    yield "erased by its code"
    book.milestones.note("canary", secrets.token_hex(16), process.japan_now())


def _tell(settings: Settings, canary: Canary, url: str) -> str:
    """The code that the line gives for the canary's words."""
    token, account = settings.twilio_auth_token.partition(",")[0], settings.twilio_account_sid
    with closing(Http(url)) as way:
        provider = Provider(settings.public_url, token, account, way)
        for words in (canary.sentence, "XONG", *["MA"] * ASKS):
            form = {
                "MessageSid": sid("SM"),
                "From": canary.number,
                "To": settings.number or "+815000000000",
                "Body": words,
                "NumMedia": "0",
                "ProfileName": canary.profile,
            }
            try:
                status, _, body = provider.post(MESSAGE, form)
            except Unreachable:
                raise Mistaken(f"nobody answers at {url}") from None
            if status != 200:
                raise Mistaken(f"{url} answers with status {status}")
            told = _CODE.search(html.unescape(_TAGS.sub(" ", body.decode("utf-8", "replace"))))
            if told and (code := receipt.read(told.group())):
                return code
            if words == "MA":
                sleep(RESTS)  # a store that was away for a moment is back
    raise Mistaken("the line gives no code")


def _leaks(settings: Settings, canary: Canary) -> Iterator[str]:
    wanted = needles(canary)
    durable, fleeting = wiring_stores.links(settings)
    spool = Path(settings.spool_dir) if settings.spool_dir else None
    for place, name, raw in seizure.values(
        durable, fleeting, open_engine(settings.database_url), spool
    ):
        for what in hits(raw, wanted):
            yield f"{what} in {place}, {name}"


def _wait(happened: Callable[[], bool], seconds: float, otherwise: str) -> None:
    end = monotonic() + seconds
    while not happened():
        if monotonic() > end:
            raise Mistaken(f"{otherwise} after {seconds:.0f} s")
        sleep(0.1)
