"""A small form in place: fields bound to a form model, the state of its draft, and signing."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from enum import Enum
from itertools import pairwise
from typing import Any

from PySide6.QtCore import QEvent, QObject, QPoint, QRect, Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent, QKeySequence, QShortcut, QTextCursor
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLineEdit,
    QPlainTextEdit,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from sonar_desktop.ui.screens.shown_problem import DraftLine, problem_of
from sonar_desktop.ui.theme import Tone, current
from sonar_desktop.ui.viewmodels.form import FormModel
from sonar_desktop.ui.viewmodels.time_entry import TimeEntry
from sonar_desktop.ui.widgets.button import Button, Variant
from sonar_desktop.ui.widgets.choices import Choice, ChoiceRow, TickPill
from sonar_desktop.ui.widgets.field import Field
from sonar_desktop.ui.widgets.flow import FlowLayout
from sonar_desktop.ui.widgets.labels import WrapLabel, label, set_look
from sonar_desktop.ui.widgets.messages import InlineMessage

Keep = Callable[[Any], None]


class FormBox(QFrame):
    """The form's frame; it is there while its model says that the form is open.

    Signals:
        closed: it was put away, discarded or signed.
    """

    closed = Signal()

    def __init__(
        self, model: FormModel[Any], title: str, sign: str, *, framed: bool = True
    ) -> None:
        """Take the form, its title and the words of the button that writes it."""
        super().__init__()
        self.model = model
        if framed:
            self.setProperty("k", "well")
        self.setAccessibleName(title)
        self._controls: dict[str, QWidget] = {}
        self._fields: dict[str, Field] = {}
        self.shown_elsewhere: frozenset[str] = frozenset()
        self._fills: list[Callable[[], None]] = []
        self._echoes: list[tuple[WrapLabel, Callable[[], str]]] = []
        self._was_open = False
        self.title = WrapLabel(title, "h3")
        self.draft = DraftLine()
        self.body = QVBoxLayout()
        self.body.setSpacing(10)
        self._problem = InlineMessage(Tone.DANGER, "")
        self._problem.hide()
        self.discard_button = Button("Discard", Variant.QUIET, height=36)
        self.later_button = Button("Keep draft", key="Esc", height=44)
        self.sign_button = Button(sign, Variant.PRIMARY, key="Ctrl Enter", height=44)
        self._lay_out(framed=framed)
        self._connect()
        self.setVisible(model.is_open)

    def line(
        self,
        name: str,
        text: str,
        *,
        flaw: str = "",
        unit: str = "",
        hint: str = "",
        keep: Keep | None = None,
        echo: Callable[[], str] | None = None,
        required: bool = False,
    ) -> QLineEdit:
        """Add a field of one line; `keep` takes the text instead of the entry's field."""
        edit = QLineEdit()
        take = keep or (lambda typed: self.model.put(**{name: typed}))
        edit.textEdited.connect(lambda typed: self._typed(name, lambda: take(typed)))
        self._fills.append(lambda: _fill_line(edit, _text(getattr(self.model.entry, name))))
        field = Field(text, edit, unit=unit, hint=hint, required=required)
        self._add(name, flaw or name, edit, field)
        if echo is not None:
            shown = WrapLabel("", "meta")
            self.body.addWidget(shown)
            self._echoes.append((shown, echo))
        return edit

    def words(self, name: str, text: str, *, flaw: str = "", hint: str = "", rows: int = 3) -> None:
        """Add a field of several lines."""
        edit = QPlainTextEdit()
        edit.setTabChangesFocus(True)
        edit.setFixedHeight(current().px(20 * rows + 16))
        edit.textChanged.connect(
            lambda: self._typed(name, lambda: self.model.put(**{name: edit.toPlainText()}))
        )
        self._fills.append(lambda: _fill_words(edit, getattr(self.model.entry, name)))
        self._add(name, flaw or name, edit, Field(text, edit, hint=hint))

    def choices(
        self,
        name: str,
        question: str,
        choices: Sequence[Choice],
        of: Callable[[str], Any] = str,
        *,
        flaw: str = "",
        keep: Keep | None = None,
    ) -> ChoiceRow:
        """Add a question with pills; `of` makes the entry's value of a pill's."""
        row = ChoiceRow(question, choices)
        take = keep or (lambda value: self.model.put(**{name: value}))
        row.chosen.connect(lambda value: take(of(value)))
        self._fills.append(lambda: row.set_value(_value(getattr(self.model.entry, name))))
        self._add(name, flaw or name, row, Field(question, row))
        return row

    def tick(self, name: str, text: str) -> TickPill:
        """Add a statement to tick."""
        pill = TickPill(text)
        pill.toggled.connect(lambda checked: self.model.put(**{name: checked}))
        self._fills.append(lambda: _fill_tick(pill, is_ticked=getattr(self.model.entry, name)))
        self._controls[name] = pill
        self.body.addWidget(pill, 0, Qt.AlignmentFlag.AlignLeft)
        return pill

    def field(self, flaw: str) -> Field:
        """Return the field that shows a flaw."""
        return self._fields[flaw]

    def control(self, name: str) -> QWidget:
        """Return the widget of an entry's field."""
        return self._controls[name]

    def finish(self) -> None:
        """Fill the fields from the model; call it once they are all there."""
        order = [*self._controls.values(), self.discard_button, self.later_button, self.sign_button]
        for first, second in pairwise(order):
            QWidget.setTabOrder(first, second)
        self._fill()
        self._show()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Put the draft on disk when a field is left."""
        if event.type() == QEvent.Type.FocusOut:
            self.model.keeper.save_now()
        return super().eventFilter(watched, event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Put the form away on Esc: the draft stays."""
        if event.key() == Qt.Key.Key_Escape:
            self.model.put_away()
            return
        super().keyPressEvent(event)

    def _lay_out(self, *, framed: bool) -> None:
        whole = QVBoxLayout(self)
        edge = 12 if framed else 0
        whole.setContentsMargins(edge, edge, edge, edge)
        whole.setSpacing(10)
        whole.addWidget(self.title)
        whole.addLayout(self.body)
        whole.addWidget(self._problem)
        self.foot = QWidget()
        ends = QVBoxLayout(self.foot)
        ends.setContentsMargins(0, 0, 0, 0)
        row = QHBoxLayout()
        row.addWidget(self.draft, 1)
        row.addWidget(self.discard_button)
        ends.addLayout(row)
        buttons = QWidget()
        flow = FlowLayout(buttons, gap=8, right=True)
        for part in (self.later_button, self.sign_button):
            flow.addWidget(part)
        ends.addWidget(buttons)
        whole.addWidget(self.foot)

    def _connect(self) -> None:
        model = self.model
        model.refreshed.connect(self._show)
        model.restored.connect(self._fill)
        model.keeper.changed.connect(self._show_draft)
        model.signed.connect(self.closed)
        self.discard_button.clicked.connect(model.discard)
        self.later_button.clicked.connect(model.put_away)
        self.sign_button.clicked.connect(self._sign)
        for keys in ("Ctrl+Return", "Ctrl+Enter"):
            shortcut = QShortcut(QKeySequence(keys), self)
            shortcut.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
            shortcut.activated.connect(self._sign)

    def _add(self, name: str, flaw: str, control: QWidget, field: Field) -> None:
        control.installEventFilter(self)
        self._controls[name] = control
        self._fields[flaw] = field
        self.body.addWidget(field)

    def _typed(self, name: str, put: Callable[[], None]) -> None:
        self.model.place = f"{name}:{_cursor(self._controls[name])}"
        put()

    def _sign(self) -> None:
        self.model.sign()
        if self.model.flaws:
            self._go_to_first_flaw()

    def _go_to_first_flaw(self) -> None:
        for flaw, field in self._fields.items():
            if flaw in self.model.flaws:
                field.control.setFocus()
                return

    def _show(self) -> None:
        model = self.model
        for flaw, field in self._fields.items():
            field.set_problem(problem_of(model.flaws.get(flaw)))
        elsewhere = [
            one.text
            for name, one in model.flaws.items()
            if name not in self._fields and name not in self.shown_elsewhere
        ]
        said = " ".join([model.problem, *elsewhere]).strip()
        self._problem.setVisible(bool(said))
        if said:
            self._problem.set_message(Tone.DANGER, said)
        for shown, echo in self._echoes:
            text = echo()
            shown.setText(text)
            shown.setVisible(bool(text))
        self.sign_button.setEnabled(not model.is_busy)
        if model.is_open != self._was_open:
            self._was_open = model.is_open
            self.setVisible(model.is_open)
            if not model.is_open:
                self.closed.emit()

    def _show_draft(self) -> None:
        self.draft.show_face(self.model.keeper.face)

    def _fill(self) -> None:
        for fill in self._fills:
            fill()
        self._show_draft()

    def take_focus(self) -> None:
        """Stand where the author stood, else in the first field."""
        name, _, cursor = self.model.place.partition(":")
        control = self._controls.get(name)
        if control is None:
            control = next(iter(self._controls.values()), None)
        if control is None:
            return
        control.setFocus()
        _set_cursor(control, int(cursor) if cursor.isdigit() else 0)
        QTimer.singleShot(0, self, self._come_into_view)

    def _come_into_view(self) -> None:
        """Scroll so that the whole form is seen, its first lines at least."""
        parent = self.parentWidget()
        while parent is not None and not isinstance(parent, QScrollArea):
            parent = parent.parentWidget()
        content = parent.widget() if isinstance(parent, QScrollArea) else None
        if isinstance(parent, QScrollArea) and content is not None:
            top = self.mapTo(content, QPoint(0, 0)).y()
            place = QRect(0, top, 1, self.height())
            view = parent.viewport().height()
            bar = parent.verticalScrollBar()
            if place.bottom() > bar.value() + view or top < bar.value():
                bar.setValue(max(min(top - 12, place.bottom() - view + 24), 0))


def quiet_title(text: str) -> QWidget:
    """Return a small heading inside a card."""
    made = label(text, "metab")
    set_look(made, "tone", "ink2")
    return made


def _text(value: object) -> str:
    if isinstance(value, TimeEntry):
        return value.typed
    return "" if value is None else str(value)


def _value(value: object) -> str | None:
    if value is None:
        return None
    return str(value.value) if isinstance(value, Enum) else str(value)


def _fill_line(edit: QLineEdit, text: str) -> None:
    if edit.text() != text:
        edit.setText(text)


def _fill_words(edit: QPlainTextEdit, text: str) -> None:
    if edit.toPlainText() != text:
        edit.blockSignals(True)
        edit.setPlainText(text)
        edit.blockSignals(False)


def _fill_tick(pill: TickPill, *, is_ticked: bool) -> None:
    pill.blockSignals(True)
    pill.setChecked(is_ticked)
    pill.blockSignals(False)
    pill.update()


def _cursor(control: QWidget) -> int:
    if isinstance(control, QLineEdit):
        return control.cursorPosition()
    if isinstance(control, QPlainTextEdit):
        return control.textCursor().position()
    return 0


def _set_cursor(control: QWidget, place: int) -> None:
    if isinstance(control, QLineEdit) and place:
        control.setCursorPosition(place)
    if isinstance(control, QPlainTextEdit) and place:
        cursor = control.textCursor()
        cursor.setPosition(min(place, len(control.toPlainText())), QTextCursor.MoveMode.MoveAnchor)
        control.setTextCursor(cursor)
