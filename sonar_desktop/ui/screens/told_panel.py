"""The panel in which a person records that the custody officer was told; never half."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLineEdit,
    QPlainTextEdit,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from sonar_desktop.ui.forms.typed_input import SuggestionList, TypedInput
from sonar_desktop.ui.screens.shown_problem import DraftLine, problem_of
from sonar_desktop.ui.theme import Tone, current
from sonar_desktop.ui.viewmodels.held_words import HELD_FORM
from sonar_desktop.ui.viewmodels.told import HOW_WORDS, ROLES, ToldModel
from sonar_desktop.ui.viewmodels.workplace import Workplace
from sonar_desktop.ui.widgets.button import Button, Variant
from sonar_desktop.ui.widgets.chip import Chip
from sonar_desktop.ui.widgets.choices import Choice, ChoiceRow
from sonar_desktop.ui.widgets.field import Field, ProblemLine
from sonar_desktop.ui.widgets.icon_label import IconLabel
from sonar_desktop.ui.widgets.labels import WrapLabel, label, set_look, set_tone
from sonar_desktop.ui.widgets.painters import ChipFace

_TICK_MS: Final = 15_000
_READ_BACK: Final = (
    Choice(value="yes", text="They read it back and it was right", tone=Tone.OK),
    Choice(value="no", text="They did not", tone=Tone.WARN),
)


class ToldPanel(QFrame):
    """Tell the custody officer of one record.

    Signals:
        told: it is recorded, and the panel now says so.
    """

    told = Signal()

    def __init__(
        self, workplace: Workplace, about_id: str, episode: str, held: str | None = None
    ) -> None:
        """Open the panel for an outcome, a level of care, observations or a task.

        `held` names a telling that the server holds back, to be corrected and sent again.
        """
        super().__init__()
        self.setProperty("k", "message")
        self.setProperty("tone", "danger")
        self.setAccessibleName("Tell the custody officer")
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum)
        self.model = ToldModel(workplace, about_id, episode, held)
        self._held = held
        self.inputs: dict[str, TypedInput] = {}
        self._fields: dict[str, Field] = {}
        column = QVBoxLayout(self)
        column.setContentsMargins(14, 12, 14, 12)
        column.setSpacing(8)
        self._build_head(column)
        self.questions = QWidget()
        inside = QVBoxLayout(self.questions)
        inside.setContentsMargins(0, 0, 0, 0)
        inside.setSpacing(8)
        self._build_who(inside)
        self._build_how(inside)
        self._build_foot(inside)
        column.addWidget(self.questions)
        self.questions.setEnabled(False)
        self._connect()
        self._tick = QTimer(self)
        self._tick.setInterval(_TICK_MS)
        self._tick.timeout.connect(self._show)
        self._tick.start()
        self._show()

    def close_panel(self) -> None:
        """Put the draft on disk and stop: the panel is about to go."""
        self._tick.stop()
        self.model.close()

    def save_now(self) -> None:
        """Put the draft on disk at once."""
        self.model.draft.save_now()

    def _build_head(self, column: QVBoxLayout) -> None:
        head = QHBoxLayout()
        head.setSpacing(8)
        self._icon = IconLabel("megaphone", "danger", 20)
        self._title = label("Tell the custody officer", "h3", "danger")
        self.chip = Chip("Not told", Tone.DANGER, "circle-alert", strong=True)
        head.addWidget(self._icon)
        head.addWidget(self._title)
        head.addStretch()
        head.addWidget(self.chip)
        column.addLayout(head)
        self.sentence = WrapLabel("", "strong")
        self._advice = WrapLabel(
            "Say it, write it, hear it back. Until then it stays red on the board.", "body"
        )
        column.addWidget(self.sentence)
        column.addWidget(self._advice)

    def _build_who(self, column: QVBoxLayout) -> None:
        self.names = SuggestionList("Who did you tell?", ())
        self.roles = SuggestionList("Their role", ROLES)
        self.roles.setFixedWidth(current().px(184))
        self._watch("told_to", self.names.line, holder=self.names)
        self._watch("told_to_role", self.roles.line, holder=self.roles)
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addWidget(self._field("told_to", "Who did you tell?", self.names), 1)
        row.addWidget(self._field("told_to_role", "Their role", self.roles))
        column.addLayout(row)

    def _build_how(self, column: QVBoxLayout) -> None:
        when = QLineEdit()
        # A telling that is sent again shows its day too.
        when.setFixedWidth(current().px(84 if self._held is None else 172))
        self._watch("performed_at", when)
        choices = [Choice(value=how.value, text=words) for how, words in HOW_WORDS.items()]
        self.how = ChoiceRow("How they were told", choices, gap=4, tight=True)
        self.read_back = ChoiceRow("Whether they read it back", _READ_BACK, tight=True)
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addWidget(self._field("performed_at", "When", when))
        row.addWidget(self._field("how", "How", self.how), 1)
        column.addLayout(row)
        for name in ("performed_at", "how"):
            # A sentence needs the panel's whole width.
            column.addWidget(self._fields[name].problem_line)
        column.addWidget(self.read_back)
        self.read_back_problem = ProblemLine()
        column.addWidget(self.read_back_problem)

    def _build_foot(self, column: QVBoxLayout) -> None:
        words = QPlainTextEdit()
        words.setFixedHeight(current().px(46))
        self._watch("words", words)
        column.addWidget(self._field("words", "Their words", words))
        self.missing = WrapLabel("", "meta", "danger")
        column.addWidget(self.missing)
        row = QHBoxLayout()
        row.setSpacing(8)
        self.draft_state = DraftLine()
        row.addWidget(self.draft_state)
        row.addStretch()
        self.sign = Button("Record told", Variant.ACT, icon="check", height=44)
        row.addWidget(self.sign)
        column.addLayout(row)
        self.refusal = WrapLabel("", "metab", "danger")
        self.refusal.hide()
        column.addWidget(self.refusal)

    def _field(self, name: str, words: str, control: QWidget) -> Field:
        field = Field(words, control)
        self._fields[name] = field
        return field

    def _watch(
        self, name: str, field: QLineEdit | QPlainTextEdit, holder: QWidget | None = None
    ) -> None:
        watched = TypedInput(name, field, holder=holder)
        watched.typed.connect(self._typed)
        watched.left.connect(self.model.leave)
        watched.stood.connect(self.model.stand_at)
        self.inputs[name] = watched

    def _connect(self) -> None:
        model = self.model
        model.opened.connect(self._fill)
        model.refreshed.connect(self._show)
        model.edited.connect(self._show)
        model.texts_changed.connect(self._show_texts)
        model.focus_wanted.connect(self.go_to)
        model.told.connect(self.told)
        model.refused.connect(self._say_refused)
        model.draft.changed.connect(self._show_draft)
        self.how.chosen.connect(model.choose_how)
        self.read_back.chosen.connect(self._choose_read_back)
        self._fields["performed_at"].fix_requested.connect(model.fix)
        self._fields["performed_at"].keep_requested.connect(model.keep)
        self.sign.clicked.connect(model.sign)
        for keys in ("Ctrl+Return", "Ctrl+Enter"):
            context = Qt.ShortcutContext.WidgetWithChildrenShortcut
            QShortcut(QKeySequence(keys), self, context=context).activated.connect(model.sign)

    def go_to(self, name: str) -> None:
        """Move the focus to a part of the panel; an unknown name goes to the first."""
        if name == "how":
            self.how.pills[0].setFocus(Qt.FocusReason.OtherFocusReason)
        elif name == "read_back":
            self.read_back.pills[0].setFocus(Qt.FocusReason.OtherFocusReason)
        else:
            found = self.inputs.get(name, self.inputs["told_to"])
            found.holder.setFocus(Qt.FocusReason.OtherFocusReason)

    def _typed(self, name: str, text: str) -> None:
        self.refusal.hide()
        self.model.type(name, text)

    def _choose_read_back(self, value: str) -> None:
        self.model.choose_read_back(read_back=value == "yes")

    def _fill(self) -> None:
        self.questions.setEnabled(True)
        about = self.model.about
        if about is not None:
            self.names.suggest(about.names)
        self._show_texts()
        self._show_draft()
        self._show()
        if self.model.held is not None:
            self.go_to("told_to")

    def _show_texts(self) -> None:
        entry = self.model.entry
        self.inputs["told_to"].show_text(entry.told_to)
        self.inputs["told_to_role"].show_text(entry.told_to_role)
        self.inputs["performed_at"].show_text(entry.time.typed)
        self.inputs["words"].show_text(entry.words)
        self.how.set_value(None if entry.how is None else entry.how.value)
        answers = {None: None, True: "yes", False: "no"}
        self.read_back.set_value(answers[entry.read_back])

    def _show_draft(self) -> None:
        self.draft_state.show_face(self.model.draft.face)

    def _show(self) -> None:
        model = self.model
        told = model.is_told
        tone = Tone.OK if told else Tone.DANGER
        set_look(self, "tone", tone.value)
        set_tone(self._title, "ok" if told else "danger")
        title = HELD_FORM[0] if model.held is not None else "Tell the custody officer"
        self._title.setText("Custody officer told" if told else title)
        self._icon.set_icon("megaphone", "ok" if told else "danger")
        icon = "circle-check" if told else "circle-alert"
        self.chip.set_face(ChipFace(text=model.state, tone=tone, icon=icon, strong=not told))
        self.sentence.setText("" if model.about is None else model.about.sentence)
        self.sentence.setVisible(bool(self.sentence.text()))
        self._advice.setVisible(not told and not self.sentence.text())
        self.questions.setVisible(not told)
        flaws = model.flaws
        for name, field in self._fields.items():
            field.set_problem(problem_of(flaws.get(name)))
        self.read_back_problem.set_problem(problem_of(flaws.get("read_back")))
        missing = ", ".join(model.missing)
        self.missing.setText(f"Still missing: {missing}." if missing else "")
        self.missing.setVisible(bool(missing))
        self.sign.setEnabled(not model.is_signing)

    def _say_refused(self, words: str) -> None:
        self.refusal.setText(f"Not recorded. {words}")
        self.refusal.show()
        self._show()
