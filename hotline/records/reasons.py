"""Every reason that a match may give."""

FOR = (
    "kind.same", "kind.sought_seen",
    "place.same_station", "place.near", "place.same_prefecture",
    "time.overlap", "time.same_day", "time.hours", "time.days", "time.after",
    "name.full", "name.full_unmarked", "name.most", "name.given", "name.given_unmarked",
    "name.nick", "name.sound", "home.same", "born.same", "born.near", "town.same",
    "count.same", "count.close",
)  # fmt: skip
AGAINST = (
    "but.far", "but.other_prefecture", "but.hours", "but.days", "but.before", "but.after",
    "but.name", "but.home", "but.born", "but.gender", "but.count",
)  # fmt: skip
CODES = FOR + AGAINST


def split(reason: str) -> tuple[str, str]:
    """The code of a reason and its figure, empty where it has none."""
    code, _, figure = reason.partition(":")
    return code, figure
