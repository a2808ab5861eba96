"""A third version, written where neither side of a conflict is right, by the normal form's checks.

Only for what is never mixed line by line (decision 11): order, level and fitness decision.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final

import msgspec

from sonar_core.board.levels import LEVELS
from sonar_core.board.words import FITNESS_TEXT
from sonar_core.moments import moment_at
from sonar_core.records.fitness_outcome import Fitness, FitnessPurpose
from sonar_core.records.medication_request import SupplyRoute
from sonar_desktop.usecases.acting import Signing
from sonar_desktop.usecases.inputs import Problems
from sonar_desktop.usecases.order_medicine import Ordering, check_order
from sonar_desktop.usecases.ports import Desk
from sonar_desktop.usecases.record_fitness_outcome import Deciding, check_decision
from sonar_desktop.usecases.set_care_level import CareSetting, check_care

Texts = Mapping[str, str]


class InputKind(StrEnum):
    """How a field of the form is filled."""

    LINE = "line"
    LINES = "lines"
    CHOICE = "choice"


@dataclass(frozen=True, kw_only=True)
class FormField:
    """One field; `choices` are (value, words)."""

    name: str
    label: str
    kind: InputKind = InputKind.LINE
    unit: str = ""
    choices: tuple[tuple[str, str], ...] = ()


_YES_NO: Final = (("yes", "Yes"), ("no", "No"))

_FORMS: Final[dict[str, tuple[FormField, ...]]] = {
    "FitnessOutcome": (
        FormField(
            name="outcome",
            label="Decision",
            kind=InputKind.CHOICE,
            choices=tuple((one.value, FITNESS_TEXT[one]) for one in Fitness),
        ),
        FormField(name="conditions", label="Conditions, one a line", kind=InputKind.LINES),
        FormField(name="reason", label="Clinical reason", kind=InputKind.LINES),
    ),
    "CareLevel": (
        FormField(
            name="level",
            label="Level of observation",
            kind=InputKind.CHOICE,
            choices=tuple((str(one.level), f"{one.level} {one.name}") for one in LEVELS),
        ),
        FormField(name="check_every_minutes", label="Check every (empty if constant)", unit="min"),
        FormField(name="rouse", label="Rouse", kind=InputKind.CHOICE, choices=_YES_NO),
        FormField(name="reason", label="Why this level", kind=InputKind.LINES),
        FormField(
            name="instructions", label="Instructions to custody, one a line", kind=InputKind.LINES
        ),
    ),
    "MedicationRequest": (
        FormField(name="dose", label="Dose"),
        FormField(name="unit", label="Unit"),
        FormField(name="route", label="Route"),
        FormField(
            name="as_needed", label="Given when needed", kind=InputKind.CHOICE, choices=_YES_NO
        ),
        FormField(name="due_times", label="Times of day"),
        FormField(name="interval_minutes", label="Least time between doses", unit="min"),
        FormField(name="maximum_24h", label="Most in 24hr"),
        FormField(name="authorised_by", label="Authorised by"),
    ),
}


def form_of(kind: str) -> tuple[FormField, ...]:
    """Return the fields of a third version, none for a kind that has no such form."""
    return _FORMS.get(kind, ())


def texts_from(kind: str, values: Mapping[str, Any]) -> dict[str, str]:
    """Return the form filled from one version, as a start; a fitness decision starts empty."""
    if kind == "FitnessOutcome":
        return {one.name: "" for one in form_of(kind)}
    return {one.name: _text(one, values.get(one.name)) for one in form_of(kind)}


def _text(field: FormField, value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list | tuple):
        return ("\n" if field.kind is InputKind.LINES else ", ").join(str(one) for one in value)
    return "" if value is None else str(value)


class Third(msgspec.Struct, frozen=True, kw_only=True):
    """What was written: values of the group, or a fitness decision; `problems` by field."""

    values: dict[str, Any] | None = None
    decision: Deciding | None = None
    problems: tuple[tuple[str, str], ...] = ()


def read_third(
    desk: Desk, kind: str, base: Mapping[str, Any], texts: Texts, episode: str | None
) -> Third:
    """Return the third version, `base` being the version it started from."""
    if kind == "FitnessOutcome":
        return _fitness(desk, base, texts, episode or "")
    if kind == "CareLevel":
        return _care(desk, base, texts, episode or "")
    return _order(base, texts, episode or "")


def _fitness(desk: Desk, base: Mapping[str, Any], texts: Texts, episode: str) -> Third:
    problems: list[tuple[str, str]] = []
    if not texts["outcome"]:
        return Third(problems=(("outcome", "Choose the decision."),))
    now = moment_at(desk.clock.now_ms(), desk.clock.zone())
    decision = Deciding(
        signing=Signing(episode=episode, performed_at=now),
        purpose=FitnessPurpose(base["purpose"]),
        outcome=Fitness(texts["outcome"]),
        conditions=_lines(texts["conditions"]),
        reason=texts["reason"],
    )
    found = _Collecting()
    check_decision(decision, found, desk)
    problems.extend(found.found)
    values = {
        "purpose": decision.purpose.value,
        "outcome": decision.outcome.value,
        "conditions": list(decision.conditions),
        "reason": decision.reason.strip(),
    }
    return Third(values=values, decision=decision, problems=tuple(problems))


def _care(desk: Desk, base: Mapping[str, Any], texts: Texts, episode: str) -> Third:
    found = _Collecting()
    minutes = found.whole_number("check_every_minutes", texts["check_every_minutes"])
    now = moment_at(desk.clock.now_ms(), desk.clock.zone())
    setting = CareSetting(
        episode=episode,
        level=int(texts["level"] or 0),
        check_every_minutes=minutes,
        rouse=texts["rouse"] == "yes",
        reason=texts["reason"],
        instructions=_lines(texts["instructions"]),
        set_at=now,
    )
    check_care(setting, found, desk)
    values = {
        **base,
        "level": setting.level,
        "check_every_minutes": minutes,
        "rouse": setting.rouse,
        "reason": setting.reason.strip(),
        "instructions": list(setting.instructions),
        "set_at": msgspec.to_builtins(now),
        "set_by": desk.actor.user,
    }
    return Third(values=values, problems=tuple(found.found))


def _order(base: Mapping[str, Any], texts: Texts, episode: str) -> Third:
    found = _Collecting()
    minutes = found.whole_number("interval_minutes", texts["interval_minutes"])
    times = tuple(one.strip() for one in texts["due_times"].split(",") if one.strip())
    changed = {
        "dose": texts["dose"].strip(),
        "unit": texts["unit"].strip(),
        "route": texts["route"].strip(),
        "as_needed": texts["as_needed"] == "yes",
        "due_times": sorted(times),
        "interval_minutes": minutes,
        "maximum_24h": texts["maximum_24h"].strip() or None,
        "authorised_by": texts["authorised_by"].strip(),
    }
    ordering = Ordering(
        episode=episode,
        medicine=str(base["medicine"]),
        ingredients=tuple(base.get("ingredients") or ()),
        dose=texts["dose"],
        unit=texts["unit"],
        route=texts["route"],
        authority=SupplyRoute(base["authority"]),
        authorised_by=texts["authorised_by"],
        as_needed=texts["as_needed"] == "yes",
        due_times=times,
        interval_minutes=minutes,
        maximum_24h=texts["maximum_24h"].strip() or None,
    )
    check_order(ordering, found)
    return Third(values={**base, **changed}, problems=tuple(found.found))


class _Collecting(Problems):
    """Problems that are looked at instead of raised."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[tuple[str, str]] = []

    def add(self, field: str, sentence: str) -> None:
        """Keep one problem."""
        self.found.append((field, sentence))

    def whole_number(self, field: str, text: str) -> int | None:
        """Read whole minutes; nothing typed is None."""
        wanted = text.strip()
        if not wanted:
            return None
        if not (wanted.isascii() and wanted.isdigit()):
            self.add(field, "Enter whole minutes.")
            return None
        return int(wanted)


def _lines(text: str) -> tuple[str, ...]:
    return tuple(line.strip() for line in text.splitlines() if line.strip())
