"""Who looked at a record, and who went on under emergency access: as of when, what is missing."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRectF, QSize, Qt
from PySide6.QtGui import QKeyEvent, QPainter, QPen, QResizeEvent
from PySide6.QtWidgets import (
    QHBoxLayout,
    QListView,
    QStackedWidget,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QVBoxLayout,
    QWidget,
)

from sonar_desktop.ui.screens.envelopes_card import EnvelopesCard
from sonar_desktop.ui.theme import Tone, current
from sonar_desktop.ui.viewmodels.access_log import (
    ASKING,
    AccessFace,
    AccessLogModel,
)
from sonar_desktop.ui.viewmodels.envelopes import EnvelopesModel
from sonar_desktop.ui.viewmodels.face_rows import FACE_ROLE, FaceRows
from sonar_desktop.ui.viewmodels.record import RecordModel
from sonar_desktop.ui.viewmodels.workplace import Destination, Workplace
from sonar_desktop.ui.widgets import painters
from sonar_desktop.ui.widgets.button import Button, Variant
from sonar_desktop.ui.widgets.first_focus import FirstFocus
from sonar_desktop.ui.widgets.labels import WrapLabel, label
from sonar_desktop.ui.widgets.messages import EmptyState, InlineMessage, announce

Index = QModelIndex | QPersistentModelIndex
_COLUMNS: Final = (0.17, 0.28, 0.35, 0.20)
"""When, who, what, where: each part of a row's width."""
_PAD: Final = 16
_GAP: Final = 12
_TOP: Final = 8
_Part = tuple[str, str, str]


class AccessLog(QWidget):
    """Asks each time it is shown; what it shows stays until the next answer."""

    def __init__(self, model: AccessLogModel, title: str, none: str) -> None:
        """Take the model, the title, and what is said where there is no line; `arrive` asks."""
        super().__init__()
        self.model = model
        self.rows: FaceRows[AccessFace] = FaceRows(self)
        self.view = AccessLogView(self.rows, f"{title}, newest first")
        self.again = Button("Ask again", Variant.STANDARD, icon="refresh-cw", key="A")
        self.standing = WrapLabel("", "body", "ink2")
        self.alone = InlineMessage(Tone.SYNC, "", icon="cloud-off")
        self._count = label("", "body", "ink2")
        self._none = EmptyState("No line in this log", none)
        self._body = QStackedWidget()
        for page in (QWidget(), self.view, self._none):
            self._body.addWidget(page)
        self._lay_out(title)
        self.setAccessibleName(title)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        FirstFocus(self, self.view)
        self.again.clicked.connect(self.model.refresh)
        self.model.refreshed.connect(self._show)

    def arrive(self, destination: Destination) -> None:
        """Ask who looked, whatever the destination names."""
        del destination
        self.model.refresh()

    def let_go(self) -> None:
        """Stop waiting for an answer."""
        self.model.close()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Ask again on A."""
        if event.key() == Qt.Key.Key_A and not event.modifiers():
            self.model.refresh()
            return
        super().keyPressEvent(event)

    def _lay_out(self, title: str) -> None:
        head = QHBoxLayout()
        head.setSpacing(12)
        head.addWidget(label(title, "h2"))
        head.addWidget(self._count)
        head.addStretch(1)
        head.addWidget(self.again)
        whole = self._whole = QVBoxLayout(self)
        whole.setContentsMargins(16, 12, 14, 12)
        whole.setSpacing(8)
        whole.addLayout(head)
        whole.addWidget(self.standing)
        whole.addWidget(self.alone)
        whole.addWidget(self._body, 1)
        self.alone.hide()

    def lay_under_the_head(self, part: QWidget) -> None:
        """Put a part of the page between its title and what it says."""
        self._whole.insertWidget(1, part)

    def _show(self) -> None:
        model = self.model
        self.again.setEnabled(not model.is_asking)
        self.again.setText(ASKING if model.is_asking else "Ask again")
        if model.problem:
            self.alone.set_message(Tone.WARN, "The log could not be read", model.problem)
        elif model.found is not None and not model.is_whole:
            self.alone.set_message(
                Tone.SYNC, "This is what this PC alone knows", model.standing, icon="cloud-off"
            )
        self.alone.setVisible(bool(model.problem or (model.found and not model.is_whole)))
        self.standing.setText(model.standing if model.is_whole else "")
        if model.found is None:
            return
        self.rows.set_faces(model.faces)
        many = len(model.faces)
        self._count.setText("1 line" if many == 1 else f"{many} lines")
        self._body.setCurrentWidget(self.view if many else self._none)
        if self.hasFocus():
            (self.view if many else self.again).setFocus()
        if not model.is_asking:
            announce(self, f"{self._count.text()}. {model.standing}")


class AccessLogTab(AccessLog):
    """Of one record: who looked at it."""

    def __init__(self, record: RecordModel) -> None:
        """Take the record, which has been read."""

        def patient() -> str | None:
            return None if record.head is None else record.head.patient.id

        super().__init__(
            AccessLogModel(record.workplace, patient),
            "Who looked at this record",
            "Nobody is known to have opened this record.",
        )


class EmergencyLog(AccessLog):
    """Of the suite: who went on under emergency access or by a sealed envelope, and why."""

    def __init__(self, workplace: Workplace) -> None:
        """Take the workplace of somebody who answers for the suite."""
        super().__init__(
            AccessLogModel(workplace, str),
            "Emergency access at this suite",
            "Nobody is known to have gone on under emergency access here.",
        )
        self.envelopes = EnvelopesCard(EnvelopesModel(workplace))
        self.lay_under_the_head(self.envelopes)

    def keeps_awake(self) -> bool:
        """Return whether somebody writes codes down: they are gone when the screen locks."""
        return bool(self.envelopes.model.made)

    def let_go(self) -> None:
        """Stop waiting for an answer, and drop the codes."""
        self.envelopes.model.close()
        super().let_go()


class AccessLogView(QListView):
    """The lines, newest first; Up and Down go from one to the next."""

    def __init__(self, rows: FaceRows[AccessFace], name: str) -> None:
        """Take the lines, and what a screen reader calls the list."""
        super().__init__()
        self.setModel(rows)
        self.setItemDelegate(_Delegate(self))
        self.setAccessibleName(name)
        self.setResizeMode(QListView.ResizeMode.Adjust)
        self.setVerticalScrollMode(QListView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFrameShape(QListView.Shape.NoFrame)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Leave letters to the page."""
        if event.text().isalpha():
            event.ignore()
        else:
            super().keyPressEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Reckon the height of each line anew."""
        super().resizeEvent(event)
        self.scheduleDelayedItemsLayout()


class _Delegate(QStyledItemDelegate):
    def __init__(self, view: QListView) -> None:
        super().__init__(view)
        self._view = view

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:  # noqa: ARG002
        width = self._view.viewport().width()
        tallest = max(
            sum(_height(part, room) for part in parts)
            for _, room, parts in _columns(index.data(FACE_ROLE), width)
        )
        return QSize(0, round(tallest) + current().px(2 * _TOP))

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        rect, theme = QRectF(option.rect), current()
        chosen = bool(option.state & QStyle.StateFlag.State_Selected)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.fillRect(rect, theme.colour("selected" if chosen else "surface"))
        painter.setPen(QPen(theme.colour("line"), 1))
        painter.drawLine(rect.bottomLeft(), rect.bottomRight())
        for left, room, parts in _columns(index.data(FACE_ROLE), rect.width()):
            top = rect.top() + theme.px(_TOP)
            for text, style, token in parts:
                x = rect.left() + left
                top += painters.draw_wrapped(painter, x, top, room, text, style, token)
        painter.restore()


def _columns(face: AccessFace, width: float) -> list[tuple[float, float, tuple[_Part, ...]]]:
    """Return of each column where it begins, its width, and what stands in it, in pixels."""
    pad, gap = current().px(_PAD), current().px(_GAP)
    inner = max(width - 2 * pad, 1)
    note = "sync" if face.is_unsent else "ink3"
    columns: tuple[tuple[_Part, ...], ...] = (
        ((face.when, "body", "ink"),),
        ((face.who, "h3", "ink"), (face.role, "meta", "ink3")),
        ((face.what, "body", "ink"), (face.reason, "body", "ink2"), (face.note, "meta", note)),
        ((face.pc, "body", "ink2"),),
    )
    found, left = [], float(pad)
    for share, parts in zip(_COLUMNS, columns, strict=True):
        room = max(inner * share - gap, 40.0)
        found.append((left, room, tuple(part for part in parts if part[0])))
        left += inner * share
    return found


def _height(part: _Part, room: float) -> float:
    text, style, _ = part
    return painters.line_height(style) * len(painters.wrap(text, style, room))
