"""The timeline of a record: what happened, filtered, with the history of the entry chosen."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import IntEnum
from functools import cached_property
from typing import Final, overload

from PySide6.QtCore import (
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    QTimer,
)

from sonar_core.board.severity import Severity
from sonar_core.board.speech import in_turn
from sonar_core.board.timeline import EntryState, TimelineEntry, filtered
from sonar_core.board.timeline_said import Category
from sonar_core.moments import (
    Moment,
    format_date,
    format_duration,
    format_moment,
    format_time,
    moment_at,
    wall_date,
)
from sonar_desktop.ui.viewmodels.base import ViewModel
from sonar_desktop.ui.viewmodels.face_rows import FaceRows
from sonar_desktop.ui.viewmodels.record import RecordModel
from sonar_desktop.ui.viewmodels.strike_entry import STRIKABLE
from sonar_desktop.usecases.ports import Changed
from sonar_desktop.usecases.read_history import Version, read_history

Index = QModelIndex | QPersistentModelIndex
_FIRST: Final = 40
_STEP: Final = 240


class Show(IntEnum):
    """The filter; the value is the index of its segment."""

    ALL = 0
    CLINICAL = 1
    CUSTODY = 2
    MEDICINES = 3


_CATEGORY: Final = {
    Show.CLINICAL: Category.CLINICAL,
    Show.CUSTODY: Category.CUSTODY,
    Show.MEDICINES: Category.MEDICINES,
}
FOR_HELD: Final = "Corrects an entry that the server holds back, on the PC it was entered on"
_STATE_WORDS: Final = {
    EntryState.STRUCK_OUT: "Struck out",
    EntryState.AMENDED: "Amended",
    EntryState.REPLACED: "Later decision stands",
    EntryState.STANDS: "",
}
_AMENDABLE: Final = frozenset({"Note", "ObservationSet"})
_MARK_WORDS: Final = {
    "after_close": "Written after release",
    "conflict": "Two versions",
    "emergency_access": "Under emergency access",
    "unknown_user": "Author has no account",
}


@dataclass(frozen=True, kw_only=True)
class EntryFace:
    """One entry as it is drawn. `day` stands under the time where it is another day.

    `note` says what became of it or what it corrects: "was ...", "Amended by ...". It can be
    amended where its form can be filled with it, and both only while it stands.
    """

    id: str
    kind: str
    time: str
    day: str
    title: str
    text: str
    meta: str
    late: str
    state: str
    note: str
    severity: Severity
    is_struck: bool
    standing: str
    marks: tuple[str, ...]
    can_amend: bool = False
    can_strike: bool = False

    def spoken(self) -> str:
        """Return the entry as a screen reader says it."""
        return in_turn(
            f"{self.time} {self.day}".strip(),
            self.title,
            self.late,
            self.state,
            self.text,
            self.note,
            self.meta,
        )


@dataclass(frozen=True, kw_only=True)
class VersionFace:
    """One version of an entry; `reason` is why it took the place of the one before."""

    title: str
    text: str
    who: str
    at: Moment
    reason: str


class TimelineModel(ViewModel):
    """Entries newest first; `shown` passes the filter."""

    def __init__(self, record: RecordModel) -> None:
        """Follow the record, which reads for both; `is_loaded` says that it has."""
        super().__init__(record.workplace)
        self.is_loaded = False
        self.show = Show.ALL
        self.shown: Sequence[EntryFace] = ()
        self.versions: tuple[VersionFace, ...] = ()
        self.opened: EntryFace | None = None
        self._entries: tuple[TimelineEntry, ...] = ()
        self._record = record
        record.refreshed.connect(self._follow)
        self._follow()

    def concerns(self, changed: Changed) -> bool:  # noqa: ARG002 the record listens
        """Return False: what changes comes with the record."""
        return False

    def refresh(self) -> None:
        """Have the record read again."""
        self._record.refresh()

    def close(self) -> None:
        """Stop following the record too."""
        self._record.refreshed.disconnect(self._follow)
        super().close()

    def set_show(self, show: Show) -> None:
        """Show one category, or all."""
        self.show = show
        self._filter()

    @property
    def since(self) -> str:
        """``since 12:41 today``: when the first entry happened."""
        if not self._entries:
            return ""
        first = self._entries[-1].at
        now = moment_at(self.workplace.clock.now_ms(), self.workplace.zone)
        today = wall_date(first) == wall_date(now)
        return f"since {format_time(first)} today" if today else f"since {format_moment(first)}"

    def open_entry(self, face: EntryFace) -> None:
        """Read the history of an entry; `opened` and `versions` are set with the answer."""

        def take(versions: tuple[Version, ...]) -> None:
            self.opened = face
            self.versions = tuple(
                VersionFace(
                    title=one.title,
                    text=one.text,
                    who=one.who,
                    at=one.recorded_at,
                    reason=one.reason,
                )
                for one in versions
            )
            self.refreshed.emit()

        self.look(lambda desk: read_history(desk, face.kind, face.id), take)

    def close_entry(self) -> None:
        """Show the timeline alone again."""
        self.opened, self.versions = None, ()
        self.refreshed.emit()

    def _follow(self) -> None:
        if self._record.head is None:
            return
        entries = self._record.timeline
        if self.is_loaded and entries is self._entries:
            return  # the clock ticked, or the exchange said how it stands
        self._entries = entries
        self.is_loaded = True
        self._filter()

    def _filter(self) -> None:
        category = _CATEGORY.get(self.show)
        entries = self._entries if category is None else filtered(self._entries, category)
        now = moment_at(self.workplace.clock.now_ms(), self.workplace.zone)
        self.shown = _Faces(entries, self._entries, now)
        self.refreshed.emit()


class _Faces(Sequence[EntryFace]):  # noqa: PLW1641 kept in no set
    """The faces of some entries, each made when it is first asked for."""

    def __init__(
        self, entries: tuple[TimelineEntry, ...], every: tuple[TimelineEntry, ...], now: Moment
    ) -> None:
        """Take the entries shown, all entries (which these may name), and what day it is."""
        self._entries = entries
        self._every = every
        self._now = now
        self._made: dict[int, EntryFace] = {}

    def __len__(self) -> int:
        return len(self._entries)

    @overload
    def __getitem__(self, place: int) -> EntryFace: ...

    @overload
    def __getitem__(self, place: slice) -> Sequence[EntryFace]: ...

    def __getitem__(self, place: int | slice) -> EntryFace | Sequence[EntryFace]:
        if isinstance(place, slice):
            return [self[one] for one in range(*place.indices(len(self)))]
        entry = self._entries[place]
        place %= len(self._entries)
        found = self._made.get(place)
        if found is None:
            found = self._made[place] = _face(entry, self._others, self._now)
        return found

    def __eq__(self, other: object) -> bool:
        """Return whether the other shows the same; a face knows the day, and no time of it."""
        if not isinstance(other, _Faces):
            return NotImplemented
        return (
            self._entries == other._entries
            and self._every == other._every
            and wall_date(self._now) == wall_date(other._now)
        )

    @cached_property
    def _others(self) -> dict[str, TimelineEntry]:
        return {one.id: one for one in self._every}


class TimelineRows(FaceRows[EntryFace]):
    """The entries for a list view: FACE_ROLE is the face, the words are for screen readers.

    A long list is shown with its newest entries first, which are all that a window has room for;
    the others follow at once, between two events.
    """

    def __init__(self, parent: QObject | None = None) -> None:
        """Begin empty."""
        super().__init__(parent)
        self._count = 0
        self._rest = QTimer(self)
        self._rest.setSingleShot(True)
        self._rest.setInterval(0)
        self._rest.timeout.connect(lambda: self._bring(self._count + _STEP))

    def set_faces(self, faces: Sequence[EntryFace]) -> None:
        """Show other entries; the same ones are left alone, and as many as were there stay."""
        if faces == self._faces:
            return
        self.beginResetModel()
        self._faces = faces
        self._count = min(max(self._count, _FIRST), len(faces))
        self.endResetModel()
        self._go_on()

    def row_of(self, identifier: str) -> int | None:
        """Return where an entry stands, None where it is not shown."""
        places = (place for place, one in enumerate(self._faces) if one.id == identifier)
        found = next(places, None)
        if found is not None and found >= self._count:
            self._bring(found + 1)
        return found

    def _bring(self, count: int) -> None:
        count = min(count, len(self._faces))
        if count > self._count:
            self.beginInsertRows(QModelIndex(), self._count, count - 1)
            self._count = count
            self.endInsertRows()
        self._go_on()

    def _go_on(self) -> None:
        if self._count < len(self._faces):
            self._rest.start()

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 Qt's own default
        """Return how many entries are shown."""
        return 0 if parent.isValid() else self._count


def _face(entry: TimelineEntry, others: dict[str, TimelineEntry], now: Moment) -> EntryFace:
    same_day = wall_date(entry.at) == wall_date(now)
    stands = entry.state is EntryState.STANDS
    return EntryFace(
        id=entry.id,
        kind=entry.kind,
        time=format_time(entry.at),
        day="" if same_day else format_date(wall_date(entry.at))[:6],
        title=entry.title,
        text=entry.text,
        meta=_meta(entry),
        late="" if entry.late_ms is None else f"Late entry, {format_duration(entry.late_ms)}",
        state=_STATE_WORDS[entry.state],
        note=_note(entry, others),
        severity=entry.severity,
        is_struck=entry.state in {EntryState.STRUCK_OUT, EntryState.AMENDED},
        standing=entry.standing.value,
        marks=tuple(_MARK_WORDS.get(mark, mark.replace("_", " ")) for mark in entry.marks),
        can_amend=stands and entry.kind in _AMENDABLE,
        can_strike=stands and entry.kind in STRIKABLE,
    )


def _meta(entry: TimelineEntry) -> str:
    same_day = wall_date(entry.recorded_at) == wall_date(entry.at)
    recorded = (format_time if same_day else format_moment)(entry.recorded_at)
    return f"{entry.who} · recorded {recorded}"


def _note(entry: TimelineEntry, others: dict[str, TimelineEntry]) -> str:
    correction = entry.correction
    if correction is not None:
        word = {
            EntryState.STRUCK_OUT: "Struck out",
            EntryState.AMENDED: "Amended",
            EntryState.REPLACED: "Followed by a later decision",
        }[entry.state]
        reason = f": {correction.reason}" if correction.reason else ""
        return f"{word} {format_time(correction.at)} by {correction.who}{reason}"
    before = others.get(entry.was or "")
    if before is None:
        return FOR_HELD if entry.is_for_held else ""
    said = before.text or before.title
    return f"Was: {said}"
