"""What may go wrong, by whose fault. Codes, never the caller's words.

HotlineError
  ├─ Untrusted      someone at the door is not who they claim to be   -> 403
  ├─ Unavailable    something we lean on is away; try later           -> safe words, retry
  └─ Mistaken       we wrote or configured it wrong                   -> refuse to start
"""


class HotlineError(Exception):
    """`code` is a word for logs and metrics; nothing a caller said is ever in it."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


class Untrusted(HotlineError):
    """Someone at the door is not who they claim to be."""


class Unavailable(HotlineError):
    """Something we lean on is away; the same call may work later."""


class Mistaken(HotlineError):
    """We wrote or configured it wrong; the text says which setting and what to do."""
