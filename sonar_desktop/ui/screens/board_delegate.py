"""How a row of the board is painted: nine cells, two lines each, one bar at the edge."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QModelIndex, QObject, QPersistentModelIndex, QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPen
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem

from sonar_core.board.present import Edge, OutcomeIcon, ShownRow, Trend
from sonar_core.board.severity import CellText, Severity
from sonar_core.records.flag import FlagCategory
from sonar_desktop.ui.theme import current
from sonar_desktop.ui.viewmodels.board_table import ROW_ROLE, Column
from sonar_desktop.ui.widgets import painters
from sonar_desktop.ui.widgets.painters import NewsBand, SyncMark

Index = QModelIndex | QPersistentModelIndex

_INK: Final = {
    Severity.OK: "ink",
    Severity.QUIET: "ink3",
    Severity.INFO: "accent",
    Severity.SOON: "warn",
    Severity.LATE: "danger",
    Severity.ACT: "danger",
    Severity.COPIES: "sync",
}
_BAR: Final = {Severity.SOON: "warnbar", Severity.LATE: "dangerfill"}
_EDGE: Final = {Edge.CONFLICT: "syncfill", Edge.LATE: "warnbar", Edge.ACT: "dangerfill"}
_OUTCOME_ICON: Final = {
    OutcomeIcon.NOT_TOLD: "octagon-alert",
    OutcomeIcon.CONFLICT: "git-compare-arrows",
    OutcomeIcon.REFERRAL: "phone-incoming",
    OutcomeIcon.DECIDED: "circle-check",
}
MARKER_ICON: Final = {
    FlagCategory.SELF_HARM: ("heart-crack", "warn"),
    FlagCategory.DRUGS: ("syringe", "ink2"),
    FlagCategory.ALCOHOL: ("wine", "ink2"),
    FlagCategory.VIOLENCE: ("shield-alert", "ink2"),
    FlagCategory.INFECTION: ("droplet", "ink2"),
    FlagCategory.LONG_TERM_CONDITION: ("circle-plus", "ink2"),
    FlagCategory.VULNERABLE: ("brain", "ink2"),
    FlagCategory.APPROPRIATE_ADULT: ("users", "ink2"),
    FlagCategory.PREGNANCY: ("baby", "ink2"),
    FlagCategory.OTHER: ("flag", "ink2"),
}
"""Icon and colour of each warning marker; an urgent one is drawn in the colour of danger."""

_BANDS: Final = {
    "low": NewsBand.LOW,
    "low_medium": NewsBand.LOW_MEDIUM,
    "medium": NewsBand.MEDIUM,
    "high": NewsBand.HIGH,
}
_PAD: Final = 9
_EDGE_WIDTH: Final = 4
_ICON: Final = 16
_MARK: Final = 30
_LEVEL: Final = (22, 18)


class BoardDelegate(QStyledItemDelegate):
    """Paints everything itself: background, bar, cells, line below."""

    def __init__(self, row_height: int, parent: QObject) -> None:
        """Take the height of a row in logical pixels at 100 % text."""
        super().__init__(parent)
        self.row_height = row_height

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:  # noqa: ARG002
        """Return a row's height; widths are the view's."""
        return QSize(0, current().px(self.row_height))

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        """Paint one cell."""
        row: ShownRow = index.data(ROW_ROLE)
        rect = QRectF(option.rect)
        theme = current()
        selected = bool(option.state & QStyle.StateFlag.State_Selected)
        hovered = bool(option.state & QStyle.StateFlag.State_MouseOver)
        back = "selected" if selected else "hover" if hovered else "surface"
        painter.fillRect(rect, theme.colour(back))
        painter.setPen(QPen(theme.colour("line"), 1))
        below = rect.bottom() - 0.5
        painter.drawLine(QPointF(rect.left(), below), QPointF(rect.right(), below))
        column = Column(index.column())
        if column is Column.CELL and row.edge in _EDGE:
            bar = QRectF(rect.left(), rect.top(), _EDGE_WIDTH, rect.height())
            painter.fillRect(bar, theme.colour(_EDGE[row.edge]))
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        _CELLS[column](painter, rect.adjusted(_PAD, 0, -4, 0), row)
        painter.restore()


def row_height(row: ShownRow, widths: dict[Column, int], least: int) -> int:
    """Return the height that shows a row's whole texts in columns of these widths."""
    theme = current()
    plain = row.medicines.severity in {Severity.QUIET, Severity.SOON}
    cells = (
        (Column.DETAINEE, _who(row, widths[Column.DETAINEE] - _PAD - 4), 0),
        (Column.NEWS2, row.score.text, theme.px(_MARK) + 7 + _trend_width(row)),
        (Column.MEDICINES, row.medicines, 0 if plain else theme.px(_ICON) + 5),
        (Column.OUTCOME, row.outcome, theme.px(_ICON) + 6),
    )
    most = max(
        _line_count(text, widths[column] - _PAD - 4 - indent)
        for column, text, indent in cells
        if widths[column] > 0
    )
    margin = 18 if row.outcome.severity is Severity.ACT else 6
    return max(theme.px(least), int(most * theme.metrics("strong").height()) + margin)


def _line_count(text: CellText, width: float) -> int:
    """Return how many lines a cell's whole texts take."""
    first = painters.wrap(text.first, "strong", width)
    return len(first) + len(painters.wrap(text.second, "meta", width))


def _lines(painter: QPainter, rect: QRectF, x: float, text: CellText, icon: str = "") -> None:
    """Draw a cell's two lines, an icon before the first, both wrapped rather than cut."""
    theme = current()
    ink = _INK[text.severity]
    second_ink = "danger" if text.severity is Severity.LATE else "ink3"
    indent = x
    if icon:
        indent += theme.px(_ICON) + 5
    width = rect.right() - indent
    first = painters.wrap(text.first, "strong", width)
    second = painters.wrap(text.second, "meta", width) if text.second else ()
    step = theme.metrics("strong").height()
    lines = [(line, "strong", ink) for line in first]
    if text.severity is Severity.QUIET:
        lines = [(line, "body", ink) for line in first]
    lines += [(line, "meta", second_ink) for line in second]
    if len(lines) * step > rect.height():
        step = rect.height() / len(lines)
    top = rect.center().y() - step * len(lines) / 2
    if icon:
        middle = top + step / 2 - theme.px(_ICON) / 2
        theme.draw_icon(painter, icon, ink, x, middle, _ICON)
    for place, (line, style, token) in enumerate(lines):
        painters.draw_line(painter, indent, top + step * (place + 0.5), line, style, token)


def _cell(painter: QPainter, rect: QRectF, row: ShownRow) -> None:
    painters.draw_line(painter, rect.left() + 4, rect.center().y(), row.cell or "–", "h2", "ink")


def _marker_icons(row: ShownRow) -> list[tuple[str, str]]:
    icons = [MARKER_ICON[marker.category] for marker in row.row.markers]
    if any(marker.is_urgent for marker in row.row.markers):
        icons.insert(0, ("triangle-alert", "danger"))
    return icons


def _who(row: ShownRow, width: float) -> CellText:
    """Return name and second line, with a line of its own for markers that do not fit beside."""
    icons = len(_marker_icons(row)) * (current().px(_ICON) + 4)
    beside = painters.text_width(row.who, "meta") + icons + 6 <= width
    return CellText(first=row.name, second=row.who if beside else f"{row.who}\n")


def _detainee(painter: QPainter, rect: QRectF, row: ShownRow) -> None:
    theme = current()
    size = theme.px(_ICON)
    text = _who(row, rect.width())
    step = theme.metrics("strong").height()
    lines = _line_count(text, rect.width())
    bottom = rect.center().y() + step * lines / 2 - step / 2
    x = rect.right() - size
    for name, token in reversed(_marker_icons(row)):
        theme.draw_icon(painter, name, token, x, bottom - size / 2, _ICON)
        x -= size + 4
    _lines(painter, rect, rect.left(), text)


def _level(painter: QPainter, rect: QRectF, row: ShownRow) -> None:
    theme = current()
    width, height = theme.px(_LEVEL[0]), theme.px(_LEVEL[1])
    box = QRectF(rect.left(), rect.center().y() - height / 2, width, height)
    painters.draw_care_level(painter, box, row.level)
    _lines(painter, rect, box.right() + 7, row.care)


def _trend_width(row: ShownRow) -> int:
    return 0 if row.score.trend is Trend.NONE else current().px(_ICON) + 4


def _news2(painter: QPainter, rect: QRectF, row: ShownRow) -> None:
    theme = current()
    size = theme.px(_MARK)
    box = QRectF(rect.left(), rect.center().y() - size / 2, size, size)
    score = row.score
    band = _BANDS.get(score.band or "", NewsBand.NOT_SCORED)
    painters.draw_news2_mark(painter, box, band, score.total)
    words = CellText(first=score.text.first, second=score.text.second)
    _lines(painter, rect.adjusted(0, 0, -_trend_width(row), 0), box.right() + 7, words)
    if score.trend is not Trend.NONE:
        kind = painters.Trend.WORSE if score.trend is Trend.WORSE else painters.Trend.BETTER
        y = rect.center().y() - theme.metrics("strong").height()
        painters.draw_trend(painter, rect.right() - theme.px(_ICON), y, kind)


def _check(painter: QPainter, rect: QRectF, row: ShownRow) -> None:
    check = row.check
    if check.per_mille is None:
        _lines(painter, rect, rect.left(), check.text, "eye" if check.is_constant else "")
        return
    theme = current()
    token = _BAR.get(check.text.severity, "ink3")
    top = QRectF(rect.left(), rect.top(), rect.width(), rect.height() - 10)
    icon = "triangle-alert" if check.text.severity is Severity.LATE else ""
    _lines(painter, top, rect.left(), check.text, icon)
    bar = QRectF(rect.left(), rect.center().y() + theme.px(9), min(rect.width(), 102), 4)
    painters.draw_bar(painter, bar, check.per_mille // 10, token)


def _medicines(painter: QPainter, rect: QRectF, row: ShownRow) -> None:
    plain = row.medicines.severity in {Severity.QUIET, Severity.SOON}
    _lines(painter, rect, rect.left(), row.medicines, "" if plain else "pill")


def _tasks(painter: QPainter, rect: QRectF, row: ShownRow) -> None:
    text = row.tasks
    if text.severity is Severity.LATE:
        step = current().metrics("strong").height()
        middle, left = rect.center().y(), rect.left()
        painters.draw_line(painter, left, middle - step / 2, text.first, "strong", "ink")
        painters.draw_line(painter, left, middle + step / 2, text.second, "metab", "danger")
        return
    _lines(painter, rect, rect.left(), text)


def _outcome(painter: QPainter, rect: QRectF, row: ShownRow) -> None:
    text, icon = row.outcome, _OUTCOME_ICON.get(row.outcome_icon, "")
    if text.severity is not Severity.ACT:
        ink = "ok" if row.outcome_icon is OutcomeIcon.DECIDED else _INK[text.severity]
        _outcome_lines(painter, rect, text, icon, ink, _INK[text.severity])
        return
    theme = current()
    painter.setBrush(theme.colour("dangerfill"))
    painter.setPen(QPen(theme.colour("danger"), 1) if theme.name == "dark" else Qt.PenStyle.NoPen)
    painter.drawRoundedRect(rect.adjusted(-6, 4, -2, -5), 6, 6)
    _outcome_lines(painter, rect, text, icon, "ondanger", "ondanger")


def _outcome_lines(
    painter: QPainter, rect: QRectF, text: CellText, icon: str, icon_ink: str, ink: str
) -> None:
    theme = current()
    size = theme.px(_ICON)
    x = rect.left() + (size + 6 if icon else 0)
    second_ink = ink if ink == "ondanger" or text.severity is Severity.LATE else "ink3"
    width = rect.right() - x
    first = [(line, "strong", ink) for line in painters.wrap(text.first, "strong", width)]
    second = [(line, "meta", second_ink) for line in painters.wrap(text.second, "meta", width)]
    lines = first + (second if text.second else [])
    step = min(theme.metrics("strong").height(), rect.height() / len(lines))
    top = rect.center().y() - step * len(lines) / 2
    if icon:
        theme.draw_icon(painter, icon, icon_ink, rect.left(), top + (step - size) / 2, _ICON)
    for place, (line, style, token) in enumerate(lines):
        painters.draw_line(painter, x, top + step * (place + 0.5), line, style, token)


def _copy(painter: QPainter, rect: QRectF, row: ShownRow) -> None:
    size = current().px(18)
    mark = SyncMark(row.row.standing.value)
    x = rect.center().x() - size / 2
    painters.draw_sync_icon(painter, x, rect.center().y() - size / 2, mark, 18)


_CELLS: Final = {
    Column.CELL: _cell,
    Column.DETAINEE: _detainee,
    Column.LEVEL: _level,
    Column.NEWS2: _news2,
    Column.CHECK: _check,
    Column.MEDICINES: _medicines,
    Column.TASKS: _tasks,
    Column.OUTCOME: _outcome,
    Column.COPY: _copy,
}
