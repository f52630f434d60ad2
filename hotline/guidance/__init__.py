"""Dated facts for helpers and families: desks, bureaus, contacts, deadlines, each with its source.

Nothing is guessed: what was not found is absent, and whoever shows it says so.
"""

from hotline.guidance.card import Card, Matter, make_card
from hotline.guidance.page import Writer, as_json, as_text

__all__ = ["Card", "Matter", "Writer", "as_json", "as_text", "make_card"]
