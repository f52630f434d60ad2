"""Operators' accounts.

Rule 1: passwords are ours, 100 random bits; only their argon2id is kept. TOTP secrets lie closed.
Rule 2: an unknown name costs the same work as a known one.
Rule 3: a code is accepted once. Who has the password but not the code is slowed down, ever more;
        who has neither can not lock anybody out.
Rule 4: of recovery codes only keyed digests are kept; each stands in for one code of the telephone.
"""

import hmac
import re
import secrets
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from threading import Lock
from typing import Any

import pyotp
from nacl import pwhash
from nacl.exceptions import InvalidkeyError
from sqlalchemy import Connection, Engine, Row, delete, func, insert, select, true, update

from hotline.intake.errors import Mistaken
from hotline.records.operator import ROLES, Credentials, Member, Operator, Role
from hotline.stores.casekey import KeyRing
from hotline.stores.database import reading, writing
from hotline.stores.tables import desk_sessions, operators, passkeys, recovery_codes

STEP = 30
TRIES = 5
LONGEST = 120  # steps: one hour
RECOVERY = 10  # codes
_NAME = re.compile(r"[a-z0-9][a-z0-9._-]{0,39}")
_LETTERS = "23456789abcdefghjkmnpqrstuvwxyz"
_RECOVERY_LETTERS = 10  # about 50 bits


@dataclass(frozen=True, slots=True)
class Cost:
    """What one argon2id costs: passes, bytes."""

    passes: int = pwhash.argon2id.OPSLIMIT_INTERACTIVE
    memory: int = pwhash.argon2id.MEMLIMIT_INTERACTIVE


CHEAP = Cost(pwhash.argon2id.OPSLIMIT_MIN, pwhash.argon2id.MEMLIMIT_MIN)  # for tests only


class SqlOperators:
    """Accounts in the case book's database. Every method raises Unavailable("casebook")."""

    def __init__(self, engine: Engine, ring: KeyRing, cost: Cost = Cost()) -> None:
        self._engine = engine
        self._ring = ring
        self._cost = cost
        self._one_at_a_time = Lock()  # a flood of tries must not eat the machine's memory

    def add(self, name: str, role: str = "operator") -> Credentials:
        """A new operator. Raises Mistaken for a bad or taken name or an unknown role."""
        name, role = _name(name), _role(role)
        made, hidden = self._fresh(name)
        with writing(self._engine) as held:
            if held.scalar(select(operators.c.name).where(operators.c.name == name)):
                raise Mistaken(f"operator {name} exists; `hotline operators reset {name}`")
            held.execute(insert(operators).values(name=name, role=role, **hidden))
            self._keep_recovery(held, name, made.recovery)
        return made

    def reset(self, name: str) -> Credentials:
        """New password, secret and recovery codes; sessions and passkeys end. Raises Mistaken."""
        name = _name(name)
        made, hidden = self._fresh(name)
        fresh = {"totp_step": 0, "wrong_codes": 0, "codes_from": 0, "active": True}
        with writing(self._engine) as held:
            self._change(held, name, **hidden, **fresh)
            held.execute(delete(passkeys).where(passkeys.c.operator == name))
            self._keep_recovery(held, name, made.recovery)
        return made

    def new_recovery(self, name: str) -> tuple[str, ...]:
        """Other recovery codes; those they had open nothing any more. Raises Mistaken."""
        name, codes = _name(name), _recovery_codes()
        with writing(self._engine) as held:
            if held.scalar(select(operators.c.name).where(operators.c.name == name)) is None:
                raise Mistaken(_nobody_called(name))
            self._keep_recovery(held, name, codes)
        return codes

    def set_role(self, name: str, role: str) -> None:
        """They are something else from now on; every session of theirs ends. Raises Mistaken."""
        with writing(self._engine) as held:
            self._change(held, _name(name), role=_role(role))

    def sign_out(self, name: str) -> None:
        """Every session of theirs ends. Raises Mistaken."""
        with writing(self._engine) as held:
            self._change(held, _name(name), name=_name(name))

    def close(self, name: str) -> None:
        """They may not come in any more; every session of theirs ends. Raises Mistaken."""
        with writing(self._engine) as held:
            self._change(held, _name(name), active=False)

    def list(self) -> tuple[Operator, ...]:
        """Everybody, by name."""
        with reading(self._engine) as held:
            found = held.execute(select(operators).order_by(operators.c.name)).all()
        return tuple(_operator(row) for row in found)

    def members(self, now: datetime) -> tuple[Member, ...]:
        """Everybody, with their open sessions and the recovery codes they have left."""
        ended = desk_sessions.c.ends <= int(now.timestamp()) // 60
        with reading(self._engine) as held:
            people = held.execute(select(operators).order_by(operators.c.name)).all()
            open_ = _count_by(held, desk_sessions.c.operator, ~ended)
            left = _count_by(held, recovery_codes.c.operator, true())
        return tuple(
            Member(_operator(p), open_.get(p.name, 0), left.get(p.name, 0)) for p in people
        )

    def check_password(self, name: str, password: str) -> bool:
        """Whether this is their password: for who is in already."""
        row = self._find(name)
        right = self._verify(row.password if row else self._nobody, password)
        return right and row is not None and bool(row.active)

    def check(self, name: str, password: str, totp: str, now: datetime) -> Operator | None:
        """Who this is, when all three are right; None tells nothing about which was wrong.

        In place of the code of the telephone one of the recovery codes does, once.
        """
        row = self._find(name)
        right = self._verify(row.password if row else self._nobody, password)
        step = _matching(self._secret(row), totp, _step(now))
        if row is None or not right or not row.active:
            return None
        with writing(self._engine) as held:
            spent = self._spend(held, row.name, totp, _step(now))
            accepted = spent or _accept(held, row.name, step, _step(now))
        return _operator(row) if accepted else None

    def _find(self, name: str) -> Row[Any] | None:
        with reading(self._engine) as held:
            found = select(operators).where(operators.c.name == name.strip().casefold()[:40])
            return held.execute(found).one_or_none()

    def _secret(self, row: Row[Any] | None) -> str:
        """The TOTP secret; for nobody, one that is opened from the same kind of box."""
        if row is None:
            return self._ring.open("totp:", self._no_secret).decode()
        return self._ring.open(f"totp:{row.name}", row.totp).decode()

    def _change(self, held: Connection, who: str, **values: Any) -> None:
        change = update(operators).where(operators.c.name == who).values(**values)
        if not held.execute(change).rowcount:
            raise Mistaken(_nobody_called(who))
        held.execute(delete(desk_sessions).where(desk_sessions.c.operator == who))

    def _keep_recovery(self, held: Connection, name: str, codes: tuple[str, ...]) -> None:
        held.execute(delete(recovery_codes).where(recovery_codes.c.operator == name))
        rows = [{"operator": name, "mark": self._marks(name, code)[0]} for code in codes]
        held.execute(insert(recovery_codes), rows)

    def _spend(self, held: Connection, name: str, typed: str, now: int) -> bool:
        """Whether this is a recovery code of theirs; then it is one no more."""
        code = "".join(c for c in typed.casefold() if c in _LETTERS)
        who = operators.c.name == name
        waits = held.scalar(select(operators.c.codes_from).where(who).with_for_update()) or 0
        if len(code) != _RECOVERY_LETTERS or waits > now:
            return False
        c = recovery_codes.c
        mine = (c.operator == name) & c.mark.in_(self._marks(name, code))
        if not held.execute(delete(recovery_codes).where(mine)).rowcount:
            return False
        held.execute(update(operators).where(who).values(wrong_codes=0))
        return True

    def _marks(self, name: str, code: str) -> tuple[bytes, ...]:
        return self._ring.marks(f"recovery:{name}:{code.replace('-', '')}")

    def _fresh(self, name: str) -> tuple[Credentials, dict[str, Any]]:
        made = Credentials(_password(), pyotp.random_base32(), _recovery_codes())
        totp = self._ring.close(f"totp:{name}", made.totp_secret.encode())
        return made, {"password": self._hash(made.password), "totp": totp}

    def _hash(self, password: str) -> str:
        plain = password.encode()
        return pwhash.argon2id.str(plain, self._cost.passes, self._cost.memory).decode()

    def _verify(self, stored: str, password: str) -> bool:
        with self._one_at_a_time:
            try:
                return bool(pwhash.verify(stored.encode(), password[:200].encode()))
            except (InvalidkeyError, ValueError):
                return False

    @cached_property
    def _nobody(self) -> str:
        return self._hash(_password())

    @cached_property
    def _no_secret(self) -> bytes:
        return self._ring.close("totp:", pyotp.random_base32().encode())


def _accept(held: Connection, name: str, step: int | None, now: int) -> bool:
    """Whether the code of `step` counts, once; a wrong one is counted against the account."""
    who = operators.c.name == name
    if step is not None:
        fresh = (operators.c.totp_step < step) & (operators.c.codes_from <= now)
        change = update(operators).where(who & fresh).values(totp_step=step, wrong_codes=0)
        if held.execute(change).rowcount:
            return True
    row = held.execute(
        select(operators.c.wrong_codes, operators.c.codes_from).where(who).with_for_update()
    ).one()
    if row.codes_from <= now:
        wrong = row.wrong_codes + 1
        later = now + _pause(wrong) if wrong % TRIES == 0 else row.codes_from
        held.execute(update(operators).where(who).values(wrong_codes=wrong, codes_from=later))
    return False


def _pause(wrong: int) -> int:
    """Steps without tries after every fifth wrong code in a row: 1, 2, 4 … 60 minutes."""
    return int(min(2 * 2 ** min(wrong // TRIES - 1, 10), LONGEST))


def _matching(secret: str, totp: str, now: int) -> int | None:
    """The step whose code this is: the last, this or the next one. Looks at all three."""
    code = "".join(c for c in totp if c.isascii() and c.isdigit())
    made = pyotp.TOTP(secret)
    found = None
    for step in (now - 1, now, now + 1):
        if hmac.compare_digest(made.generate_otp(step), code):
            found = step
    return found


def _step(now: datetime) -> int:
    return int(now.timestamp()) // STEP


def _name(name: str) -> str:
    folded = name.strip().casefold()
    if not _NAME.fullmatch(folded):
        raise Mistaken("an operator's name has 1-40 letters a-z, digits, dot, dash, underscore")
    return folded


def _role(role: str) -> Role:
    if role not in ROLES:
        raise Mistaken(f"no such role; there are: {', '.join(ROLES)}")
    return role


def _operator(row: Row[Any]) -> Operator:
    return Operator(row.name, _role(row.role), row.active)


def _nobody_called(name: str) -> str:
    return f"no operator {name}; `hotline operators list` names them"


def _count_by(held: Connection, column: Any, which: Any) -> dict[str, int]:
    query = select(column, func.count()).where(which).group_by(column)
    return {row[0]: row[1] for row in held.execute(query)}


def _recovery_codes() -> tuple[str, ...]:
    return tuple(_groups(2) for _ in range(RECOVERY))


def _password() -> str:
    """About 99 bits."""
    return _groups(4)


def _groups(count: int) -> str:
    """Groups of five letters that nobody confuses."""
    return "-".join("".join(secrets.choice(_LETTERS) for _ in range(5)) for _ in range(count))
