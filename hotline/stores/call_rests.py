"""Where a call broke off, under the number it came from: for the same number, on the same day.

`hl:c:<tag>`: the tag is made with the key of the day, and so is what opens it.
"""

from hotline.intake.messages import DayKey
from hotline.intake.ports import Rest
from hotline.stores.enclosed import decrypt, encrypt
from hotline.stores.link import Link

PURPOSE = "c"


class CallRests:
    """`Rests` over the durable Redis. Written by the commit of a turn."""

    def __init__(self, link: Link) -> None:
        self._link = link

    def find(self, line: DayKey) -> str | None:
        """See `Rests.find`."""
        sealed = self._link.call("GET", b"hl:c:" + line.session)
        return decrypt(line, PURPOSE, sealed) if sealed else None


def written(rest: Rest) -> bytes:
    """What the commit's script is told: a letter, the tag, what lies there from now on."""
    if rest.state is None:
        return b"m" + rest.line.session
    return b"l" + rest.line.session + encrypt(rest.line, PURPOSE, rest.state)
