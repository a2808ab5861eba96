"""Give a dose or record why not: the panel's state, its checks and its draft."""

from __future__ import annotations

import msgspec
from PySide6.QtCore import Signal

from sonar_core.medicines.checks import CheckLevel, DoseCheck, Rule, is_blocked
from sonar_core.medicines.doses import TAKEN
from sonar_core.moments import Moment, format_time, moment_at
from sonar_core.records.medication_administration import DoseOutcome, MedicationAdministration
from sonar_core.typed_time import TypedOutcome
from sonar_desktop.ui.viewmodels.base import ViewModel
from sonar_desktop.ui.viewmodels.chart_faces import dose_text, medicine_name
from sonar_desktop.ui.viewmodels.dose_words import (
    FIELDS,
    GIVEN_HERE,
    RECORD_TEXT,
    DoseTexts,
    again_text,
    as_given,
    unseen_since,
)
from sonar_desktop.ui.viewmodels.drafting import DraftKeeper
from sonar_desktop.ui.viewmodels.due_entry import understood
from sonar_desktop.ui.viewmodels.flaw import Flaw
from sonar_desktop.ui.viewmodels.time_entry import (
    ReadTime,
    TimeEntry,
    answer_of_fix,
    answer_of_keep,
    read_entry,
)
from sonar_desktop.ui.viewmodels.workplace import Workplace
from sonar_desktop.usecases.acting import Signing
from sonar_desktop.usecases.dose_checks import read_dose_checks
from sonar_desktop.usecases.errors import KnownError
from sonar_desktop.usecases.give_medicine import Giving, Override, give_medicine
from sonar_desktop.usecases.held_entry import sent_again
from sonar_desktop.usecases.inputs import InputError
from sonar_desktop.usecases.ports import Changed, Draft
from sonar_desktop.usecases.read_chart import ChartLine
from sonar_desktop.usecases.sync_ports import SyncStatus


class GiveDoseModel(ViewModel):
    """One dose of one order. `texts` is what was typed, `flaws` what is wrong with it.

    Signals:
        given(str): the entry is written; the sentence says what stands.
    """

    given = Signal(str)

    def __init__(
        self,
        workplace: Workplace,
        line: ChartLine,
        due_ms: int | None,
        held: MedicationAdministration | None = None,
    ) -> None:
        """Take the order, the slot that this answers if there is one, and what is sent again."""
        super().__init__(workplace)
        self.line = line
        self.due_ms = due_ms
        self.held = held
        self.checks: tuple[DoseCheck, ...] = ()
        self.is_checked = False
        self.flaws: dict[str, Flaw] = {}
        self.is_busy = False
        now_ms = workplace.clock.now_ms()
        self._opened_ms = now_ms
        self.texts = DoseTexts(dose=line.order.dose, time=TimeEntry(typed="now", typed_ms=now_ms))
        if held is not None:
            typed = as_given(held)
            self.texts = msgspec.structs.replace(typed, dose=typed.dose or line.order.dose)
        self._wait = 0
        self._is_resumed = False
        slot = "needed" if due_ms is None else str(due_ms)
        self.draft = DraftKeeper(
            workplace,
            f"dose/{line.order.id}/{slot}" if held is None else f"dose/held/{held.id}",
            episode=line.order.episode,
            take=lambda: (msgspec.json.encode(self.texts), ""),
        )
        self.draft.load(self._resume)
        workplace.background.sync_status.connect(self._on_status)

    def concerns(self, changed: Changed) -> bool:
        """Return whether it touches this person: the checks may come out differently."""
        order = self.line.order
        return order.episode in changed.episodes or order.patient in changed.patients

    def refresh(self) -> None:
        """Make the checks again for the dose and time as typed."""
        order, at = self.line.order, self.at
        unseen = unseen_since(self.workplace.background.latest_status, self._opened_ms)
        dose, held = self.texts.dose, None if self.held is None else self.held.id
        self._wait += 1
        ticket = self._wait
        self.look(
            lambda desk: read_dose_checks(
                desk, order.id, dose, at, unseen_since_ms=unseen, but_for=held
            ),
            lambda checks: self._take(ticket, checks),
        )

    @property
    def code(self) -> DoseOutcome | None:
        """What became of the dose, None while that is not chosen."""
        return DoseOutcome(self.texts.code) if self.texts.code else None

    @property
    def when(self) -> ReadTime:
        """The time as understood: "now" is when it is recorded, of a draft when it was typed."""
        now_ms = self.workplace.clock.now_ms()
        entry = self.texts.time
        if entry.typed.strip().casefold() == "now" and not self._is_resumed:
            entry = TimeEntry(typed=entry.typed, typed_ms=now_ms)
        latest_ms = self.workplace.clock.latest_ms()
        return read_entry(entry, now_ms=now_ms, latest_ms=latest_ms, zone=self.workplace.zone)

    @property
    def at(self) -> Moment:
        """When it was done, now where that is not clear yet."""
        now = moment_at(self.workplace.clock.latest_ms(), self.workplace.zone)
        return self.when.moment or now

    @property
    def takes_dose(self) -> bool:
        """Whether an amount is recorded."""
        return self.code in TAKEN

    @property
    def needs_identity(self) -> bool:
        """Whether the person must have said who they are: not in an emergency."""
        return self.code in GIVEN_HERE and not self.line.is_emergency

    @property
    def is_blocked(self) -> bool:
        """Whether a Stop stands against giving."""
        return self.code in GIVEN_HERE and is_blocked(self.checks)

    @property
    def may_overrule(self) -> bool:
        """Whether a prescriber's word can stand against the Stop; not for allergies not asked."""
        blocking = [one for one in self.checks if one.blocks]
        return self.is_blocked and all(one.rule is not Rule.ALLERGIES_RECORDED for one in blocking)

    @property
    def is_overruled(self) -> bool:
        """Whether a prescriber's word was taken down whole."""
        found = self.texts
        said = found.prescriber.strip() and found.how.strip() and found.words.strip()
        return self.may_overrule and bool(said) and found.read_back

    @property
    def hint(self) -> str:
        """Why the dose cannot be recorded yet, empty when it can."""
        if self.code is None:
            return "Choose what became of the dose."
        if self.is_blocked and not self.may_overrule:
            return next(one.text for one in self.checks if one.blocks)
        if self.is_blocked and not self.is_overruled:
            return "“Give” needs a named prescriber while a check says Stop."
        if self.needs_identity and not self.texts.identity:
            return "Ask for name and date of birth first."
        if self.code in GIVEN_HERE and not self.is_checked:
            return "Checking against the record."
        return ""

    @property
    def can_record(self) -> bool:
        """Whether the primary button works."""
        return not self.hint and not self.is_busy

    @property
    def primary_text(self) -> str:
        """The primary button, named for what it records."""
        code = self.code
        if self.held is not None:
            # It was given: no button may say that it is to be given once more.
            return "Send again"
        if code is None:
            return "Record"
        if code in RECORD_TEXT:
            return RECORD_TEXT[code]
        dose = dose_text(self.texts.dose.strip() or None, self.line.order.unit)
        if code is DoseOutcome.GIVEN:
            return f"Give {dose}"
        if code is DoseOutcome.PARTLY_GIVEN:
            return f"Record part given, {dose}"
        return f"Record {dose} handed over"

    @property
    def count_text(self) -> str:
        """``1 stop, 1 to think about, 4 clear``."""
        words = (
            (CheckLevel.STOP, "stop"),
            (CheckLevel.THINK, "to think about"),
            (CheckLevel.UNKNOWN, "unknown"),
            (CheckLevel.CLEAR, "clear"),
        )
        counted = [(sum(o.level is level for o in self.checks), word) for level, word in words]
        return ", ".join(f"{count} {word}" for count, word in counted if count)

    def set_text(self, name: str, text: str) -> None:
        """Take what was typed into a field; the time is another case, see `set_time`."""
        if getattr(self.texts, name) == text:
            return
        self._put(name, text)
        if name == "dose":
            self.refresh()

    def set_time(self, typed: str) -> None:
        """Take the time as typed; it keeps when it was typed."""
        if typed == self.texts.time.typed:
            return
        self._is_resumed = False
        now_ms = self.workplace.clock.now_ms()
        self._put("time", TimeEntry(typed=typed, typed_ms=now_ms))
        self.refresh()

    def answer_time(self, *, fix: bool) -> None:
        """Take one of the two answers to a question about the time."""
        flaw = self.when.flaw
        if flaw is None:
            return
        entry = self.texts.time
        now_ms = self.workplace.clock.now_ms()
        answered = answer_of_fix(entry, flaw, now_ms) if fix else answer_of_keep(entry, flaw)
        self._put("time", answered)
        self.refresh()

    def choose(self, code: DoseOutcome) -> None:
        """Say what became of the dose; what was typed stays."""
        self._put("code", code.value)

    def set_tick(self, name: str, *, is_on: bool) -> None:
        """Tick or untick a statement."""
        if getattr(self.texts, name) != is_on:
            self._put(name, is_on)

    def leave_field(self) -> None:
        """Put what was typed on disk at once."""
        self.draft.save_now()

    def record(self) -> None:
        """Sign and write it, or say what is wrong."""
        if not self.can_record:
            return
        giving = self._giving()
        if giving is None:
            self.refreshed.emit()
            return
        self.workplace.signing.confirm(lambda: self._write(giving))

    def close(self) -> None:
        """Put the rest on disk too."""
        self.draft.close()
        self.workplace.background.sync_status.disconnect(self._on_status)
        super().close()

    def _giving(self) -> Giving | None:
        """Return the input of the use case, None with flaws set."""
        self.flaws = {}
        found, when = self.texts, self.when
        if when.flaw is not None or when.moment is None:
            self.flaws["time"] = when.flaw or Flaw(text="Enter when it was done.")
        again = self._again()
        code = self.code
        if self.flaws or when.moment is None or code is None:
            return None
        return Giving(
            signing=Signing(
                episode=self.line.order.episode,
                performed_at=when.moment,
                draft=self.draft.record,
                amending=sent_again(self.held),
            ),
            request=self.line.order.id,
            code=code,
            dose=found.dose.strip() if self.takes_dose else None,
            due_at=None if self.due_ms is None else moment_at(self.due_ms, self.workplace.zone),
            again_at=again,
            reason=found.reason,
            identity_confirmed=found.identity if code in GIVEN_HERE else None,
            witness=None if self.held is None else self.held.witness,
            given_by_custody=found.custody if code is DoseOutcome.GIVEN_BY_CUSTODY else "",
            override=self._override(),
            unseen_since_ms=unseen_since(self.workplace.background.latest_status, self._opened_ms),
        )

    def _again(self) -> Moment | None:
        clock = self.workplace.clock
        before = None if self.held is None else self.held.again_at
        if self.texts.again == again_text(before):
            return before
        entry = TimeEntry(typed=self.texts.again, typed_ms=clock.now_ms())
        typed = understood(entry, clock, self.workplace.zone)
        if typed.outcome in {TypedOutcome.EMPTY, TypedOutcome.ACCEPTED}:
            return typed.moment
        self.flaws["again"] = Flaw(text=typed.text or "Enter a time to come.")
        return None

    def _override(self) -> Override | None:
        if not self.is_blocked:
            return None
        found = self.texts
        return Override(
            prescriber=found.prescriber,
            how=found.how,
            reason=found.words,
            read_back=found.read_back,
        )

    def _write(self, giving: Giving) -> None:
        self.is_busy = True
        self.draft.hold()
        self.refreshed.emit()
        self.workplace.background.act(
            lambda: give_medicine(self.workplace.desk, giving),
            self._while_open(lambda _: self._written(giving)),
            self._not_written,
        )

    def _written(self, giving: Giving) -> None:
        self.is_busy = False
        self.draft.renew()
        if self.held is not None:
            self.given.emit(f"Sent again: {medicine_name(self.line.order)}.")
            return
        what = self.primary_text.removeprefix("Record ").removeprefix("Give ")
        done = "Given" if giving.code is DoseOutcome.GIVEN else "Recorded"
        name = medicine_name(self.line.order)
        time = format_time(giving.signing.performed_at)
        self.given.emit(f"{done}: {name}, {what}, {time}.")

    def _not_written(self, error: KnownError) -> None:
        self.is_busy = False
        self.draft.resume()
        if isinstance(error, InputError):
            self.flaws = {FIELDS.get(name, name): Flaw(text=t) for name, t in error.problems}
            if any(name.startswith("check.") for name, _ in error.problems):
                self.refresh()
            self.refreshed.emit()
            gone = [text for name, text in error.problems if name == "amending"]
            if gone:
                self.refused.emit(*gone)
            return
        self.refreshed.emit()
        self._refuse(error)

    def _put(self, name: str, value: object) -> None:
        self.texts = msgspec.structs.replace(self.texts, **{name: value})
        self.flaws.pop(name, None)
        self.draft.typed()
        self.refreshed.emit()

    def _resume(self, draft: Draft | None) -> None:
        if draft is not None:
            self.texts = msgspec.json.decode(draft.body, type=DoseTexts)
            self._is_resumed = True
        self.refresh()
        self.refreshed.emit()

    def _take(self, ticket: int, checks: tuple[DoseCheck, ...]) -> None:
        if ticket != self._wait:
            return
        self.checks = checks
        self.is_checked = True
        self.refreshed.emit()

    def _on_status(self, _status: SyncStatus) -> None:
        self.refresh()
