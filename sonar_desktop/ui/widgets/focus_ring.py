"""The one visible focus: a yellow and ink ring around whatever the keyboard talks to."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, QPoint, QRect, QRectF, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QAbstractItemView, QApplication, QTabBar, QWidget
from shiboken6 import isValid

from sonar_desktop.ui.theme import current
from sonar_desktop.ui.theme.sizes import RADIUS_WELL

_OUTSIDE = 5
_MOVES = frozenset(
    (
        QEvent.Type.Move,
        QEvent.Type.Resize,
        QEvent.Type.Show,
        QEvent.Type.Hide,
        QEvent.Type.LayoutRequest,
    )
)


class FocusRing(QWidget):
    """An overlay of the window, 3 pixels of yellow outside and 2 of ink inside.

    It follows the focus, scrolling and resizing, lets the mouse through, and is cut where a scroll
    area cuts the focused control, so it never lies over the banner.
    """

    def __init__(self, window: QWidget, app: QApplication) -> None:
        """Take the window it lies over and the application whose focus it follows."""
        super().__init__(window)
        self._window = window
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.setAttribute(Qt.WidgetAttribute.WA_NoSystemBackground)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._target: QWidget | None = None
        self._watched: list[QWidget] = []
        self._ring = QRect()
        self._visible_part = QRect()
        app.focusChanged.connect(self._focus_changed)
        self.hide()

    @property
    def target(self) -> QWidget | None:
        """The control inside the ring."""
        return self._target

    def ring_rect(self) -> QRect:
        """Return the focused area in window coordinates, without the ring's own width."""
        return QRect(self._ring)

    def _focus_changed(self, _old: QWidget | None, new: QWidget | None) -> None:
        self._forget()
        window = self._window
        if new is None or (new is not window and not window.isAncestorOf(new)):
            self.hide()
            return
        self._target = new
        step: QWidget | None = new
        while step is not None and step is not window:
            step.installEventFilter(self)
            self._watched.append(step)
            step = step.parentWidget()
        new.destroyed.connect(self._gone)
        if isinstance(new, QAbstractItemView):
            new.viewport().installEventFilter(self)
            self._watched.append(new.viewport())
        self.follow()

    def _gone(self) -> None:
        self._target = None
        self._watched = []
        self.hide()

    def _forget(self) -> None:
        # A control that is being destroyed loses the focus first and its wrapper is empty by then.
        if self._target is not None and isValid(self._target):
            self._target.destroyed.disconnect(self._gone)
        for widget in self._watched:
            if isValid(widget):
                widget.removeEventFilter(self)
        self._watched = []
        self._target = None

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Follow when anything between the control and the window moves.

        Views and tab bars move their current item without moving themselves: they repaint.
        """
        inside = isinstance(self._target, (QAbstractItemView, QTabBar))
        if event.type() in _MOVES or (inside and event.type() == QEvent.Type.Paint):
            self.follow()
        return super().eventFilter(watched, event)

    def follow(self) -> None:
        """Lay the ring around the focused control where it is now."""
        target, window = self._target, self._window
        if target is None or not target.isVisibleTo(window):
            self.hide()
            return
        owner, area = self._area(target)
        ring = QRect(owner.mapTo(window, area.topLeft()), area.size())
        part = QRect(window.rect())
        step = owner.parentWidget()
        while step is not None and step is not window:
            if _clips(step):
                part &= QRect(step.mapTo(window, QPoint(0, 0)), step.size())
            step = step.parentWidget()
        around = ring.adjusted(-_OUTSIDE, -_OUTSIDE, _OUTSIDE, _OUTSIDE)
        if not part.intersects(ring):
            self.hide()
            return
        if ring == self._ring and part == self._visible_part and not self.isHidden():
            return
        self._ring, self._visible_part = ring, part
        self.setGeometry(around)
        self.show()
        self.raise_()
        self.update()

    @staticmethod
    def _area(target: QWidget) -> tuple[QWidget, QRect]:
        if isinstance(target, QAbstractItemView) and target.currentIndex().isValid():
            port = target.viewport()
            return port, target.visualRect(target.currentIndex()) & port.rect()
        if isinstance(target, QTabBar):
            return target, target.tabRect(target.currentIndex()).adjusted(4, 4, -4, -4)
        return target, target.rect()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint both lines of the ring, cut to what is visible of the control's surroundings."""
        theme = current()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        grown = self._visible_part.adjusted(-_OUTSIDE, -_OUTSIDE, _OUTSIDE, _OUTSIDE)
        painter.setClipRect(grown.translated(-self.pos()))
        box = QRectF(self.rect())
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(theme.colour("ring1"), 3))
        outer = box.adjusted(1.5, 1.5, -1.5, -1.5)
        painter.drawRoundedRect(outer, RADIUS_WELL + 2, RADIUS_WELL + 2)
        painter.setPen(QPen(theme.colour("ring2"), 2))
        inner = box.adjusted(4, 4, -4, -4)
        painter.drawRoundedRect(inner, RADIUS_WELL, RADIUS_WELL)
        painter.end()


def _clips(widget: QWidget) -> bool:
    parent = widget.parentWidget()
    return parent is not None and getattr(parent, "viewport", None) is not None
