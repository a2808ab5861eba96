"""Tasks: the open ones with what ends them, the form to add one, and what was done."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QWidget

from sonar_core.board.speech import in_turn
from sonar_core.records.task import TaskKind, TaskOwner
from sonar_core.roles import Duty
from sonar_desktop.ui.screens.by_role import offer
from sonar_desktop.ui.screens.form_box import FormBox, quiet_title
from sonar_desktop.ui.screens.summary_cards import card_head, clear, column, task_row
from sonar_desktop.ui.viewmodels.record import RecordModel
from sonar_desktop.ui.viewmodels.summary_cards import TaskFace
from sonar_desktop.ui.viewmodels.tasks import CloseForm, Closing, DoneTask, TaskForm, done_tasks
from sonar_desktop.ui.widgets.button import Button, Variant
from sonar_desktop.ui.widgets.choices import Choice
from sonar_desktop.ui.widgets.icon_label import IconLabel
from sonar_desktop.ui.widgets.labels import Card, WrapLabel, hline

_CLOSE_WORDS = {
    Closing.DONE: ("Done: {what}", "Record done"),
    Closing.NOT_NEEDED: ("Not needed: {what}", "Record not needed"),
}


class TaskPanel(Card):
    """One card.

    Signals:
        told_wanted(str): the task is to tell custody; the id of what to tell.
    """

    told_wanted = Signal(str)

    def __init__(self, record: RecordModel) -> None:
        """Take the record; the forms have models of their own."""
        super().__init__("Tasks", gap=10)
        self._record = record
        self._shown: object = None
        self.adding = TaskForm(record.workplace, record.episode)
        self.closing = CloseForm(record.workplace, record.episode)
        self.add = Button("Add task", icon="plus", key="A", height=32)
        self.add.clicked.connect(self.begin)
        offer(record.workplace, Duty.DO_TASK, self.add)
        self.body.addLayout(card_head("list-checks", "Tasks", self.add))
        self.form = self._make_adding()
        self.close_form = self._make_closing()
        # Methods, no functions: one that knows the panel would keep it, and the panel its model.
        self.adding.refreshed.connect(self._offer_adding)
        self.closing.refreshed.connect(self._name_closing)
        self.body.addWidget(self.form)
        self.body.addWidget(self.close_form)
        self._rows = column(8)
        self.body.addLayout(self._rows)
        record.refreshed.connect(self._show)
        self._show()
        self.adding.refresh()
        self.closing.refresh()

    def begin(self) -> None:
        """Open the form for a new task."""
        self.adding.open()
        self.form.take_focus()

    def let_go(self) -> None:
        """Put the drafts on disk."""
        self.adding.close()
        self.closing.close()

    def _make_adding(self) -> FormBox:
        form = FormBox(self.adding, "New task", "Add task")
        form.line("what", "What is to be done", required=True)
        form.line(
            "due",
            "Due",
            flaw="due_at",
            hint="For example +1h, 16:00 or tomorrow 09:00.",
            keep=self.adding.type_due,
            echo=lambda: self.adding.due.echo,
            required=True,
        )
        owners = [
            Choice(value=TaskOwner.HEALTHCARE.value, text="Healthcare"),
            Choice(value=TaskOwner.CUSTODY.value, text="Custody staff"),
        ]
        form.choices("owner", "Who does it", owners, TaskOwner)
        form.finish()
        return form

    def _make_closing(self) -> FormBox:
        form = FormBox(self.closing, "Task done", "Record done")
        form.words("note", "What was done, or why it is not needed", rows=2)
        form.finish()
        return form

    def _offer_adding(self) -> None:
        self.add.setVisible(not self.adding.is_open)

    def _name_closing(self) -> None:
        form = self.close_form
        title, sign = _CLOSE_WORDS[self.closing.entry.how]
        form.title.setText(title.format(what=self.closing.entry.what))
        form.sign_button.setText(sign)

    def _show(self) -> None:
        head = self._record.head
        if head is None:
            return
        now_ms = self._record.workplace.clock.now_ms()
        shown = (self._record.tasks, done_tasks(head, now_ms), self._record.no_tasks)
        if shown == self._shown:
            return
        self._shown = shown
        clear(self._rows)
        if not shown[0]:
            self._rows.addWidget(
                WrapLabel(in_turn(shown[2], "Add what has to be done."), "body", "ink3")
            )
        for place, task in enumerate(shown[0]):
            if place:
                self._rows.addWidget(hline())
            self._rows.addLayout(task_row(task))
            self._rows.addWidget(self._actions(task))
        if shown[1]:
            self._rows.addSpacing(4)
            self._rows.addWidget(quiet_title("Done and not needed"))
        for done in shown[1]:
            self._rows.addLayout(_done_row(done))

    def _actions(self, task: TaskFace) -> QWidget:
        box = QWidget()
        row = QHBoxLayout(box)
        row.setContentsMargins(18, 0, 0, 0)
        row.setSpacing(4)
        if task.kind is TaskKind.TELL_CUSTODY:
            tell = Button("Record who was told", Variant.LINK, icon="megaphone", height=28)
            tell.setAccessibleName(f"Record who was told: {task.what}")
            tell.clicked.connect(lambda: self.told_wanted.emit(task.cause))
            row.addWidget(tell)
            offer(self._record.workplace, Duty.TELL_CUSTODY, tell)
        else:
            done = Button("Done", Variant.LINK, icon="check", height=28)
            done.setAccessibleName(f"Done: {task.what}")
            done.clicked.connect(lambda: self._close_task(task, Closing.DONE))
            row.addWidget(done)
            offer(self._record.workplace, Duty.DO_TASK, done)
        not_needed = Button("Not needed", Variant.LINK, height=28)
        not_needed.setAccessibleName(f"Not needed: {task.what}")
        not_needed.clicked.connect(lambda: self._close_task(task, Closing.NOT_NEEDED))
        row.addWidget(not_needed)
        offer(self._record.workplace, Duty.DO_TASK, not_needed)
        row.addStretch(1)
        return box

    def _close_task(self, task: TaskFace, how: Closing) -> None:
        self.closing.begin(task.id, task.what, how, is_recheck=task.is_recheck)
        self.close_form.take_focus()


def _done_row(done: DoneTask) -> QHBoxLayout:
    row = QHBoxLayout()
    row.setSpacing(8)
    icon, token = ("circle-slash", "ink3") if done.is_cancelled else ("circle-check", "ok")
    row.addWidget(IconLabel(icon, token, 16), 0, Qt.AlignmentFlag.AlignTop)
    words = column(1)
    words.addWidget(WrapLabel(done.what, "body", "ink2"))
    words.addWidget(WrapLabel(done.detail, "meta"))
    for text in (done.note, *done.also):
        if text:
            words.addWidget(WrapLabel(text, "meta", "ink2"))
    row.addLayout(words, 1)
    return row
