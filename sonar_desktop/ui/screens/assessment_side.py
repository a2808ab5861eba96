"""The right side of the assessment: decisions, telling custody, and the way out."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from sonar_desktop.ui.screens.fitness_panel import FitnessPanel
from sonar_desktop.ui.screens.told_panel import ToldPanel
from sonar_desktop.ui.theme import current
from sonar_desktop.ui.viewmodels.workplace import Workplace
from sonar_desktop.ui.widgets.button import Button, Variant
from sonar_desktop.ui.widgets.icon_label import IconLabel
from sonar_desktop.ui.widgets.labels import WrapLabel

WIDTH: Final = 428
QWIDGETSIZE_MAX: Final = (1 << 24) - 1
"""Qt's own word for no limit; PySide does not pass it on."""
_LEAST_HEIGHT: Final = 420


class AssessmentSide(QWidget):
    """Always in view beside the questions.

    Signals:
        decisions_changed(int, int): how many decisions there are, and how many custody does not
            know of.
    """

    decisions_changed = Signal(int, int)

    def __init__(self, workplace: Workplace, episode: str) -> None:
        super().__init__()
        self._workplace = workplace
        self._episode = episode
        self.told: ToldPanel | None = None
        self.stand_below(below=False)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(10)
        self.fitness = FitnessPanel(workplace, episode)
        cards = QWidget()
        cards.setProperty("k", "page")
        self._cards = QVBoxLayout(cards)
        self._cards.setContentsMargins(0, 0, 0, 0)
        self._cards.setSpacing(12)
        self._cards.addWidget(self.fitness)
        self._cards.addStretch()
        area = QScrollArea()
        area.setWidgetResizable(True)
        area.setFrameShape(QFrame.Shape.NoFrame)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        area.setWidget(cards)
        column.addWidget(area, 1)
        self.footer = self._build_footer()
        column.addWidget(self.footer)
        self.fitness.changed.connect(self._decisions)
        self._decisions()

    def stand_below(self, *, below: bool) -> None:
        """Stand below the questions, as wide as they are, or beside them."""
        self.setMinimumWidth(0 if below else current().px(WIDTH))
        self.setMaximumWidth(QWIDGETSIZE_MAX if below else current().px(WIDTH))
        self.setMinimumHeight(current().px(_LEAST_HEIGHT) if below else 0)

    def close_side(self) -> None:
        """Put the drafts on disk and stop."""
        self.fitness.close_panel()
        self._close_told()

    def save_now(self) -> None:
        """Put the drafts on disk at once."""
        self.fitness.save_now()
        if self.told is not None:
            self.told.save_now()

    def show_missing(self, unanswered: int, last_signed: str) -> None:
        """Say how many questions have no answer, before anybody signs."""
        count = "1 question has" if unanswered == 1 else f"{unanswered} questions have"
        text = f"{count} no answer yet. You can sign part: they will show as “Not asked”."
        text = text if unanswered else "Every question has an answer."
        self._missing_icon.set_icon(
            *(("circle-alert", "warn") if unanswered else ("circle-check", "ok"))
        )
        self.missing.setText(f"{text} {last_signed}.".strip() if last_signed else text)

    def _build_footer(self) -> QWidget:
        box = QWidget()
        column = QVBoxLayout(box)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        note = QHBoxLayout()
        note.setSpacing(8)
        self._missing_icon = IconLabel("circle-alert", "warn", 18)
        self.missing = WrapLabel("", "meta")
        note.addWidget(self._missing_icon)
        note.addWidget(self.missing, 1)
        column.addLayout(note)
        row = QHBoxLayout()
        row.setSpacing(8)
        self.put_away = Button("Save and close", icon="save", height=46)
        self.sign = Button(
            "Sign assessment", Variant.PRIMARY, icon="signature", key="Ctrl Enter", height=46
        )
        row.addWidget(self.put_away)
        row.addWidget(self.sign, 1)
        column.addLayout(row)
        return box

    def _decisions(self) -> None:
        model = self.fitness.model
        waiting = model.to_tell
        decided = sum(face.outcome is not None for face in model.faces)
        self.decisions_changed.emit(decided, len(waiting))
        if not model.is_open:
            return
        wanted = waiting[0].record if waiting else ""
        if self.told is not None and self.told.model.about_id == wanted:
            return
        if self.told is not None and not wanted and self.told.model.is_told:
            return
        self._close_told()
        if wanted:
            self.told = ToldPanel(self._workplace, wanted, self._episode)
            self._cards.insertWidget(1, self.told)

    def _close_told(self) -> None:
        if self.told is not None:
            self.told.close_panel()
            self.told.hide()
            self._cards.removeWidget(self.told)
            self.told.deleteLater()
            self.told = None
