"""Who works at the desk, and what they have open."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal, get_args

Role = Literal["viewer", "operator", "admin", "auditor"]
ROLES: tuple[Role, ...] = get_args(Role)


@dataclass(frozen=True, slots=True)
class Operator:
    """Somebody who works at the desk."""

    name: str
    role: Role
    active: bool = True


@dataclass(frozen=True, slots=True)
class Credentials:
    """What a new operator is handed, once: it can not be shown again."""

    password: str = field(repr=False)
    totp_secret: str = field(repr=False)
    recovery: tuple[str, ...] = field(default=(), repr=False)


MOST_PASSKEYS = 10  # of one operator
LONGEST_LABEL = 30  # characters


@dataclass(frozen=True, slots=True)
class Passkey:
    """What one device of an operator signs with; `mark` is our name for it, `count` its counter."""

    mark: str
    operator: str
    label: str
    credential: bytes = field(repr=False)
    key: bytes = field(repr=False)
    count: int = 0


@dataclass(frozen=True, slots=True)
class Member:
    """An operator as who runs the desk sees them: open sessions, recovery codes not used yet."""

    operator: Operator
    sessions: int
    recovery: int


@dataclass(frozen=True, slots=True)
class DeskSession:
    """One operator at one browser. `notes` are small things to remember: language, filter.

    A `locked` one shows counts and nothing else until its operator's password is given.
    """

    operator: Operator
    csrf: str = field(repr=False)
    notes: Mapping[str, str] = field(default_factory=dict, repr=False)
    locked: bool = False


@dataclass(frozen=True, slots=True)
class Act:
    """One line of the audit: who did what to which, in which hour; in the order of `number`."""

    number: int
    hour: str
    operator: str
    act: str
    what: str


@dataclass(frozen=True, slots=True)
class Chain:
    """What looking at the whole audit found. `wrong` is the number of the first line that does not
    follow from the one before, or whose key is not here; None when all do. `unchained` lines are
    older than the chain; `number` and `seal` are the last line's.
    """

    lines: int
    unchained: int
    wrong: int | None
    number: int
    seal: str
