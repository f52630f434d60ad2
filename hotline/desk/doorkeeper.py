"""The desk's two cookies: one before somebody is in, one after.

Rule 1: coming in makes a new session; what the browser held before opens nothing.
Rule 2: both cookies are HttpOnly and SameSite=Strict, and Secure wherever the desk is served so.
"""

import hashlib
import hmac
import secrets

from flask import Request, Response

from hotline.desk.i18n import Language, language_of
from hotline.desk.ports import Room
from hotline.records.operator import DeskSession

COOKIE = "desk"
BEFORE = "desk_before"


class Doorkeeper:
    """Reads and writes the cookies."""

    def __init__(self, room: Room) -> None:
        self._room = room

    def session(self, request: Request, stirs: bool) -> DeskSession | None:
        """Who sits at this browser."""
        token = request.cookies.get(COOKIE, "")
        return self._room.sessions.read(token, self._room.clock(), stirs) if token else None

    def csrf(self, request: Request, session: DeskSession | None) -> str:
        """The token that a form of this browser must carry; empty when there is none."""
        if session is not None:
            return session.csrf
        held, _ = self._before(request)
        return self._sign(held) if held else ""

    def language(self, request: Request, session: DeskSession | None) -> Language:
        """The language chosen in this browser."""
        if session is not None:
            return language_of(session.notes.get("language", ""))
        return self._before(request)[1]

    def greet(self, request: Request, response: Response, language: Language) -> str:
        """Give a stranger a cookie to tie the login form to; the form's token."""
        held, chosen = self._before(request)
        if not held or chosen != language:
            held = held or secrets.token_urlsafe(32)
            self._set(request, response, BEFORE, f"{held}.{language}")
        return self._sign(held)

    def let_in(self, request: Request, response: Response, operator: str) -> None:
        """A new session for them; whatever session this browser had is over."""
        self.let_out(request, response)
        notes = {"language": self._before(request)[1]}
        token = self._room.sessions.open(operator, self._room.clock(), notes)
        response.delete_cookie(BEFORE)
        self._set(request, response, COOKIE, token)

    def let_out(self, request: Request, response: Response) -> None:
        """End the session of this browser."""
        token = request.cookies.get(COOKIE, "")
        if token:
            self._room.sessions.close(token)
        response.delete_cookie(COOKIE, httponly=True, samesite="Strict")

    def lock(self, request: Request) -> None:
        """Lock the session of this browser."""
        self._room.sessions.lock(request.cookies[COOKIE])

    def unlock(self, request: Request) -> None:
        """Open it again."""
        self._room.sessions.unlock(request.cookies[COOKIE], self._room.clock())

    def note(self, request: Request, session: DeskSession, **notes: str) -> None:
        """Remember something in the session."""
        self._room.sessions.note(request.cookies[COOKIE], {**session.notes, **notes})

    def _before(self, request: Request) -> tuple[str, Language]:
        held, _, language = request.cookies.get(BEFORE, "").partition(".")
        return held, language_of(language)

    def _sign(self, held: str) -> str:
        message = f"login form:{held}".encode()
        return hmac.new(self._room.secret_key.encode(), message, hashlib.sha256).hexdigest()

    def _set(self, request: Request, response: Response, name: str, value: str) -> None:
        secure = request.is_secure or self._room.https
        response.set_cookie(name, value, httponly=True, samesite="Strict", secure=secure)
