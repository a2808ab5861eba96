"""Telling the custody officer: who, when, how, and that it was read back. Never half."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, TypedDict

import msgspec
from PySide6.QtCore import Signal

from sonar_core.board.speech import in_turn, stopped
from sonar_core.board.words import fitness_sentence
from sonar_core.moments import Moment, format_duration, format_time, moment_at
from sonar_core.records.care_level import CareLevel
from sonar_core.records.fitness_outcome import FitnessOutcome
from sonar_core.records.observation_set import ObservationSet
from sonar_core.records.outcome_told import OutcomeTold, ToldHow
from sonar_core.records.referral import Referral
from sonar_core.records.task import Task
from sonar_desktop.ui.viewmodels.base import ViewModel
from sonar_desktop.ui.viewmodels.drafting import DraftKeeper
from sonar_desktop.ui.viewmodels.flaw import Flaw, beside, first_flawed
from sonar_desktop.ui.viewmodels.time_entry import (
    TimeEntry,
    answer_of_fix,
    answer_of_keep,
    as_it_was,
    read_entry,
)
from sonar_desktop.ui.viewmodels.workplace import Workplace
from sonar_desktop.usecases.acting import Signing, facts_of
from sonar_desktop.usecases.errors import KnownError
from sonar_desktop.usecases.held_entry import read_held, sent_again
from sonar_desktop.usecases.inputs import InputError
from sonar_desktop.usecases.ports import Changed, Desk, Draft, Reading
from sonar_desktop.usecases.tell_custody import Telling, tell_custody

FORM: Final = "told"
FIELD_ORDER: Final = ("told_to", "told_to_role", "performed_at", "how", "read_back", "words")
ROLES: Final = ("Custody officer", "Detention officer", "Inspector", "Escort officer")
HOW_WORDS: Final = {
    ToldHow.IN_PERSON: "In person",
    ToldHow.TELEPHONE: "By phone",
    ToldHow.RADIO: "Radio",
}


class _Clock(TypedDict):
    now_ms: int
    latest_ms: int
    zone: str


class ToldEntry(msgspec.Struct, frozen=True, kw_only=True):
    """What stands in the panel; also the body of its draft. `about` is the record told of."""

    about: str
    time: TimeEntry
    told_to: str = ""
    told_to_role: str = ROLES[0]
    how: ToldHow | None = None
    read_back: bool | None = None
    words: str = ""


def as_told(record: OutcomeTold) -> ToldEntry:
    """Return the entry that a signed telling was written as."""
    return ToldEntry(
        about=record.about,
        time=as_it_was(record.performed_at),
        told_to=record.told_to,
        told_to_role=record.told_to_role,
        how=record.how,
        read_back=record.read_back,
        words=record.words,
    )


@dataclass(frozen=True, kw_only=True)
class About:
    """The record to tell of: in words, since when, and who was told of it already, if anybody."""

    sentence: str
    since: Moment | None
    told: OutcomeTold | None
    names: tuple[str, ...]


class ToldModel(ViewModel):
    """One telling.

    Signals:
        opened(): the record and the draft are read; fill the panel.
        edited(): the flaws or what is missing changed.
        texts_changed(): the time was changed by an answer; show it again.
        focus_wanted(str): signing was refused here.
        told(): it is recorded.
    """

    opened = Signal()
    edited = Signal()
    texts_changed = Signal()
    focus_wanted = Signal(str)
    told = Signal()

    def __init__(
        self, workplace: Workplace, about: str, episode: str, held: str | None = None
    ) -> None:
        """Begin to read what is to be told, and the telling held back that is to be sent again.

        That one says itself what it is about.
        """
        super().__init__(workplace)
        self.about_id = about
        self.episode = episode
        self.about: About | None = None
        self.is_signing = False
        self.place = ("", 0)
        self.entry = self._fresh()
        self._left: frozenset[str] = frozenset()
        self._said: dict[str, Flaw] = {}
        self.held: OutcomeTold | None = None
        name = f"{FORM}/{held or about}"
        self.draft = DraftKeeper(workplace, name, episode=episode, take=self._take)
        if held is None:
            self.look(self._look, self._first_time)
        else:
            self.look(lambda desk: read_held(desk, OutcomeTold, held), self._first_time_again)

    @property
    def is_told(self) -> bool:
        """Whether somebody has been told of this record, and it is not to be sent again."""
        return self.held is None and self.about is not None and self.about.told is not None

    @property
    def state(self) -> str:
        """The chip: "Not told · 41min", or whom and when."""
        if self.about is None:
            return ""
        told = self.about.told
        if self.held is not None:
            return "Held back"
        if told is not None:
            back = "read back" if told.read_back else "not read back"
            return f"Told {told.told_to} {format_time(told.performed_at)}, {back}"
        if self.about.since is None:
            return "Not told"
        gap = max(self.workplace.clock.now_ms() - self.about.since.utc_ms, 0)
        return f"Not told · {format_duration(gap)}"

    @property
    def missing(self) -> tuple[str, ...]:
        """What still keeps it from being signed, in words."""
        entry, found = self.entry, []
        if not entry.told_to.strip():
            found.append("who was told")
        if read_entry(entry.time, **self._clock()).moment is None:
            found.append("when")
        if entry.how is None:
            found.append("how")
        if entry.read_back is None:
            found.append("whether it was read back")
        return tuple(found)

    @property
    def echo(self) -> str:
        """How the typed time is understood."""
        return read_entry(self.entry.time, **self._clock()).echo

    @property
    def flaws(self) -> dict[str, Flaw]:
        """What is wrong, by field, of those that were left."""
        found = dict(self._said)
        entry = self.entry
        time = read_entry(entry.time, **self._clock())
        if "performed_at" in self._left and time.flaw is not None:
            found["performed_at"] = time.flaw
        if "told_to" in self._left and not entry.told_to.strip():
            found["told_to"] = Flaw(text="Enter who was told.")
        if "how" in self._left and entry.how is None:
            found["how"] = Flaw(text="Choose how they were told.")
        if "read_back" in self._left and entry.read_back is None:
            found["read_back"] = Flaw(text="Choose whether they read it back.")
        return found

    def type(self, name: str, text: str) -> None:
        """Take what stands in a field now."""
        self._said.pop(name, None)
        self._left -= {name}
        if name == "performed_at":
            time = TimeEntry(typed=text, typed_ms=self.workplace.clock.now_ms())
            self._edit(msgspec.structs.replace(self.entry, time=time))
        elif getattr(self.entry, name) != text:
            self._edit(msgspec.structs.replace(self.entry, **{name: text}))

    def choose_how(self, how: str) -> None:
        """Take the way it was said."""
        self._edit(msgspec.structs.replace(self.entry, how=ToldHow(how)))

    def choose_read_back(self, *, read_back: bool) -> None:
        """Take whether it was read back and right."""
        self._edit(msgspec.structs.replace(self.entry, read_back=read_back))

    def leave(self, name: str) -> None:
        """Judge a time when it is left; the rest is judged at signing."""
        if name == "performed_at":
            self._left |= {name}
        self.draft.save_now()
        self.edited.emit()

    def stand_at(self, name: str, cursor: int) -> None:
        """Note where the cursor stands, for the draft."""
        self.place = (name, cursor)

    def fix(self) -> None:
        """Take the first answer beside the time."""
        flaw = self.flaws.get("performed_at")
        if flaw is not None:
            now_ms = self.workplace.clock.now_ms()
            self._set_time(answer_of_fix(self.entry.time, flaw, now_ms))

    def keep(self) -> None:
        """Take the second answer beside the time."""
        flaw = self.flaws.get("performed_at")
        if flaw is not None:
            self._set_time(answer_of_keep(self.entry.time, flaw))

    def sign(self) -> None:
        """Record the telling, once nothing is missing."""
        if self.about is None or self.is_signing:
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
        """Read again whether somebody has been told."""
        self.look(self._look, self._again)

    def concerns(self, changed: Changed) -> bool:
        """Only what touches this stay."""
        return self.episode in changed.episodes

    def close(self) -> None:
        """Put the draft on disk and stop listening."""
        self.draft.close()
        super().close()

    def _look(self, desk: Desk) -> About:
        return desk.store.read(self._about)

    def _about(self, reading: Reading) -> About:
        sentence, since = _in_words(reading, self.about_id)
        seen = reading.of_episode(self.episode)
        tellings = facts_of(OutcomeTold, seen)
        mine = [one for one in tellings if one.about == self.about_id]
        asked = [one.record.requested_by for one in seen if isinstance(one.record, Referral)]
        names = dict.fromkeys([*(one.told_to for one in tellings), *asked])
        return About(
            sentence=sentence,
            since=since,
            told=mine[0] if mine else None,
            names=tuple(name for name in names if name),
        )

    def _first_time_again(self, held: OutcomeTold) -> None:
        self.held, self.about_id = held, held.about
        self.look(self._look, self._first_time)

    def _first_time(self, about: About) -> None:
        self.about = about
        self.draft.load(self._found)

    def _found(self, draft: Draft | None) -> None:
        if draft is not None:
            self.entry = msgspec.json.decode(draft.body, type=ToldEntry)
        elif self.held is not None:
            self.entry = as_told(self.held)
        self.opened.emit()

    def _again(self, about: About) -> None:
        self.about = about
        self.refreshed.emit()

    def _take(self) -> tuple[bytes, str]:
        name, cursor = self.place
        return msgspec.json.encode(self.entry), f"{name}:{cursor}"

    def _fresh(self) -> ToldEntry:
        now_ms = self.workplace.clock.now_ms()
        clock = format_time(moment_at(now_ms, self.workplace.zone))
        return ToldEntry(about=self.about_id, time=TimeEntry(typed=clock, typed_ms=now_ms))

    def _edit(self, entry: ToldEntry) -> None:
        self.entry = entry
        self.draft.typed()
        self.edited.emit()

    def _set_time(self, time: TimeEntry) -> None:
        self._edit(msgspec.structs.replace(self.entry, time=time))
        self.texts_changed.emit()
        self.focus_wanted.emit("performed_at")

    def _clock(self) -> _Clock:
        clock = self.workplace.clock
        return {
            "now_ms": clock.now_ms(),
            "latest_ms": clock.latest_ms(),
            "zone": self.workplace.zone,
        }

    def _sign(self) -> None:
        at = read_entry(self.entry.time, **self._clock()).moment
        if at is None or self.is_signing:
            return
        self.is_signing = True
        entry = self.entry
        telling = Telling(
            signing=Signing(
                episode=self.episode,
                performed_at=at,
                draft=self.draft.record,
                amending=sent_again(self.held),
            ),
            about=self.about_id,
            told_to=entry.told_to,
            told_to_role=entry.told_to_role,
            how=entry.how,
            read_back=entry.read_back,
            words=entry.words,
        )
        self.draft.hold()
        self.act(lambda desk: tell_custody(desk, telling)[0], self._done)

    def _done(self, _record: OutcomeTold) -> None:
        self.is_signing = False
        self.held = None
        self.draft.renew()
        self.entry = self._fresh()
        self._left = frozenset()
        self.refresh()
        self.told.emit()

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


def _in_words(reading: Reading, about: str) -> tuple[str, Moment | None]:
    """Return the record to tell of as a sentence for the custody officer, and since when."""
    outcome = reading.get(FitnessOutcome, about)
    if outcome is not None:
        said = f"{fitness_sentence(outcome.purpose, outcome.outcome)}."
        for condition in outcome.conditions:
            said += f" {stopped(condition)}"
        if outcome.review_at is not None:
            said += f" Review {format_time(outcome.review_at)}."
        return said, outcome.recorded_at
    care = reading.get(CareLevel, about)
    if care is not None:
        words = in_turn(f"Level of observation {care.level}", *care.instructions)
        return words, care.set_at
    observed = reading.get(ObservationSet, about)
    if observed is not None and observed.news2 is not None:
        return f"NEWS2 {observed.news2.total}, see the plan.", observed.recorded_at
    task = reading.get(Task, about)
    return ("", None) if task is None else (task.what, task.due_at)
