"""How far somebody's way home is: six steps, one after the other, each of which can be undone."""

from dataclasses import dataclass
from typing import Literal, get_args

HomeStep = Literal["asked", "informed", "papers", "ticket", "left", "settled"]
HOME_STEPS: tuple[HomeStep, ...] = get_args(HomeStep)


@dataclass(frozen=True, slots=True)
class Homeward:
    """The last step that was reached, on which day (`YYYY-MM-DD`, Japan; empty: since the tip),
    and the steps whose fixed words were sent to whoever holds the receipt."""

    step: HomeStep = "asked"
    since: str = ""
    told: tuple[HomeStep, ...] = ()

    def has(self, step: HomeStep) -> bool:
        """Whether that step was reached."""
        return HOME_STEPS.index(step) <= HOME_STEPS.index(self.step)

    @property
    def following(self) -> HomeStep | None:
        """The step after this one; None at the end."""
        return _at(self.step, 1)

    @property
    def before(self) -> HomeStep | None:
        """The step to which undoing leads; None at the beginning."""
        return _at(self.step, -1)


AT_FIRST = Homeward()


def home_step(said: str) -> HomeStep | None:
    """The step of that name."""
    return next((step for step in HOME_STEPS if step == said), None)


def _at(step: HomeStep, away: int) -> HomeStep | None:
    place = HOME_STEPS.index(step) + away
    return HOME_STEPS[place] if 0 <= place < len(HOME_STEPS) else None
