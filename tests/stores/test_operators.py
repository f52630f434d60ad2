"""Accounts, sessions and the audit, on SQLite and on PostgreSQL."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pyotp
import pytest
from sqlalchemy import Engine, text

from hotline.intake.errors import Mistaken
from hotline.records.operator import Credentials, Operator
from hotline.stores.casekey import KeyRing
from hotline.stores.desk_sessions import SqlDeskSessions
from hotline.stores.operators import CHEAP, SqlOperators

NOW = datetime(2026, 11, 24, 3, 15, 10, tzinfo=UTC)


@pytest.fixture
def staff(engine: Engine, ring: KeyRing) -> SqlOperators:
    return SqlOperators(engine, ring, CHEAP)


@pytest.fixture
def sessions(engine: Engine, ring: KeyRing) -> SqlDeskSessions:
    return SqlDeskSessions(engine, ring)


def code(made: Credentials, at: datetime) -> str:
    return pyotp.TOTP(made.totp_secret).at(at)


def later(**some: int) -> datetime:
    return NOW + timedelta(**some)


def test_the_right_three_open(staff: SqlOperators) -> None:
    made = staff.add("lan", "operator")
    assert staff.check(" Lan ", made.password, code(made, NOW), NOW) == Operator("lan", "operator")


@pytest.mark.parametrize("wrong", ["name", "password", "code", "all"])
def test_one_wrong_opens_nothing(staff: SqlOperators, wrong: str) -> None:
    made = staff.add("lan")
    name = "nam" if wrong in ("name", "all") else "lan"
    password = "x" if wrong in ("password", "all") else made.password
    totp = "000000x" if wrong in ("code", "all") else code(made, NOW)
    assert staff.check(name, password, totp, NOW) is None


@pytest.mark.parametrize(
    ("away", "opens"), [(-60, False), (-30, True), (0, True), (30, True), (60, False)]
)
def test_one_step_to_either_side(staff: SqlOperators, away: int, opens: bool) -> None:
    made = staff.add("lan")
    assert (
        staff.check("lan", made.password, code(made, later(seconds=away)), NOW) is None
    ) != opens


def test_a_code_is_accepted_once(staff: SqlOperators) -> None:
    made = staff.add("lan")
    used = code(made, NOW)
    assert staff.check("lan", made.password, used, NOW)
    assert staff.check("lan", made.password, used, NOW) is None
    assert staff.check("lan", made.password, code(made, later(seconds=-30)), NOW) is None
    assert staff.check("lan", made.password, code(made, later(seconds=30)), later(seconds=30))


def test_of_eight_at_once_one_gets_in(staff: SqlOperators) -> None:
    made = staff.add("lan")
    used = code(made, NOW)
    with ThreadPoolExecutor(8) as pool:
        let_in = list(pool.map(lambda _: staff.check("lan", made.password, used, NOW), range(8)))
    assert len([one for one in let_in if one]) == 1


def test_wrong_passwords_lock_nobody_out(staff: SqlOperators) -> None:
    made = staff.add("lan")
    for _ in range(20):
        assert staff.check("lan", "wrong", "123456", NOW) is None
    assert staff.check("lan", made.password, code(made, NOW), NOW)


def test_five_wrong_codes_with_the_right_password_pause(staff: SqlOperators) -> None:
    made = staff.add("lan")
    for _ in range(5):
        assert staff.check("lan", made.password, "nonsense", NOW) is None
    for seconds in (0, 30):
        at = later(seconds=seconds)
        assert staff.check("lan", made.password, code(made, at), at) is None
    at = later(seconds=60)
    assert staff.check("lan", made.password, code(made, at), at)


def test_four_wrong_codes_do_not_pause(staff: SqlOperators) -> None:
    made = staff.add("lan")
    for _ in range(4):
        staff.check("lan", made.password, "nonsense", NOW)
    assert staff.check("lan", made.password, code(made, NOW), NOW)


def test_reset_changes_both_and_ends_sessions(
    staff: SqlOperators, sessions: SqlDeskSessions
) -> None:
    old = staff.add("lan")
    token = sessions.open("lan", NOW, {})
    new = staff.reset("lan")
    assert (old.password == new.password, old.totp_secret == new.totp_secret) == (False, False)
    assert staff.check("lan", old.password, code(old, NOW), NOW) is None
    assert sessions.read(token, NOW) is None
    assert staff.check("lan", new.password, code(new, NOW), NOW)


def test_who_left_is_out_at_once(staff: SqlOperators, sessions: SqlDeskSessions) -> None:
    made = staff.add("lan", "admin")
    token = sessions.open("lan", NOW, {})
    staff.close("lan")
    assert sessions.read(token, NOW) is None
    assert staff.check("lan", made.password, code(made, NOW), NOW) is None
    assert staff.list() == (Operator("lan", "admin", active=False),)


@pytest.mark.parametrize("name", ["", "a b", "-a", "x" * 41, "<b>", "lan\n2"])
def test_bad_names_are_refused(staff: SqlOperators, name: str) -> None:
    with pytest.raises(Mistaken, match="name"):
        staff.add(name)


def test_taken_names_missing_names_and_roles_are_refused(staff: SqlOperators) -> None:
    staff.add("lan")
    with pytest.raises(Mistaken, match="exists"):
        staff.add("LAN")
    with pytest.raises(Mistaken, match="no operator"):
        staff.reset("nam")
    with pytest.raises(Mistaken, match="role"):
        staff.add("nam", "root")


def test_no_secret_lies_open(staff: SqlOperators, engine: Engine) -> None:
    made = staff.add("lan")
    with engine.begin() as held:
        row = repr(held.execute(text("SELECT * FROM operators")).one())
    assert made.password not in row
    assert made.totp_secret not in row
    assert "$argon2id$" in row
    assert made.password not in repr(made)


def test_a_session_is_read_back(staff: SqlOperators, sessions: SqlDeskSessions) -> None:
    staff.add("lan", "viewer")
    token = sessions.open("lan", NOW, {"language": "ja"})
    found = sessions.read(token, NOW)
    assert found is not None
    assert (found.operator, found.notes) == (Operator("lan", "viewer"), {"language": "ja"})
    sessions.note(token, {"place": "Ueno"})
    again = sessions.read(token, NOW)
    assert again is not None
    assert (again.notes, again.csrf) == ({"place": "Ueno"}, found.csrf)


def test_neither_token_nor_notes_lie_open(
    staff: SqlOperators, sessions: SqlDeskSessions, engine: Engine
) -> None:
    staff.add("lan")
    token = sessions.open("lan", NOW, {"place": "Shin-Okubo"})
    with engine.begin() as held:
        row = repr(held.execute(text("SELECT * FROM desk_sessions")).one())
    assert token not in row
    assert "Okubo" not in row


@pytest.mark.parametrize(("minutes", "locked"), [(14, False), (15, True), (300, True)])
def test_fifteen_idle_minutes_lock(
    staff: SqlOperators, sessions: SqlDeskSessions, minutes: int, locked: bool
) -> None:
    staff.add("lan")
    found = sessions.read(sessions.open("lan", NOW, {}), later(minutes=minutes))
    assert found is not None
    assert found.locked == locked


def is_locked(sessions: SqlDeskSessions, token: str, at: datetime, stirs: bool = True) -> bool:
    found = sessions.read(token, at, stirs)
    assert found is not None
    return found.locked


def test_a_person_stirs_a_page_does_not(staff: SqlOperators, sessions: SqlDeskSessions) -> None:
    staff.add("lan")
    token, other = (sessions.open("lan", NOW, {}) for _ in range(2))
    assert not is_locked(sessions, token, later(minutes=10))
    assert not is_locked(sessions, other, later(minutes=10), stirs=False)
    assert not is_locked(sessions, token, later(minutes=20))
    assert is_locked(sessions, other, later(minutes=20))


def test_stirring_opens_no_locked_session_and_unlocking_does(
    staff: SqlOperators, sessions: SqlDeskSessions
) -> None:
    staff.add("lan")
    token = sessions.open("lan", NOW, {})
    sessions.lock(token)
    for minutes in (0, 1):
        assert is_locked(sessions, token, later(minutes=minutes))
    sessions.unlock(token, later(minutes=2))
    assert not is_locked(sessions, token, later(minutes=16))


def test_eight_hours_are_the_end(staff: SqlOperators, sessions: SqlDeskSessions) -> None:
    staff.add("lan")
    token = sessions.open("lan", NOW, {})
    for minutes in range(0, 480, 20):
        assert sessions.read(token, later(minutes=minutes))
    assert sessions.read(token, later(minutes=479))
    assert sessions.read(token, later(minutes=480)) is None


def test_closing_one_session_leaves_the_other(
    staff: SqlOperators, sessions: SqlDeskSessions, engine: Engine
) -> None:
    staff.add("lan")
    one, two = (sessions.open("lan", NOW, {}) for _ in range(2))
    sessions.close(one)
    assert sessions.read(one, NOW) is None
    assert sessions.read(two, NOW) is not None
    sessions.open("lan", later(hours=9), {})
    with engine.begin() as held:
        assert held.scalar(text("SELECT count(*) FROM desk_sessions")) == 1


def test_of_eight_at_once_one_gets_in_by_a_recovery_code(staff: SqlOperators) -> None:
    made = staff.add("lan")
    with ThreadPoolExecutor(8) as pool:
        found = pool.map(
            lambda _: staff.check("lan", made.password, made.recovery[0], NOW), range(8)
        )
        assert len([one for one in found if one]) == 1
    assert staff.members(NOW)[0].recovery == 9


@pytest.mark.parametrize("typed", ["x" * 10, "", "aaaaa-aaaaa", "2" * 10])
def test_guessed_recovery_codes_pause_like_wrong_codes(staff: SqlOperators, typed: str) -> None:
    made = staff.add("lan")
    for _ in range(5):
        assert staff.check("lan", made.password, typed, NOW) is None
    assert staff.check("lan", made.password, made.recovery[0], NOW) is None
    assert staff.check("lan", made.password, made.recovery[0], later(seconds=60))


def test_a_recovery_code_is_its_owners(staff: SqlOperators) -> None:
    lan, nam = staff.add("lan"), staff.add("nam")
    assert staff.check("nam", nam.password, lan.recovery[0], NOW) is None
    assert staff.check("lan", "wrong", lan.recovery[0], NOW) is None
    assert staff.check("lan", lan.password, lan.recovery[0], NOW)


def test_no_recovery_code_lies_open(staff: SqlOperators, engine: Engine) -> None:
    made = staff.add("lan")
    with engine.begin() as held:
        rows = repr(held.execute(text("SELECT * FROM recovery_codes")).all())
    assert all(code[:5] not in rows and code[6:] not in rows for code in made.recovery)
    assert made.recovery[0] not in repr(made)


def test_only_the_password_is_asked_of_who_is_in(staff: SqlOperators) -> None:
    made = staff.add("lan")
    assert staff.check_password("lan", made.password)
    assert not staff.check_password("lan", "x")
    assert not staff.check_password("nam", made.password)
    staff.close("lan")
    assert not staff.check_password("lan", made.password)


def test_another_role_and_signing_out_end_sessions(
    staff: SqlOperators, sessions: SqlDeskSessions
) -> None:
    staff.add("lan")
    token = sessions.open("lan", NOW, {})
    assert [m.sessions for m in staff.members(NOW)] == [1]
    staff.set_role("lan", "viewer")
    assert sessions.read(token, NOW) is None
    token = sessions.open("lan", NOW, {})
    staff.sign_out("lan")
    assert sessions.read(token, NOW) is None
    assert staff.list() == (Operator("lan", "viewer"),)
    with pytest.raises(Mistaken, match="no operator"):
        staff.sign_out("nam")
    with pytest.raises(Mistaken, match="role"):
        staff.set_role("lan", "root")
