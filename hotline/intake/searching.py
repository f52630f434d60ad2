"""What somebody means who looks for a place: the same reading as a caller's words get."""

from hotline.understanding.stations import resolve


def stations_meant(place: str) -> tuple[tuple[str, str], ...]:
    """Stations that a place may mean, however it is spelled: name and prefecture, best first."""
    answer = resolve(place) if place else None
    if answer is None or answer.decision == "none":
        return ()
    return tuple((match.station.name, match.station.prefecture) for match in answer.matches)
