"""Painter functions that delegates and small widgets share, so the look is one."""

from __future__ import annotations

from sonar_desktop.ui.widgets.painters.chips import (
    CHIP_HEIGHT,
    CHIP_HEIGHT_TALL,
    chip_width,
    draw_avatar,
    draw_badge,
    draw_chip,
    draw_keycap,
    keycap_width,
)
from sonar_desktop.ui.widgets.painters.faces import (
    BAND_WORDS,
    SYNC_WORDS,
    ChipFace,
    CountdownFace,
    CountdownKind,
    NewsBand,
    SyncMark,
    Trend,
    news2_words,
)
from sonar_desktop.ui.widgets.painters.lines import (
    draw_bar,
    draw_countdown,
    draw_sparkline,
    draw_sync_icon,
)
from sonar_desktop.ui.widgets.painters.marks import (
    draw_care_level,
    draw_news2_mark,
    draw_sub_score,
    draw_trend,
)
from sonar_desktop.ui.widgets.painters.text import (
    draw_line,
    draw_middle,
    draw_right,
    draw_wrapped,
    line_height,
    text_width,
    wrap,
)

__all__ = [
    "BAND_WORDS",
    "CHIP_HEIGHT",
    "CHIP_HEIGHT_TALL",
    "SYNC_WORDS",
    "ChipFace",
    "CountdownFace",
    "CountdownKind",
    "NewsBand",
    "SyncMark",
    "Trend",
    "chip_width",
    "draw_avatar",
    "draw_badge",
    "draw_bar",
    "draw_care_level",
    "draw_chip",
    "draw_countdown",
    "draw_keycap",
    "draw_line",
    "draw_middle",
    "draw_news2_mark",
    "draw_right",
    "draw_sparkline",
    "draw_sub_score",
    "draw_sync_icon",
    "draw_trend",
    "draw_wrapped",
    "keycap_width",
    "line_height",
    "news2_words",
    "text_width",
    "wrap",
]
