"""The sync panel (mock-ups 09 and 09b): what waits, what is held back and what to do."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QProgressBar,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from sonar_desktop.ui.screens.held_entry import HeldEntry
from sonar_desktop.ui.theme import Tone, current
from sonar_desktop.ui.viewmodels.sync_faces import EntryLine
from sonar_desktop.ui.viewmodels.sync_panel import SyncModel
from sonar_desktop.ui.widgets.button import Button, Variant
from sonar_desktop.ui.widgets.icon_label import IconLabel
from sonar_desktop.ui.widgets.labels import Card, WrapLabel, frame, hline, label, set_look
from sonar_desktop.ui.widgets.messages import InlineMessage

WIDTH: Final = 292
MOST_LINES: Final = 30

_LOOKS: Final = {
    "up-to-date": ("cloud-check", "ok"),
    "sending": ("cloud-upload", "sync"),
    "offline": ("cloud-off", "sync"),
    "offline-clean": ("cloud-off", "sync"),
    "catching-up": ("refresh-cw", "sync"),
    "held": ("cloud-alert", "warn"),
}


class SyncPanel(QWidget):
    """The panel at the right, 292 wide.

    Signals:
        closed(): Close was pressed.
        conflicts_wanted(): the decisions that wait were asked for.
        entry_wanted(EntryLine, bool): an entry held back is to be shown on its record, and, where
            the second says so, in the form it was written with.
    """

    closed = Signal()
    conflicts_wanted = Signal()
    entry_wanted = Signal(object, bool)

    def __init__(self, model: SyncModel) -> None:
        """Take the state of the copies."""
        super().__init__()
        self.model = model
        self.setAccessibleName("Sync")
        self.setFixedWidth(current().px(WIDTH) + 24)
        around = QVBoxLayout(self)
        around.setContentsMargins(0, 12, 14, 12)
        card = Card("Sync", padding=14, gap=6)
        around.addWidget(card)
        card.body.addLayout(self._head())
        card.body.addLayout(self._state())
        self.bar = QProgressBar()
        self.bar.setTextVisible(False)
        self.bar.setAccessibleName("Progress of sending")
        self._count = label("", "strong", "sync")
        row = QHBoxLayout()
        row.addWidget(self.bar, 1)
        row.addWidget(self._count)
        card.body.addLayout(row)
        card.body.addWidget(hline())
        self._facts = QGridLayout()
        self._facts.setVerticalSpacing(5)
        self._facts.setColumnStretch(0, 1)
        card.body.addLayout(self._facts)
        card.body.addWidget(hline())
        card.body.addWidget(self._scroll(), 1)
        card.body.addLayout(self._foot())
        self._shown: dict[str, object] = {}
        model.changed.connect(self._show)
        self._show()

    def _head(self) -> QHBoxLayout:
        row = QHBoxLayout()
        row.addWidget(label("Sync", "h2"), 1)
        self.close_button = Button("Close", Variant.QUIET, icon="x", height=32)
        self.close_button.clicked.connect(self.closed)
        row.addWidget(self.close_button)
        return row

    def _state(self) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setSpacing(10)
        self._icon = IconLabel("cloud", "sync", 22)
        words = QVBoxLayout()
        words.setSpacing(2)
        self._headline = WrapLabel("", "h3", "sync")
        self._text = WrapLabel("", "body", "ink2")
        words.addWidget(self._headline)
        words.addWidget(self._text)
        row.addWidget(self._icon, 0, Qt.AlignmentFlag.AlignTop)
        row.addLayout(words, 1)
        return row

    def _scroll(self) -> QScrollArea:
        inner = QWidget()
        inner.setProperty("k", "surface")
        column = QVBoxLayout(inner)
        column.setContentsMargins(0, 0, 6, 0)
        column.setSpacing(8)
        self.disk = InlineMessage(Tone.WARN, "")
        column.addWidget(self.disk)
        self._held = QVBoxLayout()
        self._held.setSpacing(8)
        column.addLayout(self._held)
        self._list_head = label("", "metab")
        column.addWidget(self._list_head)
        self._waiting = QVBoxLayout()
        self._waiting.setSpacing(0)
        column.addLayout(self._waiting)
        column.addStretch(1)
        area = QScrollArea()
        area.setWidgetResizable(True)
        area.setFrameShape(QScrollArea.Shape.NoFrame)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.setAccessibleName("What waits")
        area.setWidget(inner)
        return area

    def _foot(self) -> QVBoxLayout:
        column = QVBoxLayout()
        column.setSpacing(8)
        self.decisions = InlineMessage(Tone.SYNC, "", action="Open")
        self.decisions.acted.connect(self.conflicts_wanted)
        self.clock = InlineMessage(Tone.WARN, "", icon="clock-alert")
        self.unseen = InlineMessage(Tone.CAUTION, "")
        self.incident = InlineMessage(Tone.SYNC, "")
        self.try_now = Button("Try now", icon="refresh-cw", height=36)
        self.try_now.clicked.connect(self.model.try_now)
        for part in (self.decisions, self.clock, self.unseen, self.incident, self.try_now):
            column.addWidget(part)
        return column

    def focus_first(self) -> None:
        """Put the keyboard on the first entry to be corrected, else on what can be pressed."""
        asks = [one.correct for one in self.findChildren(HeldEntry) if one.correct.isVisible()]
        (*asks, self.try_now)[0].setFocus()

    def _show(self) -> None:
        model = self.model
        icon, look = _LOOKS[model.pill.kind]
        headline, text = model.headline
        self._icon.set_icon(icon, look)
        set_look(self._headline, "tone", look)
        self._headline.setText(headline)
        self._text.setText(text)
        progress = model.progress
        self.bar.setVisible(progress is not None)
        self._count.setVisible(progress is not None)
        if progress is not None:
            done, total = progress
            self.bar.setRange(0, total)
            self.bar.setValue(done)
            self._count.setText(f"{done} of {total}")
        self._show_facts(model.facts)
        self._show_lists()
        n = model.open_conflicts
        words = "1 decision needs you." if n == 1 else f"{n} decisions need you."
        _say(self.decisions, Tone.SYNC, words if n else "", "git-compare-arrows")
        _say(self.clock, Tone.WARN, model.clock_line, "clock-alert")
        tone = Tone.WARN if model.is_disk_bad else Tone.SYNC
        _say(self.disk, tone, model.disk_line, "hard-drive")
        _say(self.unseen, Tone.CAUTION, model.unseen, "")
        _say(self.incident, Tone.SYNC, model.incident_line, "")

    def _show_facts(self, facts: Sequence[tuple[str, str]]) -> None:
        if not self._is_new("facts", facts):
            return
        _empty(self._facts)
        for row, (name, value) in enumerate(facts):
            self._facts.addWidget(label(name, "body", "ink2"), row, 0)
            waits = name == "Waiting to send" and not value.startswith("Nothing")
            shown = label(value, "strong", "sync" if waits else "")
            self._facts.addWidget(shown, row, 1, Qt.AlignmentFlag.AlignRight)

    def _show_lists(self) -> None:
        waiting, held = self.model.waiting_lines(), self.model.held_lines()
        if self._is_new("held", held):
            _empty(self._held)
            for line in held[:MOST_LINES]:
                self._held.addWidget(self._held_entry(line))
        if self._is_new("waiting", waiting):
            _empty(self._waiting)
            for line in waiting[:MOST_LINES]:
                self._waiting.addWidget(_waiting(line))
            shown = min(len(waiting), MOST_LINES)
            count = self.model.waiting.entries
            self._list_head.setText(f"Waiting, newest first · {shown} of {max(count, shown)}")
            self._list_head.setVisible(bool(waiting))

    def _held_entry(self, line: EntryLine) -> HeldEntry:
        made = HeldEntry(line)
        made.correct_wanted.connect(lambda: self.entry_wanted.emit(line, True))
        made.open_wanted.connect(lambda: self.entry_wanted.emit(line, False))
        return made

    def _is_new(self, part: str, wanted: object) -> bool:
        if self._shown.get(part) == wanted:
            return False
        self._shown[part] = wanted
        return True


def _say(message: InlineMessage, tone: Tone, text: str, icon: str) -> None:
    message.setVisible(bool(text))
    message.set_message(tone, "", text, icon=icon)


def _empty(layout: QVBoxLayout | QGridLayout) -> None:
    while (item := layout.takeAt(0)) is not None:
        widget = item.widget()
        if widget is not None:
            widget.deleteLater()


def _waiting(line: EntryLine) -> QFrame:
    made = frame("page")
    column = QVBoxLayout(made)
    column.setContentsMargins(0, 4, 0, 4)
    column.setSpacing(4)
    row = QHBoxLayout()
    row.setSpacing(10)
    row.addWidget(IconLabel("hard-drive", "sync", 18))
    words = QVBoxLayout()
    words.setSpacing(1)
    words.addWidget(WrapLabel(line.words, "strong"))
    if line.where:
        words.addWidget(WrapLabel(line.where, "meta"))
    row.addLayout(words, 1)
    row.addWidget(label(line.time, "metab"), 0, Qt.AlignmentFlag.AlignTop)
    column.addLayout(row)
    column.addWidget(hline())
    said = (line.words, line.where, line.time, "waiting to send")
    made.setAccessibleName(", ".join(part for part in said if part))
    return made
