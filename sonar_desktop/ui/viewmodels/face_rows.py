"""A list of faces for a list view: each is one row, drawn by a delegate and spoken whole."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final, Generic, Protocol, TypeVar

from PySide6.QtCore import QAbstractListModel, QModelIndex, QObject, QPersistentModelIndex, Qt

Index = QModelIndex | QPersistentModelIndex
FACE_ROLE: Final = int(Qt.ItemDataRole.UserRole)
"""Under it a row gives its face; under Qt's own roles for text, its words."""


class Face(Protocol):
    """What a row shows."""

    def spoken(self) -> str:
        """Return the row as a screen reader says it."""


F = TypeVar("F", bound=Face)


class FaceRows(QAbstractListModel, Generic[F]):
    """Shows all of the faces that it was given last."""

    def __init__(self, parent: QObject | None = None) -> None:
        """Begin empty."""
        super().__init__(parent)
        self._faces: Sequence[F] = ()

    def set_faces(self, faces: Sequence[F]) -> None:
        """Show others; the same ones are left alone."""
        if faces != self._faces:
            self.beginResetModel()
            self._faces = faces
            self.endResetModel()

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 Qt's own default
        """Return how many there are."""
        return 0 if parent.isValid() else len(self._faces)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Return the face, or the words."""
        face = self._faces[index.row()]
        if role == FACE_ROLE:
            return face
        if role in {Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole}:
            return face.spoken()
        return None
