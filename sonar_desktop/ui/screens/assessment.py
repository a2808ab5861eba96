"""The initial assessment tab: sections, the open section, fitness decisions and telling."""

from __future__ import annotations

from functools import lru_cache
from typing import Final

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeySequence, QResizeEvent, QShortcut
from PySide6.QtWidgets import (
    QBoxLayout,
    QFrame,
    QHBoxLayout,
    QProgressBar,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from sonar_core.forms.definition import FormDefinition, ItemKind
from sonar_core.forms.loader import load_form
from sonar_desktop.ui.forms.questionnaire import SectionForm
from sonar_desktop.ui.screens.assessment_side import AssessmentSide
from sonar_desktop.ui.screens.shown_problem import DraftLine, problem_of
from sonar_desktop.ui.theme import Layout, Tone, current, layout_for
from sonar_desktop.ui.theme.assets import resource
from sonar_desktop.ui.viewmodels.assessment import AssessmentModel
from sonar_desktop.ui.viewmodels.assessment_state import AnswerProblem
from sonar_desktop.ui.viewmodels.held_words import HELD_FORM
from sonar_desktop.ui.viewmodels.workplace import Workplace
from sonar_desktop.ui.widgets.button import Button, Variant
from sonar_desktop.ui.widgets.chip import Chip
from sonar_desktop.ui.widgets.icon_label import IconLabel
from sonar_desktop.ui.widgets.labels import Card, WrapLabel, frame, hline, label
from sonar_desktop.ui.widgets.messages import InlineMessage
from sonar_desktop.ui.widgets.painters import ChipFace
from sonar_desktop.ui.widgets.section_nav import SectionFace, SectionNav, SectionState

_LEAST_HEIGHT: Final = 380
_QUESTIONNAIRE: Final = "custody-initial-assessment-0.1.json"
_STATES: Final = {
    "done": SectionState.DONE,
    "current": SectionState.CURRENT,
    "come-back": SectionState.COME_BACK,
    "not-started": SectionState.NOT_STARTED,
    "to-tell": SectionState.NEEDS_TELLING,
}


@lru_cache(maxsize=1)
def initial_assessment() -> FormDefinition:
    """Return the form that this program carries."""
    return load_form(resource("questionnaires", _QUESTIONNAIRE).read_bytes())


class AssessmentTab(QWidget):
    """Assess a detainee, section by section.

    Signals:
        sent_again(): the assessment held back that it was opened for is signed anew.
    """

    sent_again = Signal()

    def __init__(self, workplace: Workplace, episode: str, held: str | None = None) -> None:
        """Open the assessment of a stay; it fills itself once the record is read.

        `held` names one that the server holds back, to be corrected and sent again.
        """
        super().__init__()
        self.setProperty("k", "page")
        self.held = held
        self.model = AssessmentModel(workplace, episode, initial_assessment(), held)
        self.section: SectionForm | None = None
        self._listed: tuple[AnswerProblem, ...] = ()
        columns = QWidget()
        self._columns = QBoxLayout(QBoxLayout.Direction.LeftToRight, columns)
        self._columns.setContentsMargins(16, 12, 14, 12)
        self._columns.setSpacing(12)
        self.left = self._build_nav()
        self.middle = self._build_form()
        self.side = AssessmentSide(workplace, episode)
        self._columns.addWidget(self.left)
        self._columns.addWidget(self.middle, 1)
        self._columns.addWidget(self.side)
        self._whole = QVBoxLayout(self)
        self._whole.setContentsMargins(0, 0, 0, 0)
        self._whole.setSpacing(0)
        self._whole.addWidget(_scroll(columns))
        self._is_beside = self._is_one_column = False
        self._connect()
        self.middle.setEnabled(False)
        self._show()

    def close_tab(self) -> None:
        """Put the drafts on disk and stop: the tab is about to go."""
        self.model.close()
        self.side.close_side()

    def make_room(self, *, beside: bool) -> None:
        """Give up the list of sections while a panel stands beside: Alt and arrows still turn."""
        self._is_beside = beside
        self.left.setHidden(beside or self._is_one_column)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Take one column in a narrow window: the questions, and below them the decisions."""
        super().resizeEvent(event)
        window = self.window().size()
        narrow = layout_for(window.width(), window.height()) in (Layout.NARROW, Layout.SMALL)
        if narrow == self._is_one_column:
            return
        self._is_one_column = narrow
        self.left.setHidden(narrow or self._is_beside)
        way = QBoxLayout.Direction
        self._columns.setDirection(way.TopToBottom if narrow else way.LeftToRight)
        self.middle.setMinimumHeight(current().px(_LEAST_HEIGHT) if narrow else 0)
        self.side.stand_below(below=narrow)

    def save_now(self) -> None:
        """Put the drafts on disk at once: the PC locks, or another tab opens."""
        self.model.draft.save_now()
        self.side.save_now()

    # How it is built

    def _build_nav(self) -> Card:
        card = Card("Sections", padding=11, gap=4)
        card.setFixedWidth(current().px(248))
        card.body.addWidget(label("Initial assessment", "h3"))
        self.count = label("", "meta")
        card.body.addWidget(self.count)
        self.bar = QProgressBar()
        self.bar.setTextVisible(False)
        self.bar.setAccessibleName("Questions answered")
        card.body.addWidget(self.bar)
        faces = [
            SectionFace(title=one.title, detail=one.detail, state=_STATES[one.state])
            for one in self.model.sections
        ]
        self.nav = SectionNav(faces)
        self._nav_area = _scroll(self.nav)
        card.body.addWidget(self._nav_area, 1)
        card.body.addWidget(hline())
        self.draft_state = DraftLine()
        card.body.addWidget(self.draft_state)
        return card

    def _build_form(self) -> Card:
        card = Card("Questions", padding=1, gap=0)
        head = QHBoxLayout()
        head.setContentsMargins(17, 12, 17, 8)
        head.setSpacing(10)
        self.title = WrapLabel("", "h1")
        self.section_count = Chip("", Tone.NEUTRAL)
        self.back = Button("Back", Variant.QUIET, icon="arrow-left", key="Alt ←")
        self.next = Button("Next section", key="Alt →", height=36)
        head.addWidget(self.title, 1)
        head.addWidget(self.section_count)
        head.addWidget(self.back)
        head.addWidget(self.next)
        card.body.addLayout(head)
        card.body.addWidget(hline())
        self.page = QWidget()
        self.page.setProperty("k", "page")
        self._page = QVBoxLayout(self.page)
        self._page.setContentsMargins(17, 10, 17, 10)
        self._page.setSpacing(9)
        self._problems = frame("message")
        self._problems.setProperty("tone", "danger")
        self._problem_list = QVBoxLayout(self._problems)
        self._problem_list.setContentsMargins(14, 10, 14, 10)
        self._problem_list.setSpacing(2)
        self.message = InlineMessage(Tone.OK, "")
        self.message.hide()
        self._problems.hide()
        self._page.addWidget(self._problems)
        self._page.addWidget(self.message)
        self.area = _scroll(self.page)
        card.body.addWidget(self.area, 1)
        card.body.addWidget(hline())
        card.body.addLayout(_hint())
        return card

    def _connect(self) -> None:
        model = self.model
        model.opened.connect(self._open)
        model.section_changed.connect(self._build_section)
        model.edited.connect(self._show)
        model.texts_changed.connect(self._show)
        model.focus_wanted.connect(self._go_to)
        model.signed.connect(self._say_signed)
        model.sent_again.connect(self.sent_again)
        model.refused.connect(self._say_refused)
        model.draft.changed.connect(self._show_draft)
        self.nav.chosen.connect(model.open_section)
        self.back.clicked.connect(lambda: model.step(-1))
        self.next.clicked.connect(lambda: model.step(1))
        self.side.sign.clicked.connect(model.sign)
        self.side.put_away.clicked.connect(model.put_away)
        self.side.decisions_changed.connect(model.tell_decisions)
        for part in (self.left, self.middle, self.side.footer):
            for keys in ("Ctrl+Return", "Ctrl+Enter"):
                _shortcut(part, keys).activated.connect(model.sign)
        _shortcut(self, "Alt+Left").activated.connect(lambda: model.step(-1))
        _shortcut(self, "Alt+Right").activated.connect(lambda: model.step(1))
        _shortcut(self, "F8").activated.connect(lambda: model.go_to_open(forward=True))
        _shortcut(self, "Shift+F8").activated.connect(lambda: model.go_to_open(forward=False))

    # What is shown

    def _open(self) -> None:
        self.middle.setEnabled(True)
        if self.model.held is not None:
            self.message.set_message(Tone.WARN, *HELD_FORM, icon="file-pen")
            self.message.show()
        self._show_draft()
        self._build_section()
        link_id, cursor = self.model.reopened_at
        if link_id and self.section is not None:
            target = self.section.go_to(link_id, cursor)
            if target is not None:
                self.area.ensureWidgetVisible(target, 24, 60)
        elif self.section is not None:
            self.section.go_to_first()

    def _build_section(self) -> None:
        model = self.model
        if self.section is not None:
            self._page.removeWidget(self.section)
            self.section.hide()
            self.section.deleteLater()
        made = SectionForm(model.section, model.words)
        made.chosen.connect(self._chosen)
        made.typed.connect(self._typed)
        made.left.connect(model.leave)
        made.stood.connect(model.stand_at)
        made.fix_requested.connect(model.fix)
        made.keep_requested.connect(model.keep)
        made.screen_requested.connect(self._open_screen)
        self.section = made
        self._page.addWidget(made, 1)
        self._put_in_tab_order(made)
        # Shown now, not when the layout comes to it: a hidden question takes no focus.
        made.show()
        self.nav.set_current(model.entry.section)
        self._nav_area.ensureWidgetVisible(self.nav.items[model.entry.section], 0, 8)
        self.area.verticalScrollBar().setValue(0)
        self._show()
        if not self.nav.items[model.entry.section].hasFocus():
            made.go_to_first()

    def _put_in_tab_order(self, made: SectionForm) -> None:
        """Let Tab come to the questions after the section's head, not after the side's buttons."""
        before: QWidget = self.next
        for widget in made.findChildren(QWidget):
            if _takes_tab(widget) and widget.window() is self.window():
                QWidget.setTabOrder(before, widget)
                before = widget

    def _chosen(self, link_id: str, values: tuple[str | int | bool, ...]) -> None:
        self.message.hide()
        self.model.answer(link_id, values)

    def _typed(self, link_id: str, text: str) -> None:
        self.message.hide()
        if self.model.form.item(link_id).kind is ItemKind.DATE_TIME:
            self.model.type_time(link_id, text)
        else:
            self.model.type(link_id, text)

    def _open_screen(self, name: str) -> None:
        if name == "observations":
            self.model.open_observations()
        else:
            self.side.fitness.go_to_first()

    def _go_to(self, link_id: str) -> None:
        if self.section is not None:
            target = self.section.go_to(link_id)
            if target is not None:
                self.area.ensureWidgetVisible(target, 24, 60)

    def _show(self) -> None:
        model = self.model
        answered, relevant = model.progress
        self.count.setText(f"{answered} of {relevant} answered")
        self.bar.setRange(0, max(relevant, 1))
        self.bar.setValue(answered)
        for index, one in enumerate(model.sections):
            face = SectionFace(title=one.title, detail=one.detail, state=_STATES[one.state])
            self.nav.set_face(index, face)
        here, of = model.section_progress
        self.title.setText(f"{model.entry.section + 1} {model.words(model.section.text)}")
        self.section_count.set_face(ChipFace(text=f"{here} of {of}"))
        self.section_count.setVisible(bool(of))
        self.back.setEnabled(model.entry.section > 0)
        self.next.setEnabled(model.entry.section < len(model.form.items) - 1)
        self._show_section()
        self._show_problems()
        self.side.show_missing(relevant - answered, model.last_signed)
        self.side.sign.setEnabled(model.is_open and not model.is_signing)

    def _show_section(self) -> None:
        model, section = self.model, self.section
        if section is None or section.section is not model.section:
            return
        texts = {name: model.entry.text(name) for name in section.questions}
        section.show_answers(model.answers, texts, model.relevant)
        problems = {}
        for link_id, flaw in model.flaws.items():
            problem = problem_of(flaw)
            if problem is not None:
                problems[link_id] = problem
        section.show_problems(problems)

    def _show_problems(self) -> None:
        problems = self.model.problems
        if problems == self._listed:
            return
        self._listed = problems
        while (taken := self._problem_list.takeAt(0)) is not None:
            widget = taken.widget()
            if widget is not None:
                widget.hide()
                widget.deleteLater()
        self._problems.setVisible(bool(problems))
        if not problems:
            return
        count = len(problems)
        words = "1 answer needs you" if count == 1 else f"{count} answers need you"
        self._problem_list.addWidget(label(words, "h3", "danger"))
        for number, one in enumerate(problems):
            title = self.model.words(self.model.form.items[one.section].text)
            link = Button(f"{title}: {one.text}", Variant.LINK, icon="arrow-right", height=32)
            link.clicked.connect(lambda _=False, number=number: self.model.go_to_problem(number))
            self._problem_list.addWidget(link, 0, Qt.AlignmentFlag.AlignLeft)
            link.show()

    def _show_draft(self) -> None:
        self.draft_state.show_face(self.model.draft.face)

    def _say_signed(self, words: str) -> None:
        self.message.set_message(Tone.OK, words, icon="circle-check")
        self.message.show()

    def _say_refused(self, words: str) -> None:
        self.message.set_message(Tone.DANGER, "Not signed", words)
        self.message.show()
        self._show()


def _takes_tab(widget: QWidget) -> bool:
    return bool(widget.focusPolicy() & Qt.FocusPolicy.TabFocus)


def _scroll(inside: QWidget) -> QScrollArea:
    area = QScrollArea()
    area.setWidgetResizable(True)
    area.setFrameShape(QFrame.Shape.NoFrame)
    area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
    inside.setProperty("k", "page")
    area.setWidget(inside)
    return area


def _hint() -> QHBoxLayout:
    row = QHBoxLayout()
    row.setContentsMargins(17, 8, 17, 8)
    row.setSpacing(8)
    row.addWidget(IconLabel("keyboard", "ink3", 16))
    words = (
        "Y, N and W answer a question. Tab moves on, F8 to the next without an answer."
        " Nothing is lost if you lock or the power fails."
    )
    row.addWidget(WrapLabel(words, "meta"), 1)
    return row


def _shortcut(parent: QWidget, keys: str) -> QShortcut:
    context = Qt.ShortcutContext.WidgetWithChildrenShortcut
    return QShortcut(QKeySequence(keys), parent, context=context)
