"""The level of observation: what holds, what each level means, and the form to set another."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

import msgspec

from sonar_core.board.levels import LEVELS, level_name
from sonar_core.board.words import rouse_plan
from sonar_core.moments import format_moment
from sonar_core.records.care_level import CareLevel
from sonar_core.records.registry import care_level_id
from sonar_core.roles import Duty
from sonar_desktop.ui.viewmodels.due_entry import read_optional_due
from sonar_desktop.ui.viewmodels.flaw import Flaw
from sonar_desktop.ui.viewmodels.form import FormModel
from sonar_desktop.ui.viewmodels.summary_cards import day_time, level_sentence
from sonar_desktop.ui.viewmodels.time_entry import ReadTime, TimeEntry
from sonar_desktop.ui.viewmodels.workplace import Workplace
from sonar_desktop.usecases.ports import Desk
from sonar_desktop.usecases.read_record import RecordHead
from sonar_desktop.usecases.set_care_level import CareSetting, set_care_level

DEFINITIONS: Final = {
    1: "General: checked at least every hour. Woken and spoken to where the plan says so.",
    2: "Intermittent: checked at least every 30 minutes. The least where drink or drugs are"
    " suspected, with rousing.",
    3: "Constant: watched all the time, by eye or camera, with somebody able to reach them"
    " at once.",
    4: "Close proximity: somebody within reach all the time, able to act at once.",
}
"""College of Policing APP, Detention and custody, levels of observation; PACE Code C 9.3.

The intervals are the suite's data and **not clinically signed off** (`sonar_core.board.levels`).
"""

NOT_SIGNED_OFF: Final = "Levels and intervals are a default and not clinically signed off."


@dataclass(frozen=True, kw_only=True)
class CareSide:
    """One of two versions while the level is disputed."""

    text: str
    who: str
    is_in_use: bool


@dataclass(frozen=True, kw_only=True)
class CareFace:
    """What holds; `level` is None while nobody has set one."""

    level: int | None = None
    name: str = ""
    definition: str = ""
    plan: str = ""
    check_every_minutes: int | None = None
    rouse: bool = False
    reason: str = ""
    instructions: tuple[str, ...] = ()
    review: str = ""
    is_review_late: bool = False
    who: str = ""
    sides: tuple[CareSide, ...] = ()


class CareDraft(msgspec.Struct, frozen=True, kw_only=True):
    """The form as typed; `every` is minutes as text, "constant" where somebody is always there."""

    level: int | None = None
    every: str = ""
    rouse: bool = False
    reason: str = ""
    instructions: str = ""
    review: TimeEntry = TimeEntry(typed="", typed_ms=0)


CONSTANT: Final = "constant"
_MINUTES: Final = re.compile(r"[0-9]{1,4}")


def care_face(head: RecordHead, now_ms: int) -> CareFace:
    """Return what to show of the level; while disputed the safer one, and both versions."""
    care = head.care
    if care is None:
        return CareFace()
    who = head.names.get(care.set_by, care.set_by)
    return CareFace(
        level=care.level,
        name=level_name(care.level),
        definition=DEFINITIONS.get(care.level, ""),
        plan=rouse_plan(care.check_every_minutes, rouse=care.rouse),
        check_every_minutes=care.check_every_minutes,
        rouse=care.rouse,
        reason=care.reason,
        instructions=care.instructions,
        review="" if care.review_at is None else day_time(care.review_at, now_ms),
        is_review_late=care.review_at is not None and care.review_at.utc_ms < now_ms,
        who=f"{who}, {day_time(care.set_at, now_ms)}",
        sides=_sides(head, care),
    )


class CareForm(FormModel[CareDraft]):
    """Sets the level; the instructions are sentences, one on each line."""

    duty = Duty.SET_CARE_LEVEL

    def __init__(self, workplace: Workplace, episode: str) -> None:
        """Take whose stay it is."""
        super().__init__(workplace, "care_level", episode, CareDraft())
        self._episode = episode

    def begin(self, face: CareFace) -> None:
        """Open the form with what holds now, so that only what changes is typed."""
        if self.entry == CareDraft() and face.level is not None:
            every = face.check_every_minutes
            self.entry = CareDraft(
                level=face.level,
                every=CONSTANT if every is None else str(every),
                rouse=face.rouse,
                instructions="\n".join(face.instructions),
            )
        self.open()

    def choose_level(self, level: int) -> None:
        """Take a level with its usual interval."""
        plan = next(one for one in LEVELS if one.level == level)
        every = CONSTANT if plan.check_every_minutes is None else str(plan.check_every_minutes)
        self.put(level=level, every=every, rouse=plan.rouse)
        self.restored.emit()

    def type_review(self, typed: str) -> None:
        """Keep the time of review as typed."""
        self.put(review=TimeEntry(typed=typed, typed_ms=self.workplace.clock.now_ms()))

    @property
    def definition(self) -> str:
        """What the chosen level means."""
        return DEFINITIONS.get(self.entry.level or 0, "")

    @property
    def review_echo(self) -> str:
        """How the time of review was understood."""
        return self._review().echo

    def check(self) -> dict[str, Flaw]:
        """Return what is wrong with level, interval and time of review."""
        flaws: dict[str, Flaw] = {}
        if self.entry.level is None:
            flaws["level"] = Flaw(text="Choose a level from 1 to 4.")
        every = self.entry.every.strip().casefold()
        if every != CONSTANT and not _MINUTES.fullmatch(every):
            flaws["check_every_minutes"] = Flaw(text="Enter minutes from 1 to 1440, or constant.")
        review = self._review()
        if review.flaw is not None:
            flaws["review_at"] = review.flaw
        return flaws

    def work(self) -> Callable[[Desk], object]:
        """Return the use case."""
        entry = self.entry
        every = entry.every.strip().casefold()
        setting = CareSetting(
            episode=self._episode,
            level=entry.level or 0,
            check_every_minutes=None if every == CONSTANT else int(every),
            rouse=entry.rouse and every != CONSTANT,
            reason=entry.reason,
            instructions=tuple(entry.instructions.splitlines()),
            review_at=self._review().moment,
            draft=self.keeper.record,
        )
        return lambda desk: set_care_level(desk, setting)

    def _review(self) -> ReadTime:
        return read_optional_due(
            self.entry.review, clock=self.workplace.clock, zone=self.workplace.zone
        )


def _sides(head: RecordHead, care: CareLevel) -> tuple[CareSide, ...]:
    identifier = care_level_id(head.stay.id)
    sides: list[CareSide] = []
    for conflict in head.conflicts:
        if conflict.entity != identifier:
            continue
        for one in conflict.alternatives:
            fields = {**msgspec.to_builtins(care), **one.values}
            version = msgspec.convert(fields, CareLevel)
            who = head.names.get(one.author, one.author)
            sides.append(
                CareSide(
                    text=level_sentence(version),
                    who=f"{who}, {format_moment(one.recorded_at)}",
                    is_in_use=version == care,
                )
            )
    return tuple(sides)
