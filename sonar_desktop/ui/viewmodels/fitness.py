"""Fitness decisions: what holds for each of the five purposes, and deciding anew."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import msgspec
from PySide6.QtCore import Signal

from sonar_core.board.fitness import Decision, worst_first
from sonar_core.board.words import FITNESS_TEXT
from sonar_core.moments import Moment, format_moment, format_time, moment_at, wall_date
from sonar_core.records.fitness_outcome import Fitness, FitnessOutcome, FitnessPurpose
from sonar_core.typed_time import TypedOutcome
from sonar_desktop.ui.viewmodels.base import ViewModel
from sonar_desktop.ui.viewmodels.drafting import DraftKeeper
from sonar_desktop.ui.viewmodels.due_entry import understood
from sonar_desktop.ui.viewmodels.flaw import Flaw, beside, first_flawed
from sonar_desktop.ui.viewmodels.time_entry import TimeEntry, as_it_was
from sonar_desktop.ui.viewmodels.workplace import Workplace
from sonar_desktop.usecases.acting import Signing
from sonar_desktop.usecases.errors import KnownError
from sonar_desktop.usecases.held_entry import read_held, sent_again
from sonar_desktop.usecases.inputs import InputError
from sonar_desktop.usecases.ports import Changed, Draft
from sonar_desktop.usecases.read_record import RecordHead, read_record
from sonar_desktop.usecases.record_fitness_outcome import Deciding, record_fitness_outcome

FORM: Final = "fitness"
FIELD_ORDER: Final = ("conditions", "reason", "valid_until", "review_at")
PURPOSE_NAMES: Final = {
    FitnessPurpose.DETAINED: "Detained",
    FitnessPurpose.INTERVIEWED: "Interviewed",
    FitnessPurpose.CHARGED: "Charged",
    FitnessPurpose.TRANSFERRED: "Transferred",
    FitnessPurpose.RELEASED: "Released",
}
OUTCOME_NAMES: Final = {outcome.value: FITNESS_TEXT[outcome] for outcome in Fitness}
_TIMES: Final = ("valid_until", "review_at")


class FitnessEntry(msgspec.Struct, frozen=True, kw_only=True):
    """A decision while it is written; also the body of its draft. One condition to a line."""

    purpose: FitnessPurpose
    outcome: Fitness
    conditions: str = ""
    reason: str = ""
    valid_until: TimeEntry | None = None
    review_at: TimeEntry | None = None

    def text(self, name: str) -> str:
        """Return what stands in a field."""
        value = getattr(self, name)
        if name in _TIMES:
            return "" if value is None else str(value.typed)
        return str(value)


def as_decided(record: FitnessOutcome) -> FitnessEntry:
    """Return the entry that a signed decision was written as."""
    until, review = record.valid_until, record.review_at
    return FitnessEntry(
        purpose=record.purpose,
        outcome=record.outcome,
        conditions="\n".join(record.conditions),
        reason=record.reason,
        valid_until=None if until is None else as_it_was(until),
        review_at=None if review is None else as_it_was(review),
    )


@dataclass(frozen=True, kw_only=True)
class DecisionFace:
    """One purpose: the outcome that holds or None, until when, and whether custody knows."""

    purpose: FitnessPurpose
    name: str
    outcome: str | None
    until: str
    told: str
    is_told: bool
    is_provisional: bool
    record: str


class FitnessModel(ViewModel):
    """The decisions of one stay, and the one that is being written.

    Signals:
        opened(): the record and the draft are read.
        edited(): what is written changed.
        focus_wanted(str): signing was refused here.
        decided(str): a decision is stored; its id, for telling custody.
    """

    opened = Signal()
    edited = Signal()
    focus_wanted = Signal(str)
    decided = Signal(str)

    def __init__(self, workplace: Workplace, episode: str, held: str | None = None) -> None:
        """Begin to read the decisions, and the one held back that is to be sent again."""
        super().__init__(workplace)
        self.episode = episode
        self.entry: FitnessEntry | None = None
        self.place = ("", 0)
        self.is_signing = False
        self._decisions: tuple[Decision, ...] | None = None
        self._left: frozenset[str] = frozenset()
        self._said: dict[str, Flaw] = {}
        self.held: FitnessOutcome | None = None
        name = FORM if held is None else f"{FORM}/{held}"
        self.draft = DraftKeeper(workplace, name, episode=episode, take=self._take)
        if held is None:
            self.look(lambda desk: read_record(desk, episode), self._first_time)
        else:
            self.look(
                lambda desk: (read_record(desk, episode), read_held(desk, FitnessOutcome, held)),
                self._first_time_again,
            )

    @property
    def is_open(self) -> bool:
        """Whether the record has been read."""
        return self._decisions is not None

    @property
    def faces(self) -> tuple[DecisionFace, ...]:
        """One for each purpose, in their order."""
        known = {one.outcome.purpose: one for one in self._decisions or ()}
        return tuple(self._face(purpose, known.get(purpose)) for purpose in FitnessPurpose)

    @property
    def only(self) -> FitnessPurpose | None:
        """The one purpose that is decided here, None for any."""
        return None if self.held is None else self.held.purpose

    @property
    def to_tell(self) -> tuple[DecisionFace, ...]:
        """The decisions custody has not been told of, the worst first."""
        untold = [one for one in worst_first(self._decisions or ()) if one.told is None]
        return tuple(self._face(one.outcome.purpose, one) for one in untold)

    @property
    def flaws(self) -> dict[str, Flaw]:
        """What is wrong with the decision being written."""
        found = dict(self._said)
        entry = self.entry
        if entry is None:
            return {}
        if "reason" in self._left and self.needs_reason and not entry.reason.strip():
            found["reason"] = Flaw(text="Enter why.")
        if "conditions" in self._left and self.needs_conditions and not entry.conditions.strip():
            found["conditions"] = Flaw(text="Enter the conditions.")
        for name in _TIMES:
            text = self._time_problem(getattr(entry, name))
            if name in self._left and text:
                found[name] = Flaw(text=text)
        return found

    @property
    def needs_reason(self) -> bool:
        """Whether the outcome has to be explained."""
        return self.entry is not None and self.entry.outcome in {Fitness.NOT_FIT, Fitness.DEFERRED}

    @property
    def needs_conditions(self) -> bool:
        """Whether the outcome names conditions."""
        return self.entry is not None and self.entry.outcome is Fitness.FIT_WITH_CONDITIONS

    def begin(self, purpose: FitnessPurpose, outcome: str) -> None:
        """Begin to write a decision, or change its outcome; what was typed stays."""
        entry = self.entry
        if self.only not in {None, purpose}:
            return
        if entry is not None and entry.purpose is purpose:
            self._edit(msgspec.structs.replace(entry, outcome=Fitness(outcome)))
            return
        self._left = frozenset()
        self._said = {}
        self._edit(FitnessEntry(purpose=purpose, outcome=Fitness(outcome)))

    def type(self, name: str, text: str) -> None:
        """Take what stands in a field now."""
        if self.entry is None or self.entry.text(name) == text:
            return
        self._said.pop(name, None)
        self._left -= {name}
        value: object = text
        if name in _TIMES:
            now_ms = self.workplace.clock.now_ms()
            value = TimeEntry(typed=text, typed_ms=now_ms) if text.strip() else None
        self._edit(msgspec.structs.replace(self.entry, **{name: value}))

    def leave(self, name: str) -> None:
        """Judge a time when it is left."""
        if name in _TIMES:
            self._left |= {name}
        self.draft.save_now()
        self.edited.emit()

    def stand_at(self, name: str, cursor: int) -> None:
        """Note where the cursor stands, for the draft."""
        self.place = (name, cursor)

    def discard(self) -> None:
        """Do not decide after all."""
        self.entry = None
        self.draft.discard()
        self.edited.emit()

    def sign(self) -> None:
        """Record the decision, once nothing is wrong with it."""
        if self.entry is None or self.is_signing:
            return
        self._left = frozenset(FIELD_ORDER)
        flaws = self.flaws
        self.edited.emit()
        wrong = first_flawed(FIELD_ORDER, flaws)
        if wrong is not None:
            self.focus_wanted.emit(wrong)
            return
        self.draft.save_now()
        self.workplace.signing.confirm(self._sign)

    def refresh(self) -> None:
        """Read the decisions again."""
        self.look(lambda desk: read_record(desk, self.episode), self._again)

    def concerns(self, changed: Changed) -> bool:
        """Only what touches this stay."""
        return self.episode in changed.episodes

    def close(self) -> None:
        """Put the draft on disk and stop listening."""
        self.draft.close()
        super().close()

    def _first_time(self, head: RecordHead) -> None:
        self._decisions = head.decisions
        self.draft.load(self._found)

    def _first_time_again(self, found: tuple[RecordHead, FitnessOutcome]) -> None:
        head, self.held = found
        self._first_time(head)

    def _found(self, draft: Draft | None) -> None:
        if draft is not None and self.entry is None:
            self.entry = msgspec.json.decode(draft.body, type=FitnessEntry)
        elif self.held is not None and self.entry is None:
            self.entry = as_decided(self.held)
        self.opened.emit()

    def _again(self, head: RecordHead) -> None:
        self._decisions = head.decisions
        self.refreshed.emit()

    def _take(self) -> tuple[bytes, str]:
        name, cursor = self.place
        return msgspec.json.encode(self.entry), f"{name}:{cursor}"

    def _edit(self, entry: FitnessEntry) -> None:
        self.entry = entry
        self.draft.typed()
        self.edited.emit()

    def _face(self, purpose: FitnessPurpose, decision: Decision | None) -> DecisionFace:
        outcome = None if decision is None else decision.outcome
        told = None if decision is None else decision.told
        return DecisionFace(
            purpose=purpose,
            name=PURPOSE_NAMES[purpose],
            outcome=None if outcome is None else outcome.outcome.value,
            until="" if outcome is None else self._until(outcome),
            told=f"Told {format_time(told.performed_at)}" if told else "Not told",
            is_told=told is not None,
            is_provisional=decision is not None and decision.is_provisional,
            record="" if outcome is None else outcome.id,
        )

    def _until(self, outcome: FitnessOutcome) -> str:
        if outcome.review_at is not None:
            return f"review {self._when(outcome.review_at)}"
        return "" if outcome.valid_until is None else f"until {self._when(outcome.valid_until)}"

    def _when(self, moment: Moment) -> str:
        today = wall_date(moment_at(self.workplace.clock.now_ms(), self.workplace.zone))
        return format_time(moment) if wall_date(moment) == today else format_moment(moment)

    def _time_problem(self, entry: TimeEntry | None) -> str:
        if entry is None:
            return ""
        found = understood(entry, self.workplace.clock, self.workplace.zone)
        return "" if found.outcome is TypedOutcome.ACCEPTED else found.text or ""

    def _moment(self, entry: TimeEntry | None) -> Moment | None:
        if entry is None:
            return None
        return understood(entry, self.workplace.clock, self.workplace.zone).moment

    def _sign(self) -> None:
        entry = self.entry
        if entry is None or self.is_signing:
            return
        self.is_signing = True
        now = moment_at(self.workplace.clock.latest_ms(), self.workplace.zone)
        signing = Signing(
            episode=self.episode,
            performed_at=now if self.held is None else self.held.performed_at,
            draft=self.draft.record,
            amending=sent_again(self.held),
        )
        deciding = Deciding(
            signing=signing,
            purpose=entry.purpose,
            outcome=entry.outcome,
            conditions=tuple(entry.conditions.splitlines()) if self.needs_conditions else (),
            reason=entry.reason,
            valid_until=self._moment(entry.valid_until),
            review_at=self._moment(entry.review_at),
        )
        self.draft.hold()
        self.act(lambda desk: record_fitness_outcome(desk, deciding)[0], self._done)

    def _done(self, record: FitnessOutcome) -> None:
        self.is_signing = False
        self.entry = self.held = None
        self._left = frozenset()
        self.draft.renew()
        self.refresh()
        self.edited.emit()
        self.decided.emit(record.id)

    def _refuse(self, error: KnownError) -> None:
        if self.is_signing:
            self.is_signing = False
            self.draft.resume()
        if isinstance(error, InputError):
            self._said, elsewhere = beside(error.problems, FIELD_ORDER)
            self.edited.emit()
            self.focus_wanted.emit(first_flawed(FIELD_ORDER, self._said) or "")
            if elsewhere:
                self.refused.emit(elsewhere)
            return
        super()._refuse(error)
