"""One conflict: what happened, what is in use, the versions side by side, reason and preview."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QPlainTextEdit, QVBoxLayout, QWidget

from sonar_desktop.ui.forms.typed_input import TypedInput
from sonar_desktop.ui.screens.compare_row import BOTH_WIDTH, LABEL_WIDTH, CompareRow
from sonar_desktop.ui.screens.third_form import ThirdForm
from sonar_desktop.ui.screens.version_head import VersionHead
from sonar_desktop.ui.theme import Tone, current
from sonar_desktop.ui.viewmodels.conflict_faces import DetailFace, FieldFace
from sonar_desktop.ui.viewmodels.conflicts import ConflictsModel
from sonar_desktop.ui.widgets.button import Button, Variant
from sonar_desktop.ui.widgets.field import Field, Problem, ProblemKind
from sonar_desktop.ui.widgets.icon_label import IconLabel
from sonar_desktop.ui.widgets.labels import WrapLabel, frame, hline, label
from sonar_desktop.ui.widgets.messages import InlineMessage


class ConflictDetail(QWidget):
    """The scrolled part; built anew for each conflict, then only told what is chosen.

    Signals:
        history_wanted(): the person wants the whole record.
    """

    history_wanted = Signal()

    def __init__(self, model: ConflictsModel, face: DetailFace) -> None:
        """Take the model that holds the choices, and what to show."""
        super().__init__()
        self._model = model
        self._face = face
        self._rows: dict[str, CompareRow] = {}
        self._third: ThirdForm | None = None
        self._news = InlineMessage(Tone.WARN, "Look again")
        self._news.hide()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 6, 0)
        column.setSpacing(8)
        column.addLayout(self._head())
        column.addWidget(self._news)
        column.addWidget(self._safer())
        column.addLayout(self._heads())
        for row in self._lines():
            column.addWidget(row)
        column.addWidget(self._same())
        self._write = Button("Write another version", Variant.QUIET, icon="file-pen", height=32)
        self._write.clicked.connect(self._write_third)
        if not model.third_form:
            self._write.hide()
        column.addWidget(self._write, 0, Qt.AlignmentFlag.AlignLeft)
        if model.third_form:
            self._third = ThirdForm(model.third_form)
            self._third.typed.connect(model.set_third)
            self._third.left.connect(model.leave_field)
            column.addWidget(self._third)
        column.addWidget(hline())
        column.addLayout(self._end())
        column.addStretch(1)
        self.show_state()

    def show_state(self) -> None:
        """Show what is chosen, what is wrong and what the record will say."""
        model = self._model
        if self._face.is_line_by_line:
            for name, row in self._rows.items():
                row.set_choice(model.lines.get(name))
        else:
            for row in self._rows.values():
                row.set_choice(model.side)
        third = model.third
        if self._third is not None:
            self._third.setVisible(third is not None)
            self._write.setVisible(third is None)
            if third is not None:
                self._third.show_texts(third, model.problems)
        self._reason.show_text(model.reason)
        said = model.problems.get("reason")
        problem = None if said is None else Problem(kind=ProblemKind.REFUSED, text=said)
        self._reason_field.set_problem(problem)
        self._news.setVisible(bool(model.news))
        self._news.set_message(Tone.WARN, "Look again", model.news)
        preview = model.preview or "Nothing yet: choose first."
        self._preview.setText(preview)
        self._well.setAccessibleName(f"The record will say: {preview}")

    def focus_first(self) -> None:
        """Go to the first line that can be chosen."""
        first = next(iter(self._rows.values()), None)
        if first is not None:
            first.setFocus(Qt.FocusReason.OtherFocusReason)

    def _head(self) -> QHBoxLayout:
        head = QHBoxLayout()
        words = QVBoxLayout()
        words.setSpacing(2)
        words.addWidget(WrapLabel(self._face.headline, "h2"))
        words.addWidget(WrapLabel(self._face.story, "body", "ink2"))
        head.addLayout(words, 1)
        history = Button("Show full history", Variant.QUIET, icon="history", height=32)
        history.clicked.connect(self.history_wanted)
        if not self._model.has_record:
            history.hide()
        head.addWidget(history, 0, Qt.AlignmentFlag.AlignTop)
        return head

    def _safer(self) -> InlineMessage:
        headline = "Until someone decides, the safer value is in use"
        if self._face.must_stop:
            headline = "Until someone decides, check first"
        return InlineMessage(Tone.SYNC, headline, self._face.safer_text)

    def _heads(self) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addSpacing(current().px(LABEL_WIDTH) + 8)
        for version in self._face.versions:
            row.addWidget(VersionHead(version), 1)
        if self._face.is_line_by_line:
            keep = WrapLabel("Keep both?", "meta", "ink2")
            keep.setAlignment(Qt.AlignmentFlag.AlignCenter | Qt.AlignmentFlag.AlignBottom)
            keep.setFixedWidth(current().px(BOTH_WIDTH))
            row.addWidget(keep, 0, Qt.AlignmentFlag.AlignBottom)
        return row

    def _lines(self) -> list[QWidget]:
        if self._face.is_line_by_line:
            return [self._choice_of(one) for one in self._face.fields]
        whole = CompareRow(
            "Which stands",
            [one.short for one in self._face.versions],
            in_use=next((i for i, v in enumerate(self._face.versions) if v.is_in_use), None),
            has_both=False,
        )
        whole.chosen.connect(self._model.choose_side)
        self._rows["choice"] = whole
        return [whole, *(_plain(one) for one in self._face.fields)]

    def _choice_of(self, one: FieldFace) -> CompareRow:
        row = CompareRow(one.label, one.values, in_use=one.in_use, can_join=one.can_join)
        row.chosen.connect(lambda choice, name=one.name: self._model.choose_line(name, choice))
        row.moved.connect(lambda by, name=one.name: self._move(name, by))
        self._rows[one.name] = row
        return row

    def _move(self, name: str, by: int) -> None:
        order = list(self._rows)
        at = min(max(order.index(name) + by, 0), len(order) - 1)
        self._rows[order[at]].setFocus(Qt.FocusReason.OtherFocusReason)

    def _same(self) -> QWidget:
        box = QWidget()
        column = QVBoxLayout(box)
        column.setContentsMargins(0, 2, 0, 2)
        column.setSpacing(4)
        row = QHBoxLayout()
        row.setSpacing(8)
        count = len(self._face.same)
        middle = Qt.AlignmentFlag.AlignVCenter
        what = "1 field is the same" if count == 1 else f"{count} fields are the same"
        names = ", ".join(name.lower() for name, _ in self._face.same)
        row.addWidget(IconLabel("equal", "ink3", 16), 0, Qt.AlignmentFlag.AlignVCenter)
        row.addWidget(WrapLabel(f"{what} in every version: {names}.", "body", "ink2"), 1, middle)
        show = Button("Show", Variant.LINK, height=28)
        row.addWidget(show, 0, middle)
        column.addLayout(row)
        values = WrapLabel("\n".join(f"{n}: {value}" for n, value in self._face.same), "body")
        values.hide()
        column.addWidget(values)
        show.clicked.connect(lambda: _unfold(values, show))
        if not count:
            box.hide()
        return box

    def _end(self) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setSpacing(12)
        edit = QPlainTextEdit()
        edit.setFixedHeight(current().px(62))
        self._reason = TypedInput("reason", edit)
        self._reason.typed.connect(lambda _, text: self._model.set_reason(text))
        self._reason.left.connect(lambda _: self._model.leave_field())
        words = "Why did you choose this?"
        self._reason_field = Field(words, edit, required=self._face.is_safety)
        row.addWidget(self._reason_field, 1)
        self._well = frame("well")
        inside = QVBoxLayout(self._well)
        inside.setContentsMargins(12, 9, 12, 9)
        inside.setSpacing(4)
        inside.addWidget(label("The record will say", "metab", "ink2"))
        self._preview = WrapLabel("", "strong")
        inside.addWidget(self._preview)
        inside.addStretch(1)
        row.addWidget(self._well, 1)
        return row

    def _write_third(self) -> None:
        self._model.write_third()
        if self._third is not None:
            self._third.focus_first()


def _plain(one: FieldFace) -> QWidget:
    """Return a line that only shows what differs: it stands or falls with its whole version."""
    box = QWidget()
    row = QHBoxLayout(box)
    row.setContentsMargins(0, 0, 0, 0)
    row.setSpacing(8)
    head = WrapLabel(one.label, "meta", "ink2")
    head.setFixedWidth(current().px(LABEL_WIDTH))
    row.addWidget(head, 0, Qt.AlignmentFlag.AlignTop)
    for value in one.values:
        cell = WrapLabel(value, "body")
        cell.setContentsMargins(12, 0, 0, 0)
        row.addWidget(cell, 1, Qt.AlignmentFlag.AlignTop)
    return box


def _unfold(values: QWidget, button: Button) -> None:
    values.setVisible(values.isHidden())
    button.setText("Show" if values.isHidden() else "Hide")
