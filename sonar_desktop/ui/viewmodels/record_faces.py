"""What stands above every tab of a record: who it is, what to know, what nobody was told."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Final

from sonar_core.board.due import DueKind, due_items
from sonar_core.board.levels import level_name
from sonar_core.board.words import age_text, fitness_sentence, full_name, not_here, rouse_plan
from sonar_core.clinical.identifiers import check_nhs_number
from sonar_core.moments import format_date, format_duration, format_time, moment_at, wall_date
from sonar_core.records.allergy_intolerance import AllergyIntolerance
from sonar_core.records.allergy_status import AllergyKnowledge, AllergyStatus
from sonar_core.records.base import Record
from sonar_core.records.care_level import CareLevel
from sonar_core.records.flag import Flag, FlagCategory
from sonar_core.records.patient import IdentityConfidence, Patient
from sonar_core.records.task import TaskStatus
from sonar_desktop.ui.viewmodels.workplace import Tab
from sonar_desktop.usecases.read_record import RecordHead

_IDENTITY_WORDS: Final = {
    IdentityConfidence.SELF_STATED: "Self-stated",
    IdentityConfidence.VERIFIED: "Verified",
    IdentityConfidence.FINGERPRINT: "Fingerprint",
    IdentityConfidence.UNKNOWN: "Not Known",
}
NO_ALERTS: Final = "No alerts recorded"
ASK_IDENTITY: Final = "Two versions. Ask name and date of birth again"
ASK_HIDDEN: Final = "Cannot be shown. Ask name and date of birth again"


@dataclass(frozen=True, kw_only=True)
class BannerWords:
    """The patient banner's words; an empty one shows as "Not Known".

    `allergies_hidden` says why what is known of allergies is not all here, empty where it is.
    """

    name: str
    born: str
    gender: str
    nhs_number: str
    custody_record: str
    cell: str
    identity: str
    allergies: AllergyKnowledge
    allergies_hidden: str
    allergy_detail: str
    allergy_updated: str
    is_provisional: bool


@dataclass(frozen=True, kw_only=True)
class Alert:
    """One chip of the strip; `category` is None for the level of observation."""

    text: str
    category: FlagCategory | None = None
    is_urgent: bool = False
    is_provisional: bool = False


@dataclass(frozen=True, kw_only=True)
class NotTold:
    """A decision nobody in custody was told of; `about` is its id."""

    about: str
    headline: str
    text: str


def banner_of(head: RecordHead, now_ms: int) -> BannerWords:
    """Return the banner's words now."""
    person, stay = head.patient, head.stay
    reviewed = head.allergies_reviewed
    updated = None if reviewed is None else reviewed.reviewed_at
    return BannerWords(
        name=full_name(person.family, person.given, person.title, person.gender),
        born=_born(person, now_ms, stay.arrived_at.zone),
        gender=person.gender.value.capitalize() if person.gender.value != "unknown" else "",
        nhs_number=_number(person.nhs_number),
        custody_record=stay.custody_record_number,
        cell=stay.cell,
        identity=_who(head),
        allergies=head.allergy_knowledge,
        allergies_hidden=_allergies_hidden(head),
        allergy_detail="; ".join(allergy_line(one) for one in head.allergies),
        allergy_updated="" if updated is None else format_date(wall_date(updated)),
        is_provisional=head.allergies_provisional,
    )


def if_none(head: RecordHead, none: str, what: str, *kinds: type[Record]) -> str:
    """Return what stands where there is nothing: `none` only if all of it can be read here."""
    return not_here(what, is_newer=True) if head.hides(*kinds) else none


def _allergies_hidden(head: RecordHead) -> str:
    if head.hides(AllergyStatus, AllergyIntolerance):
        return not_here("Allergies", is_newer=True)
    row = head.row
    if row is None or row.is_complete or row.has_newer or row.revoked:
        return ""
    return not_here("Allergies", is_newer=False)


def allergy_line(one: AllergyIntolerance) -> str:
    """Return ``Penicillin: anaphylaxis``."""
    return f"{one.substance}: {one.reaction}" if one.reaction else one.substance


def alerts_of(head: RecordHead) -> tuple[Alert, ...]:
    """Return the chips, worst first: urgent markers, the level, the others."""
    markers = [
        Alert(text=flag.text, category=flag.category, is_urgent=flag.is_urgent)
        for flag in head.markers
    ]
    urgent = [one for one in markers if one.is_urgent]
    others = [one for one in markers if not one.is_urgent]
    return (*urgent, *_level(head), *others)


def no_alerts_of(head: RecordHead) -> str:
    """Return what stands where no alert does."""
    return if_none(head, NO_ALERTS, "Alerts", Flag, CareLevel)


def to_check_of(head: RecordHead) -> tuple[str, ...]:
    """Return the rules of medicines that do not hold and that nobody has answered, in words."""
    return tuple(
        task.what for task in head.tasks if task.is_recheck and task.status is TaskStatus.OPEN
    )


def not_told_of(head: RecordHead, now_ms: int) -> tuple[NotTold, ...]:
    """Return the decisions nobody was told of, the one that waited longest first."""
    found = []
    for decision in head.decisions:
        if decision.told is not None:
            continue
        outcome = decision.outcome
        waited = format_duration(max(now_ms - outcome.performed_at.utc_ms, 0))
        who = head.names.get(outcome.performed_by, outcome.performed_by)
        found.append(
            (
                outcome.performed_at.utc_ms,
                NotTold(
                    about=outcome.id,
                    headline=f"{fitness_sentence(outcome.purpose, outcome.outcome)}."
                    " Custody officer not told.",
                    text=f"{who}, {format_time(outcome.performed_at)}, {waited} ago."
                    " Stays red until you record who was told.",
                ),
            )
        )
    return tuple(one for _, one in sorted(found, key=lambda pair: pair[0]))


def badges_of(head: RecordHead, now_ms: int) -> dict[Tab, str]:
    """Return the words beside the tabs' names, for those that have any."""
    open_tasks = sum(task.done_at is None for task in head.tasks)
    badges = {Tab.PLAN: str(open_tasks)} if open_tasks else {}
    if head.row is None:
        return badges
    items = due_items(head.row, now_ms)
    zone = head.stay.arrived_at.zone
    repeats = [one.due_ms for one in items if one.kind is DueKind.REPEAT_OBSERVATIONS]
    if repeats:
        word = "late" if repeats[0] < now_ms else "due"
        badges[Tab.OBSERVATIONS] = f"{word} {format_time(moment_at(repeats[0], zone))}"
    hour_ms = 3_600_000
    doses = sum(one.kind is DueKind.MEDICINE and one.due_ms - now_ms <= hour_ms for one in items)
    asked = len(head.row.broken)
    words = ((asked, "to check"), (doses, "due"))
    said = ", ".join(f"{count} {word}" for count, word in words if count)
    if said:
        badges[Tab.MEDICINES] = said
    return badges


def _level(head: RecordHead) -> tuple[Alert, ...]:
    care = head.care
    if care is None:
        return ()
    plan = rouse_plan(care.check_every_minutes, rouse=care.rouse)
    words = f"{plan[0].lower()}{plan[1:]}" if care.check_every_minutes else level_name(care.level)
    return (
        Alert(
            text=f"Level {care.level} · {words.lower()}",
            is_provisional=head.care_provisional,
        ),
    )


def _born(person: Patient, now_ms: int, zone: str) -> str:
    today = wall_date(moment_at(now_ms, zone))
    age = age_text(person.birth_date, person.stated_age, today)
    if person.birth_date is None:
        return age if person.stated_age is not None else ""
    return f"{format_date(date.fromisoformat(person.birth_date))} ({age})"


def _number(stored: str | None) -> str:
    if stored is None:
        return ""
    return check_nhs_number(stored).display or stored


def _who(head: RecordHead) -> str:
    if head.ask_identity:
        return ASK_IDENTITY
    return ASK_HIDDEN if head.hides(Patient) else _identity(head.patient)


def _identity(person: Patient) -> str:
    words = _IDENTITY_WORDS[person.identity_confidence]
    count = len(person.aliases)
    if not count:
        return words
    return f"{words}, {count} alias" if count == 1 else f"{words}, {count} aliases"
