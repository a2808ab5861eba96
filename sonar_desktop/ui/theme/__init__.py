"""The look: one token table gives the palette, the style sheet and the painters' colours."""

from __future__ import annotations

from sonar_desktop.ui.theme.sizes import Layout, Sizes, layout_for, sizes_for
from sonar_desktop.ui.theme.state import Theme, apply_theme, current
from sonar_desktop.ui.theme.tokens import ThemeName, Tone, fill_tokens, soft_tokens, text_token

__all__ = [
    "Layout",
    "Sizes",
    "Theme",
    "ThemeName",
    "Tone",
    "apply_theme",
    "current",
    "fill_tokens",
    "layout_for",
    "sizes_for",
    "soft_tokens",
    "text_token",
]
