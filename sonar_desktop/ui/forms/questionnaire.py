"""One section of a questionnaire as a form: questions, blocks that open, remarks."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Final

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QGridLayout, QSizePolicy, QVBoxLayout, QWidget

from sonar_core.forms.definition import Answer, FormItem, ItemKind, walk
from sonar_desktop.ui.forms.question import Question, TypedQuestion, Words, make_question
from sonar_desktop.ui.widgets.button import Button
from sonar_desktop.ui.widgets.conditional import ConditionalBlock
from sonar_desktop.ui.widgets.field import Problem
from sonar_desktop.ui.widgets.labels import WrapLabel, frame

_A_LINE: Final = 4
_HALF: Final = 2
_SHARE: Final = 4
_TIME_SHARE: Final = 5
_SCREEN_BUTTONS: Final = {
    "observations": "Open Observations",
    "fitness": "Go to the fitness decisions",
}


class SectionForm(QWidget):
    """Draws a section and what stands in it, whatever the questionnaire asks.

    Signals:
        chosen(str, object), typed(str, str), left(str), stood(str, int), fix_requested(str),
        keep_requested(str): as `Question`.
        screen_requested(str): a hand-written screen stands in the place of this section.
    """

    chosen = Signal(str, object)
    typed = Signal(str, str)
    left = Signal(str)
    stood = Signal(str, int)
    fix_requested = Signal(str)
    keep_requested = Signal(str)
    screen_requested = Signal(str)

    def __init__(self, section: FormItem, words: Words) -> None:
        """Take the section and how its words are asked about this person."""
        super().__init__()
        self.section = section
        self.questions: dict[str, Question] = {}
        self._blocks: dict[str, tuple[ConditionalBlock, FormItem]] = {}
        self._words = words
        self.setProperty("k", "page")
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(9)
        self._fill(column, section.items)
        if section.screen:
            words_of = _SCREEN_BUTTONS.get(section.screen, "Open")
            self.screen_button = Button(words_of, icon="arrow-right", height=44)
            self.screen_button.clicked.connect(
                lambda: self.screen_requested.emit(section.screen or "")
            )
            holder = QVBoxLayout()
            holder.addWidget(self.screen_button)
            column.addLayout(holder)
        column.addStretch()

    def show_answers(
        self,
        answers: Mapping[str, tuple[Answer, ...]],
        texts: Mapping[str, str],
        relevant: Collection[str],
    ) -> None:
        """Show every answer, and open what matters now; hidden answers are kept and said so."""
        for link_id, question in self.questions.items():
            question.show_answer(answers.get(link_id, ()), texts.get(link_id, ""))
        for link_id, (block, item) in self._blocks.items():
            inside = [item.link_id, *(one.link_id for one in walk(item.items))]
            kept = any(one in answers or texts.get(one) for one in inside)
            block.set_open(is_open=link_id in relevant, has_answers=kept)

    def show_problems(self, problems: Mapping[str, Problem]) -> None:
        """Show what is wrong beside each question."""
        for link_id, question in self.questions.items():
            question.set_problem(problems.get(link_id))

    def go_to(self, link_id: str, cursor: int = 0) -> QWidget | None:
        """Move the focus to a question; return what has it, None if it is not in this section."""
        question = self.questions.get(link_id)
        if question is None:
            return None
        question.stand_at(cursor)
        return question.focus_target()

    def go_to_first(self) -> None:
        """Move the focus to the first question, or to the button that leads on."""
        first = next(iter(self.questions.values()), None)
        if first is not None:
            first.stand_at(0)
        elif self.section.screen:
            self.screen_button.setFocus()

    def _fill(self, column: QVBoxLayout, items: Sequence[FormItem]) -> None:
        waiting: list[TypedQuestion] = []
        for item in items:
            made = self._make(item)
            if isinstance(made, TypedQuestion) and made.is_short and item.is_detail:
                waiting.append(made)
                continue
            self._set_in_line(column, waiting)
            column.addWidget(made)
        self._set_in_line(column, waiting)

    def _set_in_line(self, column: QVBoxLayout, waiting: list[TypedQuestion]) -> None:
        """Set short fields beside each other, the way a sentence is read."""
        if not waiting:
            return
        a_line = _A_LINE if len(waiting) == _A_LINE else _HALF
        grid = QGridLayout()
        grid.setHorizontalSpacing(8)
        grid.setVerticalSpacing(6)
        for at, question in enumerate(waiting):
            grid.addWidget(question, at // a_line, at % a_line)
        for at, question in enumerate(waiting[:a_line]):
            is_time = question.item.kind is ItemKind.DATE_TIME
            grid.setColumnStretch(at, _TIME_SHARE if is_time else _SHARE)
        column.addLayout(grid)
        for hint in dict.fromkeys(one.hint for one in waiting if one.hint):
            column.addWidget(WrapLabel(hint, "meta"))
        waiting.clear()

    def _make(self, item: FormItem) -> QWidget:
        if item.kind is ItemKind.DISPLAY:
            return WrapLabel(self._words(item.text), "body", "ink2")
        made: QWidget = self._group(item) if item.kind is ItemKind.GROUP else self._ask(item)
        if not item.conditions:
            return made
        block = ConditionalBlock(self._words(item.short), tinted=item.kind is ItemKind.GROUP)
        block.body.addWidget(made)
        self._blocks[item.link_id] = (block, item)
        return block

    def _group(self, item: FormItem) -> QWidget:
        box = QWidget() if item.conditions else frame("well")
        column = QVBoxLayout(box)
        edge = 0 if item.conditions else 12
        column.setContentsMargins(edge, edge, edge, edge)
        column.setSpacing(9)
        column.addWidget(WrapLabel(self._words(item.text), "metab"))
        self._fill(column, item.items)
        return box

    def _ask(self, item: FormItem) -> Question:
        question = make_question(item, self._words)
        question.chosen.connect(self.chosen)
        question.typed.connect(self.typed)
        question.left.connect(self.left)
        question.stood.connect(self.stood)
        question.fix_requested.connect(self.fix_requested)
        question.keep_requested.connect(self.keep_requested)
        self.questions[item.link_id] = question
        return question
