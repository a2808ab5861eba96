"""The new referral form: somebody new, somebody who was here before, or somebody who is here."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Final

import msgspec
from PySide6.QtCore import Signal

from sonar_core.clinical.identifiers import (
    NumberProblem,
    check_chi_number,
    check_nhs_number,
    chi_date_differs,
)
from sonar_core.moments import format_date, moment_at, wall_date
from sonar_core.records.custody_episode import EpisodeStatus
from sonar_core.records.patient import Gender
from sonar_core.records.referral import ReferralReason, Urgency
from sonar_core.roles import Duty
from sonar_core.typed_time import read_date
from sonar_desktop.ui.viewmodels.flaw import Flaw
from sonar_desktop.ui.viewmodels.form import FormModel
from sonar_desktop.ui.viewmodels.time_entry import (
    ReadTime,
    TimeEntry,
    answer_of_fix,
    answer_of_keep,
    read_entry,
)
from sonar_desktop.ui.viewmodels.workplace import Workplace
from sonar_desktop.usecases.admit_detainee import Arrival, Person, admit_detainee
from sonar_desktop.usecases.find_person import Found, find_person
from sonar_desktop.usecases.ports import Desk
from sonar_desktop.usecases.refer_detainee import Referring, refer_detainee

OLDEST: Final = 120
MOST_FOUND: Final = 6
TARGETS: Final = {Urgency.EMERGENCY: None, Urgency.URGENT: 60, Urgency.ROUTINE: 60}
"""Minutes until first contact; a default of ours, **not agreed with any service**."""

_NUMBER_WORDS: Final = {
    NumberProblem.INVALID_CHARACTERS: "An {name} number has digits only.",
    NumberProblem.WRONG_LENGTH: "An {name} number has 10 digits. This one has {digits}.",
    NumberProblem.INVALID_DATE: "A {name} number begins with a date of birth. This one does not.",
    NumberProblem.INVALID_CHECKSUM: "The check digit does not fit: one digit may be wrong.",
}


class Known(msgspec.Struct, frozen=True, kw_only=True):
    """Somebody found; `episode` is set while they are in custody here."""

    patient: str
    name: str
    detail: str
    episode: str | None = None


class ArrivalDraft(msgspec.Struct, frozen=True, kw_only=True):
    """The form as typed. `kept` are the fields whose warning was answered with "Keep"."""

    known: Known | None = None
    family: str = ""
    given: str = ""
    title: str = ""
    born: str = ""
    age: str = ""
    gender: Gender | None = None
    nhs_number: str = ""
    chi_number: str = ""
    custody_record_number: str = ""
    cell: str = ""
    detained_for: str = ""
    arrived: TimeEntry = TimeEntry(typed="", typed_ms=0)
    requested: TimeEntry = TimeEntry(typed="", typed_ms=0)
    requested_by: str = ""
    reasons: tuple[ReferralReason, ...] = ()
    urgency: Urgency = Urgency.ROUTINE
    detail: str = ""
    kept: tuple[str, ...] = ()


class AdmissionForm(FormModel[ArrivalDraft]):
    """Admits and refers in one action, or refers somebody who is in custody here.

    Signals:
        found(): `people` holds other persons.
    """

    duty = Duty.RUN_STAY
    found = Signal()

    def __init__(self, workplace: Workplace) -> None:
        """Begin with an empty form; its draft belongs to no stay."""
        super().__init__(workplace, "referral", None, ArrivalDraft())
        self.people: tuple[Known, ...] = ()
        self._asked = ""

    def search(self, text: str) -> None:
        """Look for somebody who is or was here; `people` is set with the answer."""
        self._asked = text
        self.look(lambda desk: find_person(desk, text), lambda people: self._found(text, people))

    def choose(self, known: Known | None) -> None:
        """Take somebody found, or go back to somebody new."""
        self.people = ()
        self.put(known=known)
        self.restored.emit()
        self.found.emit()

    @property
    def is_in_custody(self) -> bool:
        """Whether the person chosen is in custody here, so that only the request is written."""
        return self.entry.known is not None and self.entry.known.episode is not None

    def type_time(self, name: str, typed: str) -> None:
        """Keep one of the two times as typed, with when it was typed."""
        now_ms = self.workplace.clock.now_ms()
        self.put(**{name: TimeEntry(typed=typed, typed_ms=now_ms)})

    def time(self, name: str) -> ReadTime:
        """Return how a time was understood: now where none was typed."""
        entry: TimeEntry = getattr(self.entry, name)
        now_ms, zone = self.workplace.clock.now_ms(), self.workplace.zone
        if not entry.typed.strip():
            return ReadTime(moment=moment_at(now_ms, zone))
        latest_ms = self.workplace.clock.latest_ms()
        return read_entry(entry, now_ms=now_ms, latest_ms=latest_ms, zone=zone)

    def toggle_reason(self, reason: ReferralReason, *, is_on: bool) -> None:
        """Take a reason, or take it away."""
        others = tuple(one for one in self.entry.reasons if one is not reason)
        self.put(reasons=(*others, reason) if is_on else others)

    def fix(self, flaw: str) -> None:
        """Take the first answer to what was asked back."""
        asked = self.flaws.get(flaw)
        name = _TIMES.get(flaw)
        if asked is None or name is None:
            return
        entry: TimeEntry = getattr(self.entry, name)
        self.put(**{name: answer_of_fix(entry, asked, self.workplace.clock.now_ms())})
        self._drop(flaw)
        self.restored.emit()

    def keep(self, flaw: str) -> None:
        """Keep what was asked back: a number that may be wrong, or a time a little ahead."""
        asked = self.flaws.get(flaw)
        if asked is None:
            return
        name = _TIMES.get(flaw)
        if name is None:
            self.put(kept=(*self.entry.kept, flaw))
        else:
            entry: TimeEntry = getattr(self.entry, name)
            self.put(**{name: answer_of_keep(entry, asked)})
        self._drop(flaw)

    def put(self, **fields: object) -> None:
        """Keep what was typed; a number changed after "Keep" is asked back again."""
        kept = set(self.entry.kept) - set(fields)
        if "kept" not in fields and kept != set(self.entry.kept):
            fields["kept"] = tuple(one for one in self.entry.kept if one in kept)
        super().put(**fields)

    def number_note(self, name: str) -> str:
        """Return what a good number says of itself, beside its field."""
        if name == "nhs_number":
            check = check_nhs_number(self.entry.nhs_number)
            if check.display is None or check.range is None:
                return ""
            made_up = ". Made up: not a real person's" if check.is_test_range else ""
            return f"{check.display}, {check.range.value}{made_up}"
        return check_chi_number(self.entry.chi_number).display or ""

    def look_at(self, flaw: str) -> None:
        """Check one field when it is left; what is wrong elsewhere is not yet said."""
        found = self._field_flaws().get(flaw)
        if found is not None:
            self.flaws[flaw] = found
            self.refreshed.emit()

    def check(self) -> dict[str, Flaw]:
        """Return what is wrong or asked back, by field of the use case's input."""
        flaws = self._field_flaws()
        if not self.is_in_custody and not self.entry.custody_record_number.strip():
            flaws["custody_record_number"] = Flaw(text="Enter the custody record number.")
        if not self.entry.requested_by.strip():
            flaws["requested_by"] = Flaw(text="Enter who asked.")
        if not self.entry.reasons:
            flaws["reasons"] = Flaw(text="Choose a reason.")
        if self.entry.known is None and self.entry.gender is None:
            flaws["gender"] = Flaw(text="Choose a gender, or Not known.")
        return flaws

    def work(self) -> Callable[[Desk], object]:
        """Return the use case."""
        entry, draft = self.entry, self.keeper.record
        requested = self.time("requested").moment
        arrived = self.time("arrived").moment
        if requested is None or arrived is None:
            raise AssertionError("a referral is written only when its times were understood")
        target = TARGETS[entry.urgency]
        if entry.known is not None and entry.known.episode is not None:
            referring = Referring(
                episode=entry.known.episode,
                requested_at=requested,
                requested_by=entry.requested_by,
                reasons=entry.reasons,
                urgency=entry.urgency,
                detail=entry.detail,
                target_minutes=target,
                draft=draft,
            )
            return lambda desk: refer_detainee(desk, referring)
        arrival = Arrival(
            person=None if entry.known is not None else self._person(),
            known_patient=None if entry.known is None else entry.known.patient,
            custody_record_number=entry.custody_record_number,
            cell=entry.cell,
            arrived_at=arrived,
            detained_for=entry.detained_for,
            requested_at=requested,
            requested_by=entry.requested_by,
            reasons=entry.reasons,
            urgency=entry.urgency,
            detail=entry.detail,
            target_minutes=target,
            draft=draft,
        )
        return lambda desk: admit_detainee(desk, arrival)

    def _field_flaws(self) -> dict[str, Flaw]:
        flaws: dict[str, Flaw] = {}
        for flaw, name in _TIMES.items():
            if name == "arrived" and self.is_in_custody:
                continue
            found = self.time(name).flaw
            if found is not None:
                flaws[flaw] = found
        if self.entry.known is None:
            flaws |= self._person_flaws()
        return {name: one for name, one in flaws.items() if name not in self.entry.kept}

    def _person_flaws(self) -> dict[str, Flaw]:
        entry, flaws = self.entry, dict[str, Flaw]()
        if entry.born.strip():
            born = self._born()
            if born is None:
                flaws["birth_date"] = Flaw(text="Enter a date of birth as 04-Mar-1989.")
            elif born > self._today() or born.year < self._today().year - OLDEST:
                flaws["birth_date"] = Flaw(
                    text=f"{format_date(born)} cannot be a date of birth. Check the year."
                )
        age = entry.age.strip()
        if age and not (age.isascii() and age.isdigit() and int(age) <= OLDEST):
            flaws["stated_age"] = Flaw(text=f"Age must be 0 to {OLDEST}.")
        nhs = check_nhs_number(entry.nhs_number)
        if nhs.problem not in {None, NumberProblem.MISSING}:
            flaws["nhs_number"] = _asked_back(nhs.problem, "NHS", nhs.digits)
        flaws |= self._chi_flaw()
        return flaws

    def _chi_flaw(self) -> dict[str, Flaw]:
        chi = check_chi_number(self.entry.chi_number)
        if chi.problem is NumberProblem.MISSING:
            return {}
        if chi.problem is not None:
            digits = sum(one.isdigit() for one in self.entry.chi_number)
            return {"chi_number": _asked_back(chi.problem, "CHI", digits)}
        born = self._born()
        if born is not None and chi_date_differs(chi, born):
            text = "The CHI number holds another date than the date of birth. Is it right?"
            return {"chi_number": Flaw(text=text, is_refused=False, keep="Keep")}
        return {}

    def _born(self) -> date | None:
        return read_date(self.entry.born, self._today())

    def _today(self) -> date:
        return wall_date(moment_at(self.workplace.clock.latest_ms(), self.workplace.zone))

    def _person(self) -> Person:
        entry = self.entry
        born, age = self._born(), entry.age.strip()
        return Person(
            family=entry.family,
            given=entry.given,
            title=entry.title,
            birth_date=None if born is None else born.isoformat(),
            stated_age=int(age) if age and born is None else None,
            gender=entry.gender or Gender.UNKNOWN,
            nhs_number=check_nhs_number(entry.nhs_number).stored or _plain(entry.nhs_number),
            chi_number=check_chi_number(entry.chi_number).stored or _plain(entry.chi_number),
        )

    def _found(self, text: str, people: tuple[Found, ...]) -> None:
        if text != self._asked:
            return
        newest: dict[str, Known] = {}
        for one in people:
            newest.setdefault(one.patient, _known(one))
        self.people = tuple(newest.values())[:MOST_FOUND]
        self.found.emit()

    def _drop(self, flaw: str) -> None:
        self.flaws.pop(flaw, None)
        self.refreshed.emit()


_TIMES: Final = {"arrived_at": "arrived", "requested_at": "requested"}


def _known(one: Found) -> Known:
    here = one.status is EpisodeStatus.OPEN and not one.moved_to
    born = "" if one.birth_date is None else format_date(date.fromisoformat(one.birth_date))
    where = f"in custody here, {one.cell}".rstrip(", ") if here else "was here before"
    if one.moved_to:
        where = f"was moved to {one.moved_to}"
    if one.episode is None:
        where = "was here before; the record comes back to this PC once this is sent"
    parts = (
        born,
        one.custody_record_number,
        where,
        one.through_alias and f"also {one.through_alias}",
    )
    return Known(
        patient=one.patient,
        name=one.name,
        detail=" · ".join(part for part in parts if part),
        episode=one.episode if here else None,
    )


def _asked_back(problem: NumberProblem | None, name: str, digits: int) -> Flaw:
    words = _NUMBER_WORDS[problem or NumberProblem.INVALID_CHECKSUM]
    return Flaw(
        text=f"{words.format(name=name, digits=digits)} Check it with the person.",
        is_refused=False,
        keep="Keep",
    )


def _plain(typed: str) -> str | None:
    return " ".join(typed.split()) or None
