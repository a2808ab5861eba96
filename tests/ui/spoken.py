"""What a screen reader is told of a widget and of everything in it, and what reads badly."""

from __future__ import annotations

import re
from collections.abc import Iterator

from PySide6.QtGui import QAccessible, QAccessibleInterface
from PySide6.QtWidgets import QWidget

NEEDS_A_NAME = (
    QAccessible.Role.Button,
    QAccessible.Role.CheckBox,
    QAccessible.Role.ComboBox,
    QAccessible.Role.EditableText,
    QAccessible.Role.List,
    QAccessible.Role.ListItem,
    QAccessible.Role.PageTab,
    QAccessible.Role.RadioButton,
    QAccessible.Role.Table,
)
_MOST_ITEMS = 60
_DOUBLED = re.compile(r"[.,;:!?]\s*[,;:]|[.!?]\s*\.|,\s*\.|\s[.,;:]|^[.,;:]|[,;:]$")
# Scores and readings may repeat themselves; words do not.
_TWICE = re.compile(r"\b([^\W\d]+)[\s.,;:·]+\1\b", re.IGNORECASE)
_SHORT = re.compile(r"\b(?:no|approx)\.,")


def read(widget: QWidget) -> Iterator[tuple[QAccessible.Role, str]]:
    """Yield role and name of the widget and of each visible part of it."""
    yield from _read(QAccessible.queryAccessibleInterface(widget))


def flaws(widget: QWidget) -> list[str]:
    """Return the names that are empty, have doubled punctuation or say a word twice."""
    found = []
    for role, name in read(widget):
        plain = _SHORT.sub("", name)
        if role in NEEDS_A_NAME and not name.strip():
            found.append(f"{role.name} without a name")
        elif _DOUBLED.search(plain) or _TWICE.search(plain):
            found.append(f"{role.name}: {name}")
    return found


def _read(part: QAccessibleInterface) -> Iterator[tuple[QAccessible.Role, str]]:
    yield part.role(), part.text(QAccessible.Text.Name)
    for place in range(min(part.childCount(), _MOST_ITEMS)):
        child = part.child(place)
        if child is not None and child.isValid() and not _is_hidden(child):
            yield from _read(child)


def _is_hidden(part: QAccessibleInterface) -> bool:
    # A row that is scrolled away is said to be invisible, and is read as soon as somebody moves on.
    return bool(part.state().invisible) and part.role() is not QAccessible.Role.ListItem
