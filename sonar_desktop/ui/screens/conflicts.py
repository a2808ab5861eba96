"""The conflict inbox: the list, the open item under its person's banner, and the decision."""

from __future__ import annotations

from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QKeySequence, QResizeEvent, QShortcut
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QScrollArea,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from sonar_desktop.ui.screens.banner_face import banner_face
from sonar_desktop.ui.screens.conflict_delegate import ConflictList
from sonar_desktop.ui.screens.conflict_detail import ConflictDetail
from sonar_desktop.ui.theme import Tone, current
from sonar_desktop.ui.theme.sizes import CONTROL_FOOTER, layout_for, sizes_for
from sonar_desktop.ui.viewmodels.conflicts import ConflictsModel
from sonar_desktop.ui.viewmodels.workplace import Destination, Workplace
from sonar_desktop.ui.widgets.button import Button, Variant
from sonar_desktop.ui.widgets.first_focus import FirstFocus
from sonar_desktop.ui.widgets.icon_label import IconLabel
from sonar_desktop.ui.widgets.labels import Card, WrapLabel, label
from sonar_desktop.ui.widgets.messages import EmptyState, InlineMessage, announce
from sonar_desktop.ui.widgets.patient_banner import BannerFace, PatientBanner


class ConflictsScreen(QWidget):
    """Works without the server: the decision itself is an entry that is sent later."""

    def __init__(self, workplace: Workplace) -> None:
        """Fill itself at once and whenever a record changes."""
        super().__init__()
        self._model = ConflictsModel(workplace)
        self._banner = PatientBanner(BannerFace(name=""))
        self._banner.hide()
        self._list = ConflictList()
        self._detail: ConflictDetail | None = None
        self._scroll = QScrollArea()
        self._body = QStackedWidget()
        self._said = InlineMessage(Tone.OK, "")
        self._lay_out()
        self._connect()
        self._model.refresh()

    def arrive(self, destination: Destination) -> None:
        """Open the conflict that the destination names."""
        self._model.want(destination.focus)

    def let_go(self) -> None:
        """Put what was typed on disk and drop everything of the record."""
        self._model.close()

    def step_back(self) -> bool:
        """Go from the decision back to the list."""
        inside = self._is_deciding()
        if inside:
            self._list.setFocus()
        return inside

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Follow the breakpoints of the window."""
        super().resizeEvent(event)
        window = self.window().size()
        self._banner.set_sizes(sizes_for(layout_for(window.width(), window.height())))

    def changeEvent(self, event: QEvent) -> None:
        """Paint again when the theme or the text size changes."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.StyleChange:
            self._list.viewport().update()

    def _lay_out(self) -> None:
        page = QVBoxLayout(self)
        page.setContentsMargins(0, 0, 0, 0)
        page.setSpacing(0)
        page.addWidget(self._banner)
        row = QHBoxLayout()
        row.setContentsMargins(16, 12, 14, 12)
        row.setSpacing(12)
        row.addWidget(self._list_card())
        row.addWidget(self._detail_card(), 1)
        page.addLayout(row, 1)
        FirstFocus(self, self._list)

    def _list_card(self) -> Card:
        card = Card("Conflicts", padding=14, gap=6)
        card.setFixedWidth(current().px(276))
        card.body.addWidget(label("Conflicts", "h3"))
        self._count = WrapLabel("", "body", "ink2")
        card.body.addWidget(self._count)
        self._unreadable = InlineMessage(Tone.SYNC, "")
        self._unreadable.hide()
        card.body.addWidget(self._unreadable)
        card.body.addWidget(self._list, 1)
        note = "Cell numbers only: names are shown in the open item."
        card.body.addWidget(WrapLabel(note, "meta", "ink3"))
        return card

    def _detail_card(self) -> Card:
        self._scroll.setWidgetResizable(True)
        self._scroll.setFrameShape(QFrame.Shape.NoFrame)
        self._scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._nothing = EmptyState(
            "Nothing needs a decision",
            "When two people change the same thing without seeing each other, both versions are"
            " kept and wait here.",
            icon="git-compare-arrows",
        )
        self._loading = QWidget()
        self._whole = QWidget()
        column = QVBoxLayout(self._whole)
        column.setContentsMargins(14, 12, 14, 12)
        column.setSpacing(8)
        column.addWidget(self._scroll, 1)
        column.addLayout(self._footer())
        for page in (self._loading, self._whole, self._nothing):
            self._body.addWidget(page)
        card = Card("The open conflict", padding=1, gap=0)
        self._said.hide()
        above = QVBoxLayout()
        above.setContentsMargins(13, 11, 13, 0)
        above.addWidget(self._said)
        card.body.addLayout(above)
        card.body.addWidget(self._body, 1)
        return card

    def _footer(self) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addWidget(IconLabel("info", "ink3", 16))
        self._hint = WrapLabel("", "meta", "ink2")
        row.addWidget(self._hint, 1)
        self._later = Button("Decide later", key="D", height=CONTROL_FOOTER)
        self._save = Button(
            "Save decision",
            Variant.PRIMARY,
            icon="check",
            key="Ctrl Enter",
            height=CONTROL_FOOTER,
        )
        row.addWidget(self._later)
        row.addWidget(self._save)
        return row

    def _connect(self) -> None:
        model = self._model
        model.refreshed.connect(self._show)
        model.opened.connect(self._build)
        model.saved.connect(self._tell_saved)
        model.refused.connect(self._tell_refused)
        self._list.chosen.connect(self._open)
        self._list.entered.connect(self._enter)
        self._later.clicked.connect(model.later)
        self._save.clicked.connect(model.save)
        for keys in ("Ctrl+Return", "Ctrl+Enter"):
            save = QShortcut(QKeySequence(keys), self)
            save.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
            save.activated.connect(model.save)
        later = QShortcut(QKeySequence("D"), self._list)
        later.setContext(Qt.ShortcutContext.WidgetShortcut)
        later.activated.connect(model.later)

    def _show(self) -> None:
        model = self._model
        count = model.waiting
        self._count.setText(
            "1 needs a person to decide" if count == 1 else f"{count} need a person to decide"
        )
        self._unreadable.set_message(Tone.SYNC, *model.unreadable, icon="git-compare-arrows")
        self._unreadable.setVisible(any(model.unreadable))
        self._list.set_items(model.items, model.conflict)
        banner = model.banner
        self._banner.setVisible(banner is not None)
        if banner is not None:
            self._banner.set_face(banner_face(banner))
        page = self._loading
        if model.is_loaded:
            page = self._whole if model.detail is not None else self._nothing
        if page is self._nothing and any(model.unreadable):
            page = self._loading
        self._body.setCurrentWidget(page)
        if self._detail is not None and model.detail is not None:
            self._detail.show_state()
        self._save.setEnabled(model.can_save)
        missing = model.missing
        self._hint.setText(missing or ("" if model.detail is None else model.detail.after))

    def _build(self) -> None:
        had_focus = self._is_deciding()
        face = self._model.detail
        self._detail = None
        if face is None:
            self._scroll.setWidget(QWidget())
            return
        self._detail = ConflictDetail(self._model, face)
        self._detail.setProperty("k", "surface")
        self._detail.history_wanted.connect(self._model.open_history)
        self._scroll.setWidget(self._detail)
        if had_focus:
            self._detail.focus_first()

    def _open(self, conflict: str) -> None:
        if conflict != self._model.conflict:
            self._said.hide()
        self._model.open(conflict)

    def _is_deciding(self) -> bool:
        focused: QWidget | None = self.focusWidget()
        return focused is not None and self._scroll.isAncestorOf(focused)

    def _enter(self) -> None:
        if self._detail is not None:
            self._detail.focus_first()

    def _tell_saved(self, sentence: str) -> None:
        self._tell(sentence, Tone.OK)
        self._list.setFocus()

    def _tell_refused(self, sentence: str) -> None:
        self._tell(sentence, Tone.DANGER)

    def _tell(self, sentence: str, tone: Tone) -> None:
        head, _, rest = sentence.partition(". ")
        self._said.set_message(tone, f"{head}." if rest else head, rest)
        self._said.show()
        announce(self._said, sentence)
