"""What every answer of the desk tells the browser."""

from flask import Flask, Response, request

_CSP = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
    "connect-src 'self'; media-src 'self'; form-action 'self'; "
    "frame-ancestors 'none'; base-uri 'none'"
)
HEADERS = {
    "Content-Security-Policy": _CSP,
    "Cache-Control": "no-store",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
    "X-Robots-Tag": "noindex, nofollow",
}


def wear_headers(app: Flask) -> None:
    """Put the headers on every answer; the desk's own style and script may be kept an hour."""

    @app.after_request
    def dress(response: Response) -> Response:
        response.headers.update(HEADERS)
        if request.endpoint == "static":
            response.headers["Cache-Control"] = "private, max-age=3600"
        if request.is_secure:
            response.headers["Strict-Transport-Security"] = "max-age=31536000"
        return response
