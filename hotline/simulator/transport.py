"""Two ways to post a form: over HTTP, and straight into a WSGI application; and a log of both."""

import http.client
import threading
from collections.abc import Callable, Mapping
from io import BytesIO
from time import perf_counter
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode, urlsplit
from wsgiref.util import setup_testing_defaults

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication

FORM = "application/x-www-form-urlencoded; charset=utf-8"
SECONDS = 15.0  # Twilio's own limit for a whole answer, docs/errors/11205

Reply = tuple[int, Mapping[str, str], bytes]
Send = Callable[[str, Mapping[str, str], Mapping[str, str]], Reply]


class Unreachable(Exception):
    """No answer: refused, broken off or too late. What Twilio reports as 11205."""


def noted(send: Send, asked: list[dict[str, Any]]) -> Send:
    """The same way, and each request with its answer in `asked`: path, form (what it holds, without
    the account), status (0: no answer), ms, document."""

    def sending(path: str, form: Mapping[str, str], headers: Mapping[str, str]) -> Reply:
        account = form.get("AccountSid") or " "
        shown = {n: v.replace(account, "AC…") for n, v in form.items() if v and n != "AccountSid"}
        note = {"path": path, "form": shown, "status": 0, "document": ""}
        asked.append(note)
        begun = perf_counter()
        try:
            status, given, body = send(path, form, headers)
            note |= {"status": status, "document": body.decode("utf-8", "replace")}
            return status, given, body
        finally:
            note["ms"] = round(1_000 * (perf_counter() - begun), 1)

    return sending


class Http:
    """Posts over HTTP to one server and keeps the connection; one connection per thread."""

    def __init__(self, base_url: str, seconds: float = SECONDS) -> None:
        self._base = urlsplit(base_url)
        self._seconds = seconds
        self._local = threading.local()

    def __call__(self, path: str, form: Mapping[str, str], headers: Mapping[str, str]) -> Reply:
        """Post the form. Raises Unreachable. A connection that grew stale is opened once again."""
        kept: http.client.HTTPConnection | None = getattr(self._local, "connection", None)
        if kept is not None:
            try:
                return self._post(kept, path, form, headers)
            except (ConnectionError, http.client.RemoteDisconnected):
                self.close()
            except (OSError, http.client.HTTPException) as error:
                self.close()
                raise Unreachable(type(error).__name__) from error
        return self._afresh(path, form, headers)

    def close(self) -> None:
        """Close this thread's connection."""
        kept: http.client.HTTPConnection | None = self._local.__dict__.pop("connection", None)
        if kept is not None:
            kept.close()

    def _afresh(self, path: str, form: Mapping[str, str], headers: Mapping[str, str]) -> Reply:
        secure = self._base.scheme == "https"
        kind = http.client.HTTPSConnection if secure else http.client.HTTPConnection
        connection = kind(self._base.hostname or "", self._base.port, timeout=self._seconds)
        self._local.connection = connection
        try:
            return self._post(connection, path, form, headers)
        except (OSError, http.client.HTTPException) as error:
            self.close()
            raise Unreachable(type(error).__name__) from error

    def _post(
        self,
        connection: http.client.HTTPConnection,
        path: str,
        form: Mapping[str, str],
        headers: Mapping[str, str],
    ) -> Reply:
        target = self._base.path.rstrip("/") + path
        connection.request("POST", target, urlencode(form), {"Content-Type": FORM, **headers})
        response = connection.getresponse()
        return response.status, _lower(response.getheaders()), response.read()


class Wsgi:
    """Posts straight into an application: no server, no port, errors come out as they are."""

    def __init__(self, application: "WSGIApplication") -> None:
        self._application = application

    def __call__(self, path: str, form: Mapping[str, str], headers: Mapping[str, str]) -> Reply:
        """Post the form."""
        answered: list[tuple[str, list[tuple[str, str]]]] = []

        def start(
            status: str, given: list[tuple[str, str]], _: Any = None
        ) -> Callable[..., object]:
            answered.append((status, given))
            return lambda _data: None

        chunks = self._application(_environ(path, form, headers), start)
        try:
            body = b"".join(chunks)
        finally:
            getattr(chunks, "close", lambda: None)()
        status, given = answered[-1]
        return int(status.split()[0]), _lower(given), body


def _environ(path: str, form: Mapping[str, str], headers: Mapping[str, str]) -> dict[str, Any]:
    body = urlencode(form).encode()
    bare, _, query = path.partition("?")
    environ: dict[str, Any] = {
        "REQUEST_METHOD": "POST",
        "PATH_INFO": bare,
        "QUERY_STRING": query,
        "REQUEST_URI": path,
        "RAW_URI": path,
        "CONTENT_TYPE": FORM,
        "CONTENT_LENGTH": str(len(body)),
        "REMOTE_ADDR": "127.0.0.1",
        "wsgi.input": BytesIO(body),
    }
    environ |= {f"HTTP_{name.upper().replace('-', '_')}": value for name, value in headers.items()}
    setup_testing_defaults(environ)
    return environ


def _lower(headers: list[tuple[str, str]]) -> Mapping[str, str]:
    return {name.lower(): value for name, value in headers}
