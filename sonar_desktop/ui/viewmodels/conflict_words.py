"""The words of a conflict: fields, values and whole versions in plain sentences."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

import msgspec

from sonar_core.board.levels import level_name
from sonar_core.board.speech import stopped
from sonar_core.board.words import ALLERGY_TEXT, fitness_sentence, rouse_plan
from sonar_core.moments import Moment, format_date, format_moment, format_time, wall_date
from sonar_core.records.allergy_status import AllergyKnowledge
from sonar_core.records.fitness_outcome import Fitness, FitnessPurpose

NOTHING: Final = "Nothing entered"

THING_TEXT: Final = {
    "AllergyStatus": "Allergies",
    "AllergyIntolerance": "Allergy",
    "CareLevel": "Level of observation",
    "FitnessOutcome": "Fitness decision",
    "MedicationRequest": "Medicine order",
    "MedicationAdministration": "Dose",
    "Flag": "Warning marker",
    "Patient": "Person's details",
    "CustodyEpisode": "Custody details",
    "Referral": "Referral",
    "Task": "Task",
    "ObservationSet": "Observations",
    "Assessment": "Assessment",
    "Note": "Note",
    "OutcomeTold": "Telling custody",
}
"""What a conflict is about, as the list names it."""

_PLURAL: Final = frozenset({"Allergies", "Person's details", "Custody details", "Observations"})

_FIELD_TEXT: Final = {
    "status": "Status",
    "substance": "Caused by",
    "reaction": "Reaction",
    "severity": "Severity",
    "status_reason": "Why struck out",
    "source": "Source",
    "level": "Level",
    "check_every_minutes": "Check every",
    "rouse": "Rouse",
    "review_at": "Review at",
    "set_at": "Set at",
    "interval_minutes": "Least time between doses",
    "maximum_24h": "Most in 24hr",
    "as_needed": "When needed",
    "due_times": "Times of day",
    "authorised_by": "Authorised by",
    "birth_date": "Born",
    "nhs_number": "NHS No.",
    "chi_number": "CHI No.",
    "pnc_id": "PNC ID",
    "identity_confidence": "Identity",
    "valid_until": "Valid until",
    "is_urgent": "Urgent",
    "next_of_kin": "Next of kin",
    "general_practice": "GP practice",
    "due_at": "Due",
    "requested_at": "Requested",
    "accepted_at": "Accepted",
    "arrived_at": "Arrived",
    "seen_at": "Seen",
    "closed_at": "Closed",
    "start_at": "Starts",
    "stop_at": "Ends",
    "again_at": "Offer again",
    "identity_confirmed": "Name and date of birth asked",
}

HIDDEN: Final = frozenset(
    {"patient", "episode", "performed_by", "performed_at", "set_by", "reviewed_by", "cause"}
    | {"replacement", "replacement_reason"}
)
"""Fields that stand in the heads of the versions, or are the same by their nature."""

_CODED: Final = frozenset(
    {"status", "severity", "outcome", "purpose", "urgency", "gender", "pregnancy", "authority"}
    | {"identity_confidence", "category", "kind", "owner"}
)


@dataclass(frozen=True, kw_only=True)
class Speaker:
    """Says values of one kind; `names` are people by user id."""

    kind: str
    names: Mapping[str, str] = field(default_factory=dict)

    @property
    def thing(self) -> str:
        """What the record is, in words."""
        return THING_TEXT.get(self.kind, "Record")

    @property
    def changed_headline(self) -> str:
        """Return "Allergies were changed in two places" and the like; one of ux.md 9.4."""
        return f"{self.thing} {'were' if self.thing in _PLURAL else 'was'} changed in two places"

    def label(self, name: str) -> str:
        """Return a field's name in words."""
        if self.kind == "CareLevel" and name == "reason":
            return "Why"
        return _FIELD_TEXT.get(name, name.replace("_", " ").capitalize())

    def value(self, name: str, value: Any) -> str:
        """Return a value in words."""
        if value is None or value in ("", [], ()):
            return self._absent(name)
        if isinstance(value, bool):
            return "Yes" if value else "No"
        if name == "level" and isinstance(value, int):
            return f"Level {value} {level_name(value).lower()}".strip()
        if name in {"check_every_minutes", "interval_minutes", "target_minutes"}:
            return f"{value} min"
        if self.kind == "AllergyStatus" and name == "status":
            return ALLERGY_TEXT[AllergyKnowledge(value)]
        if isinstance(value, str):
            coded = name in _CODED
            return value.replace("_", " ").capitalize() if coded else self.names.get(value, value)
        return self._grouped(name, value)

    def _absent(self, name: str) -> str:
        return "Constant" if name == "check_every_minutes" else NOTHING

    def _grouped(self, name: str, value: Any) -> str:
        if isinstance(value, Mapping):
            moment = moment_in(value)
            if moment is not None:
                return format_moment(moment)
            return ", ".join(
                f"{self.label(str(k))} {self.value(str(k), v)}" for k, v in value.items()
            )
        if isinstance(value, list | tuple):
            return "; ".join(self.value(name, one) for one in value)
        return str(value)

    def short(self, values: Mapping[str, Any]) -> str:
        """Return what a version says first; the fields that differ stand below it."""
        whole = self.whole(values)
        first, dot, _ = whole.partition(". ")
        return first + dot.strip() if dot else whole

    def whole(self, values: Mapping[str, Any]) -> str:
        """Return a whole version as the record will say it."""
        say = _WHOLE.get(self.kind)
        said = None if say is None else say(values)
        if said is not None:
            return said
        shown = [name for name in values if name not in HIDDEN and values[name] not in (None, "")]
        return " ".join(
            stopped(f"{self.label(name)}: {self.value(name, values[name])}") for name in shown
        )


def moment_in(value: Any) -> Moment | None:
    """Return the moment that a plain JSON object holds, None if it holds none."""
    if not isinstance(value, Mapping) or "utc_ms" not in value:
        return None
    try:
        return msgspec.convert(value, Moment)
    except msgspec.ValidationError:
        return None


def _allergy(values: Mapping[str, Any]) -> str | None:
    substance = str(values.get("substance") or "")
    if not substance:
        return None
    reaction = f", {values['reaction']}" if values.get("reaction") else ""
    severity = str(values.get("severity") or "unknown").replace("_", " ")
    how = "" if severity == "unknown" else f" ({severity})"
    if values.get("status", "active") != "active":
        why = f": {values['status_reason']}" if values.get("status_reason") else ""
        return stopped(f"Struck out: allergy to {substance}{reaction}{why}")
    source = stopped(f"Source: {values['source']}") if values.get("source") else ""
    return f"{stopped(f'Allergy to {substance}{reaction}{how}')} {source}".strip()


def _allergy_status(values: Mapping[str, Any]) -> str | None:
    status = values.get("status")
    if status not in {one.value for one in AllergyKnowledge}:
        return None
    at = moment_in(values.get("reviewed_at"))
    reviewed = "" if at is None else f" Reviewed {format_moment(at)}."
    return f"{ALLERGY_TEXT[AllergyKnowledge(status)]}.{reviewed}"


def _care(values: Mapping[str, Any]) -> str | None:
    level = values.get("level")
    if not isinstance(level, int):
        return None
    plan = rouse_plan(values.get("check_every_minutes"), rouse=bool(values.get("rouse")))
    why = " " + stopped(f"Why: {values['reason']}") if values.get("reason") else ""
    told = "; ".join(str(one) for one in values.get("instructions") or ())
    orders = " " + stopped(f"Instructions: {told}") if told else ""
    name = level_name(level).lower()
    same = name == plan.casefold()
    return f"Level {level} {name}{'' if same else f', {plan.lower()}'}.{why}{orders}"


def _fitness(values: Mapping[str, Any]) -> str | None:
    try:
        purpose, outcome = FitnessPurpose(values["purpose"]), Fitness(values["outcome"])
    except (KeyError, ValueError):
        return None
    conditions = "; ".join(str(one) for one in values.get("conditions") or ())
    held = f": {conditions}" if conditions else ""
    why = " " + stopped(f"Why: {values['reason']}") if values.get("reason") else ""
    return stopped(f"{fitness_sentence(purpose, outcome)}{held}") + why


def _order(values: Mapping[str, Any]) -> str | None:
    if not values.get("medicine"):
        return None
    name = " ".join(str(values.get(one) or "") for one in ("medicine", "strength", "form"))
    parts = [f"{values.get('dose', '')} {values.get('unit', '')} {values.get('route', '')}".strip()]
    if values.get("as_needed"):
        parts.append("when needed")
    if values.get("due_times"):
        parts.append("at " + ", ".join(values["due_times"]))
    if values.get("interval_minutes"):
        parts.append(f"at least {_hours(values['interval_minutes'])} apart")
    if values.get("maximum_24h"):
        parts.append(f"at most {values['maximum_24h']} {values.get('unit', '')} in 24hr")
    is_stopped = values.get("status", "active") != "active"
    why = " " + stopped(f"Stopped: {values.get('status_reason', '')}") if is_stopped else ""
    return f"{' '.join(name.split())}: {', '.join(parts)}.{why}"


def _hours(minutes: int) -> str:
    hours, rest = divmod(minutes, 60)
    return " ".join(
        part for part in (f"{hours}hr" * bool(hours), f"{rest}min" * bool(rest)) if part
    )


_WHOLE: Final = {
    "AllergyIntolerance": _allergy,
    "AllergyStatus": _allergy_status,
    "CareLevel": _care,
    "FitnessOutcome": _fitness,
    "MedicationRequest": _order,
}


def when_text(moment: Moment, today: Moment) -> str:
    """Return ``14:12``, with the date before it on another day than today."""
    if wall_date(moment) == wall_date(today):
        return format_time(moment)
    return f"{format_date(wall_date(moment))} {format_time(moment)}"


def unreadable_words(cells: Sequence[str]) -> tuple[str, str]:
    """Return how many conflicts cannot be shown here, where they are, and what to do."""
    if not cells:
        return "", ""
    head = f"{len(cells)} conflicts" if len(cells) > 1 else "1 conflict"
    known = sorted({cell for cell in cells if cell})
    where = f"In {', '.join(known)}. " if known else ""
    text = (
        f"{where}A newer version of SONAR wrote what differs. Do not rely on either version here:"
        " decide on a PC that has the update."
    )
    return f"{head} cannot be shown: update this PC", text
