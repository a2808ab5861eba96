"""The one application style sheet: ``app.qss`` filled in from tokens, sizes and text scale.

Widgets pick their look by dynamic property, set before show: ``role`` (type style of a label),
``tone`` (its colour), ``k`` (kind of a frame or field), ``problem`` (state of a field).
"""

from __future__ import annotations

from pathlib import Path
from string import Template
from typing import Final

from sonar_desktop.ui.theme.assets import resource
from sonar_desktop.ui.theme.sizes import (
    ICON_LINE,
    RADIUS_CARD,
    RADIUS_CHIP,
    RADIUS_CONTROL,
    RADIUS_WELL,
    SCROLL_BAR,
)
from sonar_desktop.ui.theme.tokens import ThemeName, Tone, soft_tokens
from sonar_desktop.ui.theme.type_scale import STYLES, scaled

TEMPLATE: Final = Path(__file__).with_name("app.qss")
LABEL_TONES: Final = (
    *("ink", "ink2", "ink3", "disabled", "accent", "danger", "warn", "caution", "ok", "sync"),
    *("onbanner", "onbanner2", "cautionfill", "ondanger"),
)
"""Tokens a label may name in its ``tone`` property."""


def stylesheet(name: ThemeName, colours: dict[str, str], scale: int) -> str:
    """Return the QSS of a theme at a text scale in per cent."""
    values: dict[str, str | int] = {
        **colours,
        "radius_card": RADIUS_CARD,
        "radius_chip": RADIUS_CHIP,
        "radius_control": RADIUS_CONTROL,
        "radius_well": RADIUS_WELL,
        "scroll_bar": SCROLL_BAR,
        "arrow_down": _themed("chevron-down", name),
        "arrow_disabled": _themed("chevron-down-disabled", name),
        "arrow_left": _themed("chevron-left", name),
        "arrow_right": _themed("chevron-right", name),
        "icon_px": scaled(ICON_LINE, scale),
        "input_px": scaled(STYLES["input"].px, scale),
        "big_px": scaled(STYLES["biginput"].px, scale),
        "big_weight": STYLES["biginput"].weight,
        "body_px": scaled(STYLES["body"].px, scale),
        "meta_px": scaled(STYLES["meta"].px, scale),
    }
    sheet = Template(TEMPLATE.read_text(encoding="utf-8")).substitute(values)
    return "\n".join((_label_rules(colours, scale), sheet, _tone_rules(colours)))


def _themed(icon: str, name: ThemeName) -> str:
    """Return the path of an arrow in a theme's colour: a style sheet can only name files."""
    return resource("icons", "themed", f"{icon}-{name}.svg").as_posix()


def _label_rules(colours: dict[str, str], scale: int) -> str:
    return "\n".join(
        f'QLabel[role="{role}"] {{ font-size: {scaled(style.px, scale)}px;'
        f" font-weight: {style.weight}; color: {colours['ink']}; }}"
        for role, style in STYLES.items()
    )


def _tone_rules(colours: dict[str, str]) -> str:
    labels = [f'QLabel[tone="{tone}"] {{ color: {colours[tone]}; }}' for tone in LABEL_TONES]
    messages = []
    for tone in Tone:
        _text, soft, line = soft_tokens(tone)
        messages.append(
            f'QFrame[k="message"][tone="{tone}"] {{ background: {colours[soft]};'
            f" border: 1px solid {colours[line]}; border-radius: {RADIUS_WELL}px; }}"
        )
    disabled = f"QLabel:disabled {{ color: {colours['disabled']}; }}"
    return "\n".join((*labels, *messages, disabled))
