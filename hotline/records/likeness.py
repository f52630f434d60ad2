"""What two tips say of one person: name, home, year of birth, gender, towns. In log odds."""

from collections.abc import Iterator
from dataclasses import dataclass

from hotline.records.names import Alike, Name, alike, is_rare
from hotline.records.profile import Profile


@dataclass(frozen=True, slots=True)
class Evidence:
    """One addend and the reason it stands for; no reason where there is nothing to tell."""

    weight: float
    reason: str


_ALIKE: dict[Alike, float] = {
    "full": 4.6,
    "full_unmarked": 4.3,
    "most": 3.7,
    "given": 2.3,
    "given_unmarked": 2.1,
    "nick": 2.2,
    "sound": 1.2,
}
_MOST_NAMES = 8
# Half of the callers come from a few provinces: a home there says less.
_COMMON_HOMES = frozenset({"Nghệ An", "Hà Tĩnh", "Thanh Hóa", "Hải Dương", "Hà Nội"})


def names(one: Profile, other: Profile) -> Iterator[Evidence]:
    """The best pair of names; when both name people and none agree, that speaks against."""
    mine, theirs = one.names[:_MOST_NAMES], other.names[:_MOST_NAMES]
    if not mine or not theirs:
        return
    found = [e for a in mine for b in theirs if (e := _pair(a, b)) is not None]
    if found:
        yield max(found, key=lambda evidence: evidence.weight)
    else:
        alone = len(mine) == 1 and len(theirs) == 1
        yield Evidence(-5.0 if alone else -3.0, "but.name")


def _pair(one: Name, other: Name) -> Evidence | None:
    how = alike(one, other)
    if how is None:
        return None
    weight = _ALIKE[how]
    if how in ("full", "full_unmarked", "most"):
        weight += 0.6 if is_rare(one) or is_rare(other) else 0.0
    elif not one.is_common and not other.is_common:
        weight += 0.7
    return Evidence(weight, f"name.{how}")


def homes(one: Profile, other: Profile) -> Iterator[Evidence]:
    """The province somebody is from."""
    if not one.homes or not other.homes:
        return
    shared = set(one.homes) & set(other.homes)
    if shared:
        yield Evidence(1.3 if shared <= _COMMON_HOMES else 1.9, "home.same")
    else:
        yield Evidence(-2.2, "but.home")


def born(one: Profile, other: Profile) -> Iterator[Evidence]:
    """Years between what is said of their ages; a witness guesses, within some years."""
    gaps = [max(0, max(a[0], b[0]) - min(a[1], b[1])) for a in one.born for b in other.born]
    if not gaps:
        return
    gap = min(gaps)
    exact = any(a == b and a[0] == a[1] for a in one.born for b in other.born)
    if exact:
        yield Evidence(1.9, "born.same")
    elif gap <= 1:
        yield Evidence(1.2, f"born.near:{gap}")
    elif gap <= 3:
        yield Evidence(0.0, "")
    else:
        yield Evidence(-1.5 if gap <= 5 else -3.0, f"but.born:{gap}")


def gender(one: Profile, other: Profile) -> Iterator[Evidence]:
    """Only a difference tells."""
    if one.gender and other.gender and one.gender != other.gender:
        yield Evidence(-3.5, "but.gender")


def towns(one: Profile, other: Profile) -> Iterator[Evidence]:
    """A town that both name, where somebody works or lives."""
    if set(one.towns) & set(other.towns):
        yield Evidence(0.8, "town.same")
