"""The finest time that is ever kept."""

from datetime import datetime


def hour(at: datetime) -> str:
    """A moment in Japan, rounded down to the hour: `YYYY-MM-DDTHH:00+09:00`."""
    return f"{at.isoformat()[:13]}:00+09:00"
