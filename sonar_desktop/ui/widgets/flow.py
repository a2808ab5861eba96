"""A layout that sets widgets side by side and starts a new line when the width is used up."""

from __future__ import annotations

from PySide6.QtCore import QPoint, QRect, QSize, Qt
from PySide6.QtWidgets import QLayout, QLayoutItem, QWidget


class FlowLayout(QLayout):
    """Lines of widgets at their own size; nothing is squeezed, so nothing is cut."""

    def __init__(
        self, parent: QWidget | None = None, *, gap: int = 8, line_gap: int = 6, right: bool = False
    ) -> None:
        """Take the gaps in pixels; ``right`` sets each line against the right edge.

        Where there is more height than needed, the lines stand in its middle.
        """
        super().__init__()
        self._items: list[QLayoutItem] = []
        self._gap = gap
        self._line_gap = line_gap
        self._right = right
        self.setContentsMargins(0, 0, 0, 0)
        if parent is not None:
            parent.setLayout(self)

    def addItem(self, item: QLayoutItem) -> None:
        """Take an item at the end."""
        self._items.append(item)

    def count(self) -> int:
        """Return how many items there are."""
        return len(self._items)

    def itemAt(self, index: int) -> QLayoutItem | None:
        """Return the item at an index, or None past the end as Qt asks."""
        return self._items[index] if 0 <= index < len(self._items) else None

    def takeAt(self, index: int) -> QLayoutItem | None:
        """Remove and return the item at an index, or None past the end."""
        return self._items.pop(index) if 0 <= index < len(self._items) else None

    def clear(self) -> None:
        """Remove every widget and schedule its deletion."""
        while (item := self.takeAt(0)) is not None:
            widget = item.widget()
            if widget is not None:
                widget.hide()
                widget.deleteLater()
        self.invalidate()

    def expandingDirections(self) -> Qt.Orientation:
        """Ask for no more room than needed."""
        return Qt.Orientation(0)

    def hasHeightForWidth(self) -> bool:
        """Say that fewer pixels across mean more lines."""
        return True

    def heightForWidth(self, width: int) -> int:
        """Return the height of all lines at a width."""
        margins = self.contentsMargins()
        inner = width - margins.left() - margins.right()
        return (
            sum(height for _, height in self._with_gaps(inner)) + margins.top() + margins.bottom()
        )

    def sizeHint(self) -> QSize:
        """Return the size of everything on one line."""
        sizes = [item.sizeHint() for item in self._shown()]
        width = sum(size.width() for size in sizes) + self._gap * max(len(sizes) - 1, 0)
        height = max((size.height() for size in sizes), default=0)
        margins = self.contentsMargins()
        return QSize(
            width + margins.left() + margins.right(), height + margins.top() + margins.bottom()
        )

    def minimumSize(self) -> QSize:
        """Return the size of the widest item."""
        width = max((item.minimumSize().width() for item in self._shown()), default=0)
        height = max((item.minimumSize().height() for item in self._shown()), default=0)
        margins = self.contentsMargins()
        return QSize(
            width + margins.left() + margins.right(), height + margins.top() + margins.bottom()
        )

    def setGeometry(self, rect: QRect) -> None:
        """Place the items line by line."""
        super().setGeometry(rect)
        inner = rect.marginsRemoved(self.contentsMargins())
        lines = self._lines(inner.width())
        needed = sum(height for _, height in self._with_gaps(inner.width()))
        top = inner.top() + max(inner.height() - needed, 0) // 2
        for line, height in lines:
            widths = [min(item.sizeHint().width(), inner.width()) for item in line]
            used = sum(widths) + self._gap * (len(line) - 1)
            left = inner.right() + 1 - used if self._right else inner.left()
            for item, width in zip(line, widths, strict=True):
                own = min(item.sizeHint().height(), height)
                place = QPoint(left, top + (height - own) // 2)
                item.setGeometry(QRect(place, QSize(width, own)))
                left += width + self._gap
            top += height + self._line_gap

    def _shown(self) -> list[QLayoutItem]:
        return [item for item in self._items if not item.isEmpty()]

    def _lines(self, width: int) -> list[tuple[list[QLayoutItem], int]]:
        lines: list[tuple[list[QLayoutItem], int]] = []
        line: list[QLayoutItem] = []
        used = height = 0
        for item in self._shown():
            size = item.sizeHint()
            if line and used + self._gap + size.width() > width:
                lines.append((line, height))
                line, used, height = [], 0, 0
            used += size.width() + (self._gap if line else 0)
            height = max(height, size.height())
            line.append(item)
        if line:
            lines.append((line, height))
        return lines

    def _with_gaps(self, width: int) -> list[tuple[list[QLayoutItem], int]]:
        lines = self._lines(width)
        last = len(lines) - 1
        return [
            (line, height + (self._line_gap if at < last else 0))
            for at, (line, height) in enumerate(lines)
        ]
