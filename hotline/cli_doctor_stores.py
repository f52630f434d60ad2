"""What `hotline doctor` says about the way to the stores: wires, passwords, rights, clocks.

Each function gives what is wrong with its remedy, as text; empty where nothing is.
"""

import ssl
from datetime import UTC
from urllib.parse import urlsplit

from redis.exceptions import AuthenticationError, NoPermissionError, RedisError
from sqlalchemy import make_url, text
from sqlalchemy.exc import SQLAlchemyError

from hotline import process
from hotline.intake.errors import HotlineError
from hotline.stores import rights
from hotline.stores.database import open_engine, refuse_other_form
from hotline.stores.link import WAIT, Link, client

OFF = 5  # seconds a clock may be off: leases and days are counted by it


def local(url: str) -> bool:
    """Whether an address of Redis is on this machine."""
    parts = urlsplit(url)
    return parts.scheme == "unix" or parts.hostname in ("localhost", "127.0.0.1", "::1")


def wire(url: str) -> tuple[bool, str]:
    """Whether the way to a Redis is closed to whoever listens; and a remark."""
    if local(url) or url.startswith("rediss://"):
        return True, ""
    host = urlsplit(url).hostname or ""
    if "." not in host and ":" not in host:  # as containers of one machine are named
        return True, f"no TLS: right only where {host} is a container on this machine"
    return False, "no TLS on the way to another machine; use rediss:// (docs/deploy/hosts.md)"


def silence(url: str) -> str:
    """Why a Redis does not serve us."""
    try:
        client(url, WAIT).ping()
    except AuthenticationError:
        return "refuses this user or password; compare with its ACL file"
    except NoPermissionError:
        return "this user may not even PING; use the ACL file of this release"
    except (RedisError, OSError) as error:
        if isinstance(error.__cause__ or error.__context__, ssl.SSLError):
            return "its certificate is not trusted for this name; see HOTLINE_REDIS_CA"
    return "does not answer; start it or mend its URL"


def allowed(link: Link, server: str, url: str) -> str:
    """Rights that are too wide or too narrow."""
    try:
        return "; ".join(rights.faults(link, server, local(url)))
    except HotlineError as error:
        return error.code


def clock(link: Link) -> str:
    """How far this machine's clock is from the durable Redis's, by which every host is told."""
    seconds, _ = link.call("TIME")
    off = abs(process.seconds_now() - int(seconds))
    told = f"{off} s off the durable Redis's; set both by NTP (`timedatectl set-ntp true`)"
    return told if off > OFF else ""


def case_book(url: str) -> str:
    """Whether it answers, by a closed wire, with tables of this release. Raises Mistaken."""
    engine = open_engine(url)
    sqlite = engine.dialect.name == "sqlite"
    try:
        with engine.connect() as held:
            if not sqlite:
                moment = held.execute(text("SELECT now()")).scalar_one()
                off = abs(process.seconds_now() - int(moment.astimezone(UTC).timestamp()))
                if off > OFF:
                    return f"its clock is {off} s off this machine's; set both by NTP"
    except SQLAlchemyError:
        return (
            "cannot be opened; look at the path and whom the folder belongs to"
            if sqlite
            else "PostgreSQL does not answer or refuses us: is it up, is the address right, "
            "does pg_hba.conf let this host in? Reports wait meanwhile, none is lost"
        )
    finally:
        engine.dispose()
    refuse_other_form(engine)
    return database_wire(url)


def database_wire(url: str) -> str:
    """Whether the way to a case book is closed to whoever listens."""
    there = make_url(url)
    host = there.host or ""
    closed = there.query.get("sslmode") in ("verify-ca", "verify-full")
    if closed or "." not in host or host == "127.0.0.1":  # a socket, or a container beside us
        return ""
    return "no TLS that looks at the certificate; add ?sslmode=verify-full&sslrootcert=…"
