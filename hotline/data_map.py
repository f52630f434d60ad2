"""docs/data-map.md, made of the inventory."""

from hotline.inventory import KEPT, PLACES, Kept


def data_map() -> str:
    """docs/data-map.md."""
    head = (
        "# Where what lies, how long, who can read it\n\n"
        "Written by `python tools/data_map.py` from `hotline/inventory.py`; a test compares them, "
        "and another finds every key and column of a filled system in it.\n\n"
        "*open*: whoever has the store reads it. *closed*: needs a key that does not lie with it. "
        "*digest*: keyed or random, says nothing without more.\n\n"
        "| what | where | form | how long | who can read it |\n|---|---|---|---|---|\n"
    )
    rows = [
        f"| {row.what} | {_where(row)} | {row.form} | {row.lives} | {row.reader} |" for row in KEPT
    ]
    return f"{head}{chr(10).join(rows)}\n\n{_LOGS}\n"


def _where(row: Kept) -> str:
    names = ", ".join(f"`{name}`" for name in row.names[:6])
    more = " …" if len(row.names) > 6 else ""
    return f"{PLACES[row.place]}{': ' if names else ''}{names}{more}"


_LOGS = (
    "Logs hold an event, a code, counts: `hotline/logs.py` has the whole list of keys. "
    "What a seizure of a running hotline would show, counted: `hotline seizure-report`."
)
