"""How one dose is drawn: shape, time and word; recorded ones solid, those to come dashed or filled.

Source of the rule on outlines: NHS Common User Interface MEDa-0078.
"""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QPainter, QPen

from sonar_desktop.ui.theme import current
from sonar_desktop.ui.theme.sizes import RADIUS_CONTROL
from sonar_desktop.ui.viewmodels.chart_faces import SlotFace, SlotKind
from sonar_desktop.ui.widgets import painters

SLOT_HEIGHT: Final = 42
_ICON: Final = 14
_PAD: Final = 8
_LEAST: Final = 62

SLOT_LOOKS: Final = {
    SlotKind.GIVEN: ("check", "ok", "oksoft", "okline"),
    SlotKind.CUSTODY: ("user-check", "ok", "oksoft", "okline"),
    SlotKind.PART: ("circle-dot", "ok", "oksoft", "okline"),
    SlotKind.REFUSED: ("hand", "caution", "cautionsoft", "cautionline"),
    SlotKind.WITHHELD: ("circle-slash", "warn", "warnsoft", "warnline"),
    SlotKind.NOT_AVAILABLE: ("box", "warn", "warnsoft", "warnline"),
    SlotKind.ASLEEP: ("moon", "ink2", "raised", "line2"),
    SlotKind.NOT_IN_SUITE: ("door-open", "ink2", "raised", "line2"),
    SlotKind.VOMITED: ("undo-2", "warn", "warnsoft", "warnline"),
    SlotKind.ERROR: ("x", "ink3", "surface", "line2"),
    SlotKind.DUE: ("bell-ring", "onaccent", "accentfill", "accentfill"),
    SlotKind.LATE: ("clock-alert", "onaccent", "accentfill", "danger"),
    SlotKind.LATER: ("clock", "ink3", "surface", "ctl"),
}
"""Kind to (icon, ink, background, edge)."""

SLOT_WORDS: Final = {
    SlotKind.GIVEN: "Given by HCP",
    SlotKind.CUSTODY: "Handed over by custody",
    SlotKind.REFUSED: "Refused",
    SlotKind.WITHHELD: "Withheld",
    SlotKind.ASLEEP: "Asleep",
    SlotKind.NOT_IN_SUITE: "Not in suite",
    SlotKind.NOT_AVAILABLE: "Not available",
    SlotKind.LATER: "Later",
}
"""What the line below the grid explains."""


def slot_width(slot: SlotFace) -> float:
    """Return the width that shows the slot's whole words."""
    theme = current()
    first = theme.px(_ICON) + 4 + painters.text_width(slot.time, "metab")
    second = painters.text_width(slot.word, "meta")
    return max(first, second, theme.px(_LEAST) - 2 * _PAD) + 2 * _PAD


def draw_slot(painter: QPainter, box: QRectF, slot: SlotFace, *, is_chosen: bool) -> None:
    """Draw a slot; the chosen one has the focus ring."""
    theme = current()
    icon, ink, back, edge = SLOT_LOOKS[slot.kind]
    painter.save()
    if is_chosen:
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(theme.colour("ring1"), 3))
        painter.drawRoundedRect(box.adjusted(-3, -3, 3, 3), 8, 8)
        painter.setPen(QPen(theme.colour("ring2"), 2))
        painter.drawRoundedRect(box.adjusted(-1, -1, 1, 1), 7, 7)
    style = Qt.PenStyle.DashLine if slot.kind is SlotKind.LATER else Qt.PenStyle.SolidLine
    edge = "danger" if slot.to_check else edge
    thick = 3 if slot.to_check or slot.kind is SlotKind.LATE else 1
    painter.setPen(QPen(theme.colour(edge), thick, style))
    painter.setBrush(theme.colour(back))
    painter.drawRoundedRect(box.adjusted(0.5, 0.5, -0.5, -0.5), RADIUS_CONTROL, RADIUS_CONTROL)
    size = theme.px(_ICON)
    step = box.height() / 2 - 2
    first, second = box.top() + 2 + step / 2, box.top() + 2 + step * 1.5
    width = size + 4 + painters.text_width(slot.time, "metab")
    left = box.center().x() - width / 2
    theme.draw_icon(painter, icon, ink, left, first - size / 2, size)
    strong = "ink" if ink not in {"onaccent", "ink3"} else ink
    painters.draw_line(painter, left + size + 4, first, slot.time, "metab", strong)
    word_ink = "ink2" if strong == "ink" else ink
    painters.draw_middle(painter, box.center().x(), second, slot.word, "meta", word_ink)
    if slot.kind is SlotKind.ERROR:
        half = painters.text_width(slot.word, "meta") / 2
        painter.setPen(QPen(theme.colour(ink), 1.2))
        middle = box.center().x()
        painter.drawLine(QPointF(middle - half, second), QPointF(middle + half, second))
    painter.restore()
