"""Set the level of observation, with the instructions to custody staff."""

from __future__ import annotations

import msgspec

from sonar_core.board.levels import LEVELS
from sonar_core.moments import Moment
from sonar_core.records.care_level import CareLevel
from sonar_core.records.custody_episode import CustodyEpisode
from sonar_core.records.registry import care_level_id
from sonar_core.roles import Duty
from sonar_desktop.usecases.acting import existing, now, require
from sonar_desktop.usecases.inputs import Problems
from sonar_desktop.usecases.ports import Changed, Desk, Writing


class CareSetting(msgspec.Struct, frozen=True, kw_only=True):
    """A level as advised. `check_every_minutes` is None for constant observation."""

    episode: str
    level: int
    check_every_minutes: int | None
    rouse: bool
    reason: str
    instructions: tuple[str, ...] = ()
    set_at: Moment | None = None
    review_at: Moment | None = None
    draft: str | None = None


def set_care_level(desk: Desk, setting: CareSetting) -> tuple[str, Changed]:
    """Write the episode's one level of observation; return its id.

    Raises InputError for a level that there is not, no reason, or an interval that is none;
    RoleError.
    """
    require(desk.actor, Duty.SET_CARE_LEVEL)
    problems = Problems()
    check_care(setting, problems, desk)
    problems.raise_if_any()

    def act(writing: Writing) -> str:
        stay = existing(writing, CustodyEpisode, setting.episode)
        care = care_from(desk, stay, setting)
        if writing.get(CareLevel, care.id) is None:
            writing.record(care)
        else:
            changes = msgspec.structs.asdict(care)
            # It keeps whose it is: the stay's row may be spoilt here, until it is put right.
            for name in ("id", "patient", "episode"):
                del changes[name]
            writing.edit(CareLevel, care.id, changes)
        if setting.draft is not None:
            writing.drop_draft(desk.actor.user, setting.draft)
        return care.id

    return desk.store.write(desk.actor, "set_care_level", act)


def check_care(setting: CareSetting, problems: Problems, desk: Desk) -> None:
    """Collect what is wrong with a level."""
    if setting.level not in {plan.level for plan in LEVELS}:
        problems.add("level", "Choose a level from 1 to 4.")
    minutes = setting.check_every_minutes
    if minutes is not None and not 1 <= minutes <= 24 * 60:
        problems.add("check_every_minutes", "Enter minutes from 1 to 1440, or constant.")
    problems.require("reason", setting.reason, "why this level")
    if setting.set_at is not None:
        problems.happened("set_at", setting.set_at, desk.clock)
    problems.to_come("review_at", setting.review_at, desk.clock)


def care_from(desk: Desk, stay: CustodyEpisode, setting: CareSetting) -> CareLevel:
    """Return the level to write."""
    return CareLevel(
        id=care_level_id(stay.id),
        patient=stay.patient,
        episode=stay.id,
        level=setting.level,
        check_every_minutes=setting.check_every_minutes,
        rouse=setting.rouse,
        reason=setting.reason.strip(),
        instructions=tuple(text.strip() for text in setting.instructions if text.strip()),
        set_at=setting.set_at or now(desk),
        set_by=desk.actor.user,
        review_at=setting.review_at,
    )
