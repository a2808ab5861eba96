"""The navy side of the pages without a signed-in person: clock, place, network, alarms by cell."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QGridLayout, QHBoxLayout, QLabel, QVBoxLayout

from sonar_core.board.speech import in_turn
from sonar_desktop.ui.theme import current
from sonar_desktop.ui.widgets.icon_label import IconLabel
from sonar_desktop.ui.widgets.labels import WrapLabel, frame, label
from sonar_desktop.ui.widgets.nav import Logo

WIDTH: Final = 340
WIDTH_DENSE: Final = 300
_LEGAL: Final = "Only for people who give care here. Every record you open is logged."


class SideNote(QFrame):
    """A note on the navy side: an icon, a headline, a sentence and lines under it."""

    def __init__(self) -> None:
        """Begin hidden."""
        super().__init__()
        self.setProperty("k", "side-note")
        column = QVBoxLayout(self)
        column.setContentsMargins(14, 12, 14, 12)
        column.setSpacing(4)
        head = QHBoxLayout()
        head.setSpacing(8)
        self._icon = IconLabel("bell", "onbanner", 18)
        self._headline = WrapLabel("", "h3", "onbanner")
        head.addWidget(self._icon, 0, Qt.AlignmentFlag.AlignTop)
        head.addWidget(self._headline, 1)
        column.addLayout(head)
        self._text = WrapLabel("", "body", "onbanner")
        column.addWidget(self._text)
        self._lines = QVBoxLayout()
        self._lines.setSpacing(3)
        column.addLayout(self._lines)
        self._said: tuple[object, ...] = ()
        self.hide()

    def say(
        self, icon: str, headline: str, text: str = "", lines: Sequence[tuple[str, str, str]] = ()
    ) -> None:
        """Show a note; a line is (cell, words, time). Without a headline the note is hidden."""
        wanted = (icon, headline, text, tuple(lines))
        if wanted == self._said:
            return
        self._said = wanted
        self.setVisible(bool(headline))
        self._icon.set_icon(icon, "onbanner")
        self._headline.setText(headline)
        self._text.setText(text)
        self._text.setVisible(bool(text))
        while (item := self._lines.takeAt(0)) is not None:
            widget = item.widget()
            if widget is not None:
                widget.deleteLater()
        for cell, words, time in lines:
            self._lines.addWidget(_line(cell, words, time))
        said = "; ".join(f"{cell} {words} {time}" for cell, words, time in lines)
        self.setAccessibleName(in_turn(headline, text, said))


class Side(QFrame):
    """The left side, 340 wide."""

    def __init__(self) -> None:
        """Take nothing: what it says is set."""
        super().__init__()
        self.setProperty("k", "side")
        self.setFixedWidth(current().px(WIDTH))
        column = QVBoxLayout(self)
        column.setContentsMargins(30, 30, 30, 24)
        column.setSpacing(0)
        column.addLayout(_brand())
        column.addSpacing(34)
        self._clock = label("", "big", "onbanner")
        self._day = label("", "body", "onbanner2")
        column.addWidget(self._clock)
        column.addSpacing(4)
        column.addWidget(self._day)
        column.addSpacing(22)
        self._facts = QGridLayout()
        self._facts.setHorizontalSpacing(12)
        self._facts.setVerticalSpacing(6)
        self._facts.setColumnMinimumWidth(0, 66)
        self._facts.setColumnStretch(1, 1)
        column.addLayout(self._facts)
        self._shown_facts: tuple[tuple[str, str], ...] = ()
        column.addStretch(1)
        self.alarms = SideNote()
        self.notice = SideNote()
        column.addWidget(self.alarms)
        column.addSpacing(10)
        column.addWidget(self.notice)
        column.addSpacing(14)
        column.addWidget(WrapLabel(_LEGAL, "meta", "onbanner2"))

    def set_clock(self, time: str, day: str) -> None:
        """Show time and day."""
        self._clock.setText(time)
        self._day.setText(day)

    def set_facts(self, facts: Sequence[tuple[str, str]]) -> None:
        """Show lines of name and value; an empty value takes no line."""
        if tuple(facts) == self._shown_facts:
            return
        self._shown_facts = tuple(facts)
        while (item := self._facts.takeAt(0)) is not None:
            widget = item.widget()
            if widget is not None:
                widget.deleteLater()
        for row, (name, value) in enumerate((name, value) for name, value in facts if value):
            top = Qt.AlignmentFlag.AlignTop
            self._facts.addWidget(label(name, "body", "onbanner2"), row, 0, top)
            self._facts.addWidget(WrapLabel(value, "strong", "onbanner"), row, 1, top)

    def set_dense(self, *, dense: bool) -> None:
        """Take less room in a narrow window."""
        self.setFixedWidth(current().px(WIDTH_DENSE if dense else WIDTH))


def _brand() -> QHBoxLayout:
    row = QHBoxLayout()
    row.setSpacing(12)
    row.addWidget(Logo(42, on_navy=True))
    words = QVBoxLayout()
    words.setSpacing(1)
    words.addWidget(label("SONAR Desktop", "h1", "onbanner"))
    words.addWidget(label("Custody medical record", "body", "onbanner2"))
    row.addLayout(words, 1)
    return row


def _line(cell: str, words: str, time: str) -> QFrame:
    made = frame("page")
    row = QHBoxLayout(made)
    row.setContentsMargins(0, 0, 0, 0)
    row.setSpacing(8)
    where: QLabel = label(cell, "strong", "onbanner")
    where.setMinimumWidth(current().px(34))
    row.addWidget(where)
    row.addWidget(WrapLabel(words, "body", "onbanner"), 1)
    row.addWidget(label(time, "strong", "onbanner"))
    return made
