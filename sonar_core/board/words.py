"""The words of a board row that do not depend on what is due (ux.md 9; CUI patient banner)."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from functools import lru_cache
from typing import Final

from sonar_core.board.rows import BoardRow
from sonar_core.board.suite_change import SuiteChange, change_words
from sonar_core.moments import age_in_years, format_moment, format_time, moment_at, wall_date
from sonar_core.records.allergy_status import AllergyKnowledge
from sonar_core.records.fitness_outcome import Fitness, FitnessPurpose
from sonar_core.records.kinds import ScopeKind
from sonar_core.records.patient import Gender
from sonar_core.records.site_move import SiteMove

ALLERGY_TEXT: Final = {
    AllergyKnowledge.KNOWN: "Known allergies",
    AllergyKnowledge.NONE_KNOWN: "No known allergies",
    AllergyKnowledge.NOT_RECORDED: "Allergies not recorded",
    AllergyKnowledge.UNAVAILABLE: "Allergies unavailable",
}
"""NHS Common User Interface PAB-0064, word for word."""

BAND_TEXT: Final = {
    "low": "Low",
    "low_medium": "Low-medium",
    "medium": "Medium",
    "high": "High",
}

PURPOSE_TEXT: Final = {
    FitnessPurpose.DETAINED: "detain",
    FitnessPurpose.INTERVIEWED: "interview",
    FitnessPurpose.CHARGED: "charge",
    FitnessPurpose.TRANSFERRED: "transfer",
    FitnessPurpose.RELEASED: "release",
}

PURPOSE_STATE_TEXT: Final = {
    FitnessPurpose.DETAINED: "to be detained",
    FitnessPurpose.INTERVIEWED: "to be interviewed",
    FitnessPurpose.CHARGED: "to be charged",
    FitnessPurpose.TRANSFERRED: "to be transferred",
    FitnessPurpose.RELEASED: "to be released",
}

FITNESS_TEXT: Final = {
    Fitness.FIT: "Fit",
    Fitness.FIT_WITH_CONDITIONS: "Fit with conditions",
    Fitness.NOT_FIT: "Not fit",
    Fitness.DEFERRED: "Deferred",
}

DISPUTE_TEXT: Final = {
    "AllergyStatus": "Allergies differ",
    "AllergyIntolerance": "Allergy differs",
    "CareLevel": "Level differs",
    "FitnessOutcome": "Outcome differs",
    "MedicationRequest": "Medicine differs",
    "MedicationAdministration": "Dose written twice",
    "Flag": "Marker differs",
    "Patient": "Person's details differ",
    "CustodyEpisode": "Custody details differ",
    "Referral": "Referral differs",
    "Task": "Task differs",
    "ObservationSet": "Observations differ",
    "Assessment": "Assessment differs",
    "Note": "Note differs",
    "OutcomeTold": "Telling differs",
}

_GENDER_LETTER: Final = {Gender.MALE: "M", Gender.FEMALE: "F", Gender.OTHER: "X"}
_GENDER_WORD: Final = {Gender.MALE: "male", Gender.FEMALE: "female"}


def full_name(family: str, given: str, title: str, gender: Gender) -> str:
    """Return ``BARROW, Connor (Mr)`` (CUI), or ``Unknown male`` where no name is known."""
    if not family and not given:
        return f"Unknown {_GENDER_WORD.get(gender, 'person')}"
    name = ", ".join(part for part in (family.upper(), given) if part)
    return f"{name} ({title})" if title else name


def name_text(row: BoardRow) -> str:
    """Return the row's name with given name and title."""
    return full_name(row.family, row.given, row.title, row.gender)


def short_name(row: BoardRow) -> str:
    """Return ``M4 BARROW`` as the queue writes it, without a cell where there is none."""
    name = row.family.upper() or row.given or name_text(row)
    return f"{row.cell} {name}".strip()


def age_text(birth_date: str | None, stated_age: int | None, on: date) -> str:
    """Return ``37y``, ``About 25y``, or ``Age not known``."""
    if birth_date is not None:
        born = date.fromisoformat(birth_date)
        return f"{age_in_years(born, on)}y" if born <= on else "Age not known"
    return "Age not known" if stated_age is None else f"About {stated_age}y"


def who_text(row: BoardRow, now_ms: int, change: SuiteChange | None = None) -> str:
    """Return ``37y M · NF/3417``, or ``37y M · from Northfield 14:32``."""
    age = age_text(row.birth_date, row.stated_age, _today(now_ms, row.zone))
    letter = _GENDER_LETTER.get(row.gender, "")
    last = row.custody_record_number if change is None else change_words(change, now_ms)
    return " · ".join(part for part in (f"{age} {letter}".strip(), last) if part)


@lru_cache(maxsize=4)
def _today(now_ms: int, zone: str) -> date:
    """Return the date on a zone's calendars; all rows of a board ask about one moment."""
    return wall_date(moment_at(now_ms, zone))


def clock_text(ms: int, zone: str) -> str:
    """Return ``14:32`` on the suite's wall."""
    return format_time(moment_at(ms, zone))


def fitness_text(purpose: FitnessPurpose, outcome: Fitness) -> str:
    """Return ``NOT FIT: interview``, ``Fit to detain`` and the like, as the board writes them."""
    if outcome is Fitness.NOT_FIT:
        return f"NOT FIT: {PURPOSE_TEXT[purpose]}"
    if outcome is Fitness.FIT:
        return f"Fit to {PURPOSE_TEXT[purpose]}"
    if outcome is Fitness.DEFERRED:
        return f"Deferred: {PURPOSE_TEXT[purpose]}"
    if purpose is FitnessPurpose.DETAINED:
        return "Fit with conditions"
    return f"Fit with conditions: {PURPOSE_TEXT[purpose]}"


def fitness_sentence(purpose: FitnessPurpose, outcome: Fitness) -> str:
    """Return ``Not fit to be interviewed``, as the record and the custody officer's text say it."""
    state = PURPOSE_STATE_TEXT[purpose]
    if outcome is Fitness.FIT_WITH_CONDITIONS:
        return f"Fit {state} with conditions"
    if outcome is Fitness.DEFERRED:
        return f"Decision deferred: fit {state}"
    return f"{FITNESS_TEXT[outcome]} {state}"


def rouse_plan(check_every_minutes: int | None, *, rouse: bool) -> str:
    """Return the plan in words: ``Rouse every 30 min``, ``Visit every 60 min``, ``Constant``."""
    if check_every_minutes is None:
        return "Constant"
    return f"{'Rouse' if rouse else 'Visit'} every {check_every_minutes} min"


def suite_names(move: SiteMove) -> str:
    """Return ``Northfield``, or ``Northfield or Southfield`` while people have to decide."""
    return " or ".join(suite.name for suite in move.suites)


def moved_words(move: SiteMove) -> str:
    """Return what is said on a PC of a suite that somebody was moved away from."""
    to = f"Moved to {suite_names(move)}, {format_moment(move.moved_at)}."
    if len(move.suites) > 1:
        return f"{to} Somebody has to decide which."
    return f"{to} What is written there does not come to this PC."


def leaving_words(change: SuiteChange) -> str:
    """Return what is said of somebody whose move to another suite this PC alone knows of."""
    return (
        f"Moved to {change.suite} on this PC. It is not sent yet, and nobody there knows of it: "
        "look after them until it is."
    )


def revoked_words(revoked: Collection[str]) -> str:
    """Return what is said of records that a PC may not hold any more, empty for none."""
    if ScopeKind.CLINICAL in revoked:
        return (
            "This PC may not hold the records of this suite any more, and what it still shows is "
            "not kept up to date. Look on another PC."
        )
    if ScopeKind.MEDICINES in revoked:
        return (
            "This PC may not hold medicines records any more. Look on another PC before a medicine "
            "is given."
        )
    return ""


def not_here(what: str, *, is_newer: bool) -> str:
    """Return why something cannot be shown: a newer program wrote it, or it is still loading."""
    return f"{what} cannot be shown: update this PC" if is_newer else f"{what} not loaded"
