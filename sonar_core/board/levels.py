"""Names and usual checks of the levels of observation.

Source: College of Policing, Authorised Professional Practice, Detention and custody, "Control,
restraint and searches / Levels of observation": general, intermittent, constant, close proximity.
The intervals are a named, versioned default of ours and **not clinically signed off**; a suite
puts its own in their place.
"""

from __future__ import annotations

from typing import Final

import msgspec

VERSION: Final = "sonar-care-levels/0.1"
IS_CLINICALLY_SIGNED_OFF: Final = False


class LevelPlan(msgspec.Struct, frozen=True, kw_only=True):
    """One level. `check_every_minutes` is None where somebody is with the person all the time."""

    level: int
    name: str
    check_every_minutes: int | None
    rouse: bool


LEVELS: Final = (
    LevelPlan(level=1, name="General", check_every_minutes=60, rouse=False),
    LevelPlan(level=2, name="Intermittent", check_every_minutes=30, rouse=True),
    LevelPlan(level=3, name="Constant", check_every_minutes=None, rouse=False),
    LevelPlan(level=4, name="Close", check_every_minutes=None, rouse=False),
)


def plan_of(level: int) -> LevelPlan | None:
    """Return the plan of a level, None for one that this program does not know."""
    return next((plan for plan in LEVELS if plan.level == level), None)


def level_name(level: int) -> str:
    """Return the name of a level, empty for one that this program does not know."""
    plan = plan_of(level)
    return "" if plan is None else plan.name
