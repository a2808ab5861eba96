"""Panels beside the timeline: an entry with its history, and the text for the custody record."""

from __future__ import annotations

from typing import Protocol, cast

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QPlainTextEdit, QVBoxLayout, QWidget

from sonar_core.moments import format_moment
from sonar_desktop.ui.screens.form_box import FormBox
from sonar_desktop.ui.screens.note_panel import note_form
from sonar_desktop.ui.screens.summary_cards import card_head, column, scrolling
from sonar_desktop.ui.theme import Tone
from sonar_desktop.ui.viewmodels.note import NoteForm
from sonar_desktop.ui.viewmodels.strike_entry import StrikeEntryForm
from sonar_desktop.ui.viewmodels.timeline import EntryFace, VersionFace
from sonar_desktop.ui.widgets.button import Button, Variant
from sonar_desktop.ui.widgets.chip import Chip
from sonar_desktop.ui.widgets.first_focus import FirstFocus
from sonar_desktop.ui.widgets.flow import FlowLayout
from sonar_desktop.ui.widgets.labels import Card, WrapLabel, frame, hline, label
from sonar_desktop.ui.widgets.marks import SyncMarkIcon
from sonar_desktop.ui.widgets.messages import InlineMessage
from sonar_desktop.ui.widgets.painters import SYNC_WORDS, SyncMark


class EntryPanel(Card):
    """An entry in full with every version of it, the present one first, and what corrects it.

    Signals:
        closed: the panel is to go.
        amend_wanted(): the form that this entry was written with is to be filled with it.
    """

    closed = Signal()
    amend_wanted = Signal()

    def __init__(
        self,
        face: EntryFace,
        versions: tuple[VersionFace, ...],
        *,
        striking: StrikeEntryForm | None = None,
        amending: NoteForm | None = None,
    ) -> None:
        """Take the entry and its versions, oldest first, and the forms that stand in place."""
        super().__init__("Entry", gap=10)
        self._can_amend = face.can_amend
        self._forms = tuple(one for one in (amending, striking) if one is not None)
        self.close_button = Button("Close", Variant.QUIET, icon="x", key="Esc", height=32)
        self.close_button.clicked.connect(self.closed)
        self.body.addLayout(card_head("history", "Entry", self.close_button))
        inside = QWidget()
        words = QVBoxLayout(inside)
        words.setContentsMargins(0, 0, 8, 0)
        words.setSpacing(8)
        words.addWidget(WrapLabel(face.title, "h2"))
        if face.text:
            words.addWidget(_selectable(WrapLabel(face.text, "body")))
        words.addWidget(
            WrapLabel(f"{face.time} {face.day} · {face.meta}".replace("  ", " "), "meta")
        )
        words.addLayout(_standing(face))
        if face.note:
            words.addWidget(WrapLabel(face.note, "metab"))
        self._add_corrections(words, face, striking, amending)
        words.addWidget(hline())
        count = len(versions)
        words.addWidget(label("1 version" if count == 1 else f"{count} versions", "h3"))
        for place, version in enumerate(reversed(versions)):
            words.addWidget(_version(version, is_last=place == 0))
        words.addStretch(1)
        area = scrolling(inside, focus=True)
        area.setAccessibleName("The entry and its versions")
        self.body.addWidget(area, 1)
        FirstFocus(self, self.close_button)
        for form in self._forms:
            form.refresh()

    def begin_amending(self) -> None:
        """Open the form that amends the entry, where it can be amended."""
        if self._can_amend:
            self.amend_button.click()

    def let_go(self) -> None:
        """Put the drafts on disk."""
        for form in self._forms:
            form.close()

    def _add_corrections(
        self,
        words: QVBoxLayout,
        face: EntryFace,
        striking: StrikeEntryForm | None,
        amending: NoteForm | None,
    ) -> None:
        """Add the buttons of an entry that stands, and the forms that open under them."""
        self._buttons = QWidget()
        flow = FlowLayout(self._buttons, gap=8)
        self.amend_button = Button("Amend", icon="file-pen", height=36)
        self.strike_button = Button("Strike out", Variant.QUIET, height=36)
        for button, is_there in (
            (self.amend_button, face.can_amend),
            (self.strike_button, striking is not None),
        ):
            flow.addWidget(button)
            if not is_there:
                button.hide()
        words.addWidget(self._buttons)
        if not face.can_amend and striking is None:
            self._buttons.hide()
        self.amend_form = None if amending is None else note_form(amending, "Amend", "Sign note")
        self.strike_form = None if striking is None else _strike_form(striking)
        if amending is None:
            self.amend_button.clicked.connect(self.amend_wanted)
        for box, model, button in (
            (self.amend_form, amending, self.amend_button),
            (self.strike_form, striking, self.strike_button),
        ):
            if box is not None and model is not None:
                button.clicked.connect(model.begin)
                # Once it is shown, which it is after this signal.
                model.restored.connect(self._go_to_form, Qt.ConnectionType.QueuedConnection)
                model.signed.connect(self.closed)
                model.refreshed.connect(self._show_buttons)
                words.addWidget(box)

    def _go_to_form(self) -> None:
        for box in (self.amend_form, self.strike_form):
            if box is not None and box.model.is_open:
                box.take_focus()

    def _show_buttons(self) -> None:
        """Hide what opens a form while one is open."""
        self._buttons.setVisible(not any(form.is_open for form in self._forms))


class CopyPanel(Card):
    """The text for the custody record, read before it is copied.

    Signals:
        closed: the panel is to go.
        copy_wanted(str): copy this text, and say so with `show_copied`.
    """

    closed = Signal()
    copy_wanted = Signal(str)

    def __init__(self, text: str) -> None:
        """Take the text; it can be shortened before it is copied."""
        super().__init__("Text for the custody record", gap=10)
        self.close_button = Button("Close", Variant.QUIET, icon="x", key="Esc", height=32)
        self.close_button.clicked.connect(self.closed)
        self.body.addLayout(card_head("copy", "Text for the custody record", self.close_button))
        self.body.addWidget(
            WrapLabel("Only what custody staff need. Take out what they do not.", "body", "ink2")
        )
        self.text = QPlainTextEdit(text)
        self.text.setAccessibleName("Text for the custody record")
        self.text.setTabChangesFocus(True)
        self.body.addWidget(self.text, 1)
        self._copied = InlineMessage(
            Tone.OK, "Copied", "It is taken off the clipboard in 20 s, unless you copy something."
        )
        self._copied.hide()
        self.body.addWidget(self._copied)
        row = QHBoxLayout()
        row.addStretch(1)
        self.copy_button = Button("Copy", Variant.PRIMARY, icon="copy", height=44)
        self.copy_button.clicked.connect(lambda: self.copy_wanted.emit(self.text.toPlainText()))
        row.addWidget(self.copy_button)
        self.body.addLayout(row)
        FirstFocus(self, self.copy_button)

    def show_copied(self) -> None:
        """Say that the text is on the clipboard, and for how long."""
        self._copied.show()


class Closes(Protocol):
    """A panel that keeps its draft when it goes."""

    def close_panel(self) -> None:
        """Put the draft on disk and stop listening."""


class HeldPanel(Card):
    """A panel of another part, under a title with the way out.

    Signals:
        closed: the panel is to go.
    """

    closed = Signal()

    def __init__(self, title: str, icon: str, panel: QWidget) -> None:
        """Take the title, its icon and the panel."""
        super().__init__(title, gap=10)
        self._panel = panel
        self.close_button = Button("Close", Variant.QUIET, icon="x", key="Esc", height=32)
        self.close_button.clicked.connect(self.closed)
        self.body.addLayout(card_head(icon, title, self.close_button))
        inside = QWidget()
        words = QVBoxLayout(inside)
        words.setContentsMargins(0, 0, 6, 0)
        words.addWidget(panel)
        words.addStretch(1)
        self.body.addWidget(scrolling(inside), 1)
        FirstFocus(self, self.close_button)

    def let_go(self) -> None:
        """Put the panel's draft on disk."""
        cast("Closes", self._panel).close_panel()


def _strike_form(model: StrikeEntryForm) -> FormBox:
    form = FormBox(model, "Strike out this entry", "Strike out")
    form.line("reason", "Why", hint="At least 10 characters. It stays readable.", required=True)
    form.finish()
    return form


def _standing(face: EntryFace) -> QHBoxLayout:
    row = QHBoxLayout()
    row.setSpacing(8)
    mark = SyncMark(face.standing)
    row.addWidget(SyncMarkIcon(mark, 16))
    row.addWidget(label(SYNC_WORDS[mark], "meta"))
    for words, icon in ((face.late, "history"), (face.state, "file-pen")):
        if words:
            row.addWidget(Chip(words, Tone.NEUTRAL, icon))
    for one in face.marks:
        row.addWidget(Chip(one, Tone.WARN, "info"))
    row.addStretch(1)
    return row


def _version(version: VersionFace, *, is_last: bool) -> QWidget:
    box = frame("well")
    inside = column(3)
    inside.setContentsMargins(12, 10, 12, 10)
    box.setLayout(inside)
    head = QHBoxLayout()
    head.addWidget(WrapLabel(version.title, "strong"), 1)
    if is_last:
        head.addWidget(Chip("As it stands", Tone.ACCENT))
    inside.addLayout(head)
    if version.text:
        inside.addWidget(_selectable(WrapLabel(version.text, "body", "ink2")))
    if version.reason:
        inside.addWidget(WrapLabel(f"Why: {version.reason}", "metab"))
    inside.addWidget(WrapLabel(f"{version.who} · recorded {format_moment(version.at)}", "meta"))
    return box


def _selectable(words: WrapLabel) -> WrapLabel:
    words.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
    return words
