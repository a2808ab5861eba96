"""The observations form: what is typed, its live score, its draft, and its signing."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

import msgspec
from PySide6.QtCore import Signal

from sonar_core.board.speech import stopped
from sonar_core.clinical.news2 import News2Band
from sonar_core.moments import MINUTE_MS, Moment, format_moment, format_time
from sonar_core.records.observation_set import Consciousness, ObservationSet
from sonar_core.records.task import TaskKind
from sonar_desktop.ui.viewmodels.drafting import DraftKeeper
from sonar_desktop.ui.viewmodels.flaw import Flaw, first_flawed
from sonar_desktop.ui.viewmodels.observation_entry import (
    EXTRAS,
    FIELD_ORDER,
    NUMBERS,
    REFUSED_WORD,
    ObservationEntry,
    entry_of,
    is_refused,
)
from sonar_desktop.ui.viewmodels.observation_loading import (
    FORM,
    Loaded,
    load,
)
from sonar_desktop.ui.viewmodels.observation_score import (
    BAND_HEADLINES,
    band_of,
)
from sonar_desktop.ui.viewmodels.observation_state import ObservationState
from sonar_desktop.ui.viewmodels.time_entry import (
    TimeEntry,
    answer_of_fix,
    answer_of_keep,
)
from sonar_desktop.ui.viewmodels.trend import Window
from sonar_desktop.ui.viewmodels.workplace import Workplace
from sonar_desktop.usecases.acting import Amending, Signing
from sonar_desktop.usecases.add_task import NewTask
from sonar_desktop.usecases.errors import KnownError
from sonar_desktop.usecases.inputs import InputError
from sonar_desktop.usecases.ports import Changed, Draft
from sonar_desktop.usecases.record_observations import Observing, record_observations

_AT_ONCE_MS: Final = 5 * MINUTE_MS
_SCALE_2: Final = 2
_SCORED_TEXTS: Final = frozenset(
    {"respiratory_rate", "spo2", "systolic_bp", "pulse", "temperature"}
)


class ObservationsModel(ObservationState):
    """One set of observations of one detainee, from the first key to the signature.

    Signals:
        opened(): the record and the draft are read; fill the whole form.
        edited(): the score, the flaws or what follows changed; the texts did not.
        texts_changed(): fields were changed by an answer, not by typing; show them again.
        time_moved(): the time of a form that was still empty is now; show it again.
        focus_wanted(str): signing was refused here, or the draft stood here; go to this field.
        signed(str): the set is stored; the words say what and where.
    """

    opened = Signal()
    edited = Signal()
    texts_changed = Signal()
    time_moved = Signal()
    focus_wanted = Signal(str)
    signed = Signal(str)

    def __init__(self, workplace: Workplace, episode: str) -> None:
        """Begin to read the record; `opened` tells when the form can be filled."""
        super().__init__(workplace, episode)
        self.is_signing = False
        self._is_draft_read = False
        self._to_amend = ""
        self.place = ("", 0)
        self.reopened_at = ("", 0)
        self.draft = DraftKeeper(workplace, FORM, episode=episode, take=self._take)
        self._read(self._first_time)

    def type(self, name: str, text: str) -> None:
        """Take what stands in a field now."""
        if self.entry.text(name) == text:
            return
        self._start_clock()
        self._said.pop(name, None)
        self._left -= {name}
        self._edit(self.entry.with_text(name, text))

    def type_time(self, text: str) -> None:
        """Take what stands in the time field now."""
        self._said.pop("performed_at", None)
        self._left -= {"performed_at"}
        typed = TimeEntry(typed=text, typed_ms=self.workplace.clock.now_ms())
        self._edit(msgspec.structs.replace(self.entry, time=typed, time_was_typed=True))

    def set_now(self) -> None:
        """Put the present time into the time field."""
        self.type_time(format_time(self.now))
        self.texts_changed.emit()

    def type_repeat(self, text: str) -> None:
        """Take what stands in "Repeat at"; empty asks for no repeat."""
        self._said.pop("repeat", None)
        self._left -= {"repeat"}
        typed = TimeEntry(typed=text, typed_ms=self.workplace.clock.now_ms())
        self._edit(msgspec.structs.replace(self.entry, repeat=typed))

    def choose_air(self, *, on_oxygen: bool) -> None:
        """Take air or oxygen."""
        self._start_clock()
        self._edit(msgspec.structs.replace(self.entry, on_oxygen=on_oxygen))

    def choose_level(self, letter: str) -> None:
        """Take the level of consciousness, one of A C V P U."""
        self._start_clock()
        self._edit(msgspec.structs.replace(self.entry, consciousness=Consciousness(letter)))

    def choose_scale(self, scale: int) -> None:
        """Take SpO2 scale 1 or 2."""
        self._edit(msgspec.structs.replace(self.entry, spo2_scale=scale))

    def add_extra(self, name: str) -> None:
        """Open the row of an extra measurement and go to it."""
        if name not in self.entry.extras:
            self._edit(msgspec.structs.replace(self.entry, extras=(*self.entry.extras, name)))
        self.focus_wanted.emit(EXTRAS[name][0])

    def leave(self, name: str) -> None:
        """Judge a field, now that the person goes on from it."""
        self._left |= {name}
        text = self.entry.text(name)
        if name in NUMBERS and is_refused(text) and text != REFUSED_WORD:
            self._edit(self.entry.with_text(name, REFUSED_WORD))
            self.texts_changed.emit()
        self.draft.save_now()
        self.edited.emit()

    def stand_at(self, name: str, cursor: int) -> None:
        """Note where the cursor stands, for the draft."""
        self.place = (name, cursor)

    def fix(self, name: str) -> None:
        """Take the suggestion beside a field: its guess, the swap, or to change it by hand."""
        flaw = self.flaws.get(name)
        if flaw is None:
            return
        if name == "performed_at":
            now_ms = self.workplace.clock.now_ms()
            self._set_time(answer_of_fix(self.entry.time, flaw, now_ms))
        elif "/" in flaw.guess:
            upper, lower = flaw.guess.split("/")
            entry = self.entry.with_text("systolic_bp", upper)
            self._edit(entry.with_text("diastolic_bp", lower))
        elif flaw.guess:
            self._edit(self.entry.with_text(name, flaw.guess))
        self.texts_changed.emit()
        self.focus_wanted.emit(name)

    def keep(self, name: str) -> None:
        """Say that an unusual value or time is right."""
        flaw = self.flaws.get(name)
        if flaw is not None and name == "performed_at":
            self._set_time(answer_of_keep(self.entry.time, flaw))
        elif name not in self.entry.kept:
            self._edit(msgspec.structs.replace(self.entry, kept=(*self.entry.kept, name)))
        self.focus_wanted.emit(name)

    def show_window(self, window: Window) -> None:
        """Show more or less time in the trend."""
        self.window = window
        self.edited.emit()

    def amend_last(self) -> None:
        """Fill the form with the last signed set, to correct it."""
        if self._loaded is not None and self._loaded.earlier:
            self.amend(self._loaded.earlier[-1].id)

    def amend(self, identifier: str) -> None:
        """Fill the form with a signed set, to correct it; what is typed and not signed stays."""
        if self._loaded is None or not self._is_draft_read:
            self._to_amend = identifier
            return
        if self.entry.amends == identifier:
            self.focus_wanted.emit("amending")
            return
        if self.is_amending or not self.entry.is_empty:
            self.refused.emit(_SOMETHING_TYPED)
            return
        found = [one for one in self._loaded.earlier if one.id == identifier]
        if not found:
            self.refused.emit("This entry was already corrected. Open it again.")
            return
        typed = format_moment(found[0].performed_at)
        self._begin(entry_of(found[0], self.workplace.clock.now_ms(), typed))
        self.draft.typed()
        self.opened.emit()
        self.focus_wanted.emit("amending")

    def discard(self) -> None:
        """Forget the draft because its author says so, and begin anew."""
        self.draft.discard()
        self._begin(self._fresh())
        self.opened.emit()

    def go_to_open(self, *, forward: bool) -> None:
        """Go to the next field that is wrong or not yet answered, from where the cursor stands."""
        wanted = [name for name in FIELD_ORDER if name in self.flaws or self._is_open(name)]
        order = list(FIELD_ORDER)
        here = order.index(self.place[0]) if self.place[0] in order else -1
        after = [name for name in wanted if order.index(name) > here]
        before = [name for name in wanted if order.index(name) < here]
        following = (after or wanted)[:1] if forward else (before or wanted)[-1:]
        for name in following:
            self.focus_wanted.emit(name)

    def sign(self) -> None:
        """Sign, once nothing is wrong and the person has shown that it is they."""
        if self._loaded is None or self.is_signing:
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
        """Read the record again; what is typed stays."""
        self._read(self._again)

    def concerns(self, changed: Changed) -> bool:
        """Only what touches this stay; drafts do not."""
        return self.episode in changed.episodes

    def close(self) -> None:
        """Put the rest of the draft on disk and stop listening."""
        self.draft.close()
        super().close()

    def _read(self, done: Callable[[Loaded], None]) -> None:
        self.look(lambda desk: load(desk, self.episode), done)

    def _first_time(self, loaded: Loaded) -> None:
        self._loaded = loaded
        self.draft.load(self._found)

    def _found(self, draft: Draft | None) -> None:
        if draft is not None and self.entry.is_empty:
            self.entry = msgspec.json.decode(draft.body, type=ObservationEntry)
            name, _, cursor = draft.place.rpartition(":")
            self.reopened_at = (name, int(cursor or 0))
        self._is_draft_read = True
        self.opened.emit()
        if self._to_amend:
            self.amend(self._to_amend)

    def _again(self, loaded: Loaded) -> None:
        self._loaded = loaded
        self.refreshed.emit()
        self.edited.emit()

    def _take(self) -> tuple[bytes, str]:
        name, cursor = self.place
        return msgspec.json.encode(self.entry), f"{name}:{cursor}"

    def _begin(self, entry: ObservationEntry) -> None:
        self.entry = entry
        self.reopened_at = ("", 0)
        self._left = frozenset()
        self._said = {}

    def _is_open(self, name: str) -> bool:
        """Whether a part of the score waits for its value."""
        if name in {"on_oxygen", "consciousness"}:
            return getattr(self.entry, name) is None
        return name in _SCORED_TEXTS and not self._has(name)

    def _edit(self, entry: ObservationEntry) -> None:
        self.entry = entry
        self.draft.typed()
        self.edited.emit()

    def _start_clock(self) -> None:
        """The first value is measured now, however long the form has been open."""
        if self.entry.is_empty and not self.entry.time_was_typed and not self.is_amending:
            self.entry = msgspec.structs.replace(self.entry, time=self._fresh().time)
            self.time_moved.emit()

    def _set_time(self, time: TimeEntry) -> None:
        self._edit(msgspec.structs.replace(self.entry, time=time, time_was_typed=True))

    def _observing(self, at: Moment) -> Observing:
        done, _left_open = self._repeats()
        values = self.measured
        if self.asks_late_reason:
            late = stopped(f"Written late: {self.entry.text('late_reason').strip()}")
            notes = f"{values.notes}\n{late}".strip()
            values = msgspec.structs.replace(values, notes=notes)
        amends, band = self.entry.amends, band_of(self._result())
        why = self.entry.text("amending")
        return Observing(
            signing=Signing(
                episode=self.episode,
                performed_at=at,
                draft=self.draft.record,
                amending=None if amends is None else Amending(of=amends, reason=why),
            ),
            measured=values,
            repeat=None if self.repeat_at is None else _repeat_task(self.repeat_at),
            tell=_tell_task(band, self.now) if self._tells() and band is not None else None,
            done_tasks=tuple(task.id for task in done),
        )

    def _sign(self) -> None:
        at = self.time.moment
        if at is None or self.is_signing:
            return
        self.is_signing = True
        observing = self._observing(at)
        self.draft.hold()
        self.act(lambda desk: record_observations(desk, observing)[0], self._signed)

    def _signed(self, record: ObservationSet) -> None:
        self.is_signing = False
        self.draft.renew()
        total = None if record.news2 is None else record.news2.total
        score = "Not scored" if total is None else f"NEWS2 {total}"
        self._begin(self._fresh())
        self.refresh()
        self.opened.emit()
        self.signed.emit(f"Signed. {score}. Saved on this PC, waiting to send.")

    def _refuse(self, error: KnownError) -> None:
        if self.is_signing:
            self.is_signing = False
            self.draft.resume()
        if isinstance(error, InputError):
            self._said = {_field(name): Flaw(text=text) for name, text in error.problems}
            self.edited.emit()
            wrong = first_flawed(FIELD_ORDER, self._said)
            self.focus_wanted.emit(wrong or "")
            return
        super()._refuse(error)


_SOMETHING_TYPED: Final = (
    "This form holds values that are not signed. Sign or discard them first, then amend."
)
_NAMED_OTHERWISE: Final = {"measured": "respiratory_rate"}


def _field(name: str) -> str:
    """Return the field of the page that a use case's field stands in."""
    return _NAMED_OTHERWISE.get(name, name.partition(".")[0])


def _repeat_task(due_at: Moment) -> NewTask:
    return NewTask(what="Repeat observations", due_at=due_at, kind=TaskKind.REPEAT_OBSERVATIONS)


def _tell_task(band: News2Band, now: Moment) -> NewTask:
    what = f"Tell custody officer: NEWS2 {BAND_HEADLINES[band].lower()}"
    return NewTask(what=what, due_at=now, kind=TaskKind.TELL_CUSTODY)
