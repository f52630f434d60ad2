"""The desk: where operators see the queue and read tips. Its own application, its own process.

Rule 1: every route says who may come in; one that does not keeps the desk from starting.
Rule 2: what a caller wrote is text: never markup, never a link, never able to reorder the page.
Rule 3: no page asks anybody else for anything, and none may be kept by a browser.
"""

from hotline.desk.app import create_desk
from hotline.desk.ports import Room

__all__ = ["Room", "create_desk"]
