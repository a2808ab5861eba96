"""What the observations form shows: score, flaws, what follows, trend."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final, TypeVar

import msgspec

from sonar_core.clinical.gcs import score_gcs
from sonar_core.clinical.response_plan import response_to
from sonar_core.moments import MINUTE_MS, Moment, format_moment, format_time, moment_at, wall_date
from sonar_core.records.observation_set import News2Score, ObservationSet
from sonar_core.records.task import Task
from sonar_core.typed_time import TypedOutcome
from sonar_desktop.ui.viewmodels.base import ViewModel
from sonar_desktop.ui.viewmodels.due_entry import understood
from sonar_desktop.ui.viewmodels.flaw import Flaw
from sonar_desktop.ui.viewmodels.observation_entry import (
    ObservationEntry,
    measured,
    read_number,
    value_flaws,
)
from sonar_desktop.ui.viewmodels.observation_loading import (
    Loaded,
    last_signed_line,
    previous_values,
)
from sonar_desktop.ui.viewmodels.observation_score import (
    Following,
    ScoreFace,
    band_of,
    following,
    is_for_this_person,
    score_face,
)
from sonar_desktop.ui.viewmodels.time_entry import (
    ReadTime,
    TimeEntry,
    read_entry,
)
from sonar_desktop.ui.viewmodels.trend import Trend, Window, trend_of
from sonar_desktop.ui.viewmodels.workplace import Workplace
from sonar_desktop.usecases.score_observations import Measured, live_score

T = TypeVar("T")

_AT_ONCE_MS: Final = 5 * MINUTE_MS
_SCALE_2: Final = 2


class ObservationState(ViewModel):
    """What the form shows, computed from what is typed and what the record holds."""

    def __init__(self, workplace: Workplace, episode: str) -> None:
        """Take the stay; nothing is read yet."""
        super().__init__(workplace)
        self.episode = episode
        self.window = Window.TWO_HOURS
        self.entry = self._fresh()
        self._loaded: Loaded | None = None
        self._left: frozenset[str] = frozenset()
        self._said: dict[str, Flaw] = {}
        self._known_for: tuple[object, object, int] = (None, None, 0)
        self._known: dict[str, Any] = {}

    @property
    def is_open(self) -> bool:
        """Whether the record has been read."""
        return self._loaded is not None

    @property
    def previous(self) -> dict[str, str]:
        """The last value of each row with its time."""
        return {} if self._loaded is None else previous_values(self._loaded.latest, self.now)

    @property
    def last_signed(self) -> str:
        """The last set in one line, empty when there is none."""
        return "" if self._loaded is None else last_signed_line(self._loaded, self.now)

    @property
    def now(self) -> Moment:
        """The present moment by the later of the PC's clock and the server's."""
        return moment_at(self.workplace.clock.latest_ms(), self.workplace.zone)

    @property
    def time(self) -> ReadTime:
        """How the typed time is understood."""
        return self._once(
            "time",
            lambda: read_entry(
                self.entry.time,
                now_ms=self.workplace.clock.now_ms(),
                latest_ms=self.workplace.clock.latest_ms(),
                zone=self.workplace.zone,
            ),
        )

    @property
    def is_amending(self) -> bool:
        """Whether the form corrects a signed set."""
        return self.entry.amends is not None

    @property
    def measured(self) -> Measured:
        """What is possible of what was typed."""
        return self._once("measured", lambda: measured(self.entry))

    @property
    def coma_total(self) -> str:
        """The Glasgow Coma Scale in words once a part is entered."""
        parts = {name: read_number(self.entry, f"gcs_{name}").value for name in _COMA}
        if all(value is None for value in parts.values()):
            return ""
        return score_gcs(eye=parts["eye"], verbal=parts["verbal"], motor=parts["motor"]).display

    @property
    def score(self) -> ScoreFace:
        """The live score with its words."""
        earlier = self._loaded.earlier if self._loaded else ()
        is_empty = not self._result().parts
        before = [one for one in earlier if one.id != self.entry.amends]
        return score_face(self._result(), before, is_empty=is_empty)

    @property
    def following(self) -> Following:
        """What signing brings about."""
        done, left_open = self._repeats()
        return following(
            self._result(),
            repeat=self.repeat_at,
            done=done,
            left_open=left_open,
            tells=self._tells(),
            now=self.now,
        )

    @property
    def flaws(self) -> dict[str, Flaw]:
        """What is wrong, by field."""
        found = dict(value_flaws(self.entry, self._left))
        time = self.time
        if time.flaw is not None and "performed_at" in self._left:
            found["performed_at"] = time.flaw
        if self.asks_late_reason and "late_reason" in self._left and not self._has("late_reason"):
            found["late_reason"] = Flaw(text="Say why it is written now.")
        decided = "scale_2_decided_by"
        if self.entry.spo2_scale == _SCALE_2 and decided in self._left and not self._has(decided):
            found[decided] = Flaw(text="Enter who decided on scale 2.")
        if self.is_amending and "amending" in self._left and not self._has("amending"):
            found["amending"] = Flaw(text="Enter why the entry is amended.")
        repeat = self._repeat_flaw()
        if repeat is not None and "repeat" in self._left:
            found["repeat"] = repeat
        return {**self._said, **found}

    @property
    def asks_late_reason(self) -> bool:
        """Whether the set is written so late that the reason is asked for."""
        return bool(self.time.late) and not self.is_amending

    @property
    def repeat_text(self) -> str:
        """What stands in the field "Repeat at": typed, or as the plan proposes."""
        if self.entry.repeat is not None:
            return self.entry.repeat.typed
        proposed = self._proposed_repeat()
        if proposed is None:
            return ""
        is_today = wall_date(proposed) == wall_date(self.now)
        return format_time(proposed) if is_today else format_moment(proposed)

    @property
    def repeat_at(self) -> Moment | None:
        """When to measure again, None where nobody asked for it."""
        if self.entry.repeat is None:
            return self._proposed_repeat()
        entry = self.entry.repeat
        found = understood(entry, self.workplace.clock, self.workplace.zone)
        return found.moment

    @property
    def trend(self) -> Trend:
        """The chart with the set on the form as its open point."""
        earlier = self._loaded.earlier if self._loaded else ()
        signed = [one for one in earlier if one.id != self.entry.amends]
        return trend_of(signed, self._typed_set(), self.window, self.now)

    def _fresh(self) -> ObservationEntry:
        time = TimeEntry(typed=format_time(self.now), typed_ms=self.workplace.clock.now_ms())
        return ObservationEntry(time=time)

    def _has(self, name: str) -> bool:
        return bool(self.entry.text(name).strip())

    def _result(self) -> News2Score:
        if self._loaded is None:
            return _UNREAD
        patient, at = self._loaded.patient, self.time.moment or self.now
        return self._once("result", lambda: live_score(self.measured, patient, at))

    def _once(self, name: str, find: Callable[[], T]) -> T:
        """Find something once for this entry and this second, though a key asks ten times."""
        second = self.workplace.clock.now_ms() // 1000
        entry, loaded, then = self._known_for
        if entry is not self.entry or loaded is not self._loaded or then != second:
            self._known_for, self._known = (self.entry, self._loaded, second), {}
        if name not in self._known:
            self._known[name] = find()
        found: T = self._known[name]
        return found

    def _repeats(self) -> tuple[tuple[Task, ...], tuple[Task, ...]]:
        """Return the open repeats that this set does, and those it leaves open."""
        if self._loaded is None or self.entry.is_empty or self.is_amending:
            return (), ()
        result = self._result()
        is_done = result.total is not None or bool(
            self.measured.refused or not is_for_this_person(result)
        )
        repeats = self._loaded.repeats
        return (repeats, ()) if is_done else ((), repeats)

    def _tells(self) -> bool:
        return response_to(band_of(self._result())).tells_custody and not self.is_amending

    def _proposed_repeat(self) -> Moment | None:
        minutes = response_to(band_of(self._result())).repeat_minutes
        if minutes is None or self.entry.is_empty or self.is_amending:
            return None
        done_ms = (self.time.moment or self.now).utc_ms
        now_ms = self.workplace.clock.server_ms()
        due_ms = max(done_ms + minutes * MINUTE_MS, now_ms + _AT_ONCE_MS)
        return moment_at(due_ms, self.workplace.zone)

    def _repeat_flaw(self) -> Flaw | None:
        if self.entry.repeat is None:
            return None
        entry = self.entry.repeat
        found = understood(entry, self.workplace.clock, self.workplace.zone)
        if found.outcome in {TypedOutcome.ACCEPTED, TypedOutcome.EMPTY}:
            return None
        return Flaw(text=found.text or "Enter a time to come.")

    def _typed_set(self) -> ObservationSet | None:
        if self._loaded is None or self.entry.is_empty:
            return None
        user = self.workplace.desk.actor.user
        at = self.time.moment or self.now
        result = self._result()
        return ObservationSet(
            **msgspec.structs.asdict(self.measured),
            id="",
            patient=self._loaded.patient.id,
            episode=self.episode,
            performed_at=at,
            recorded_at=self.now,
            recorded_by=user,
            performed_by=user,
            news2=result if result.parts else None,
        )


_COMA: Final = ("eye", "verbal", "motor")
_UNREAD: Final = News2Score(algorithm="", total=None, band=None, parts={}, missing=("",))
