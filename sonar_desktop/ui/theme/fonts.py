"""Inter, bundled: registration once, fonts by style with fixed-width figures."""

from __future__ import annotations

import logging
from typing import Final

from PySide6.QtGui import QFont, QFontDatabase, QFontInfo

from sonar_desktop.ui.theme.assets import resource
from sonar_desktop.ui.theme.type_scale import STYLES, scaled

FAMILY: Final = "Inter"
FILES: Final = (
    "Inter_400Regular.ttf",
    "Inter_500Medium.ttf",
    "Inter_600SemiBold.ttf",
    "Inter_700Bold.ttf",
)
FEATURES: Final = ("tnum", "cv05", "cv08")
"""Fixed-width figures, l with a tail, I with serifs; zero stays unslashed because of doses."""

_log = logging.getLogger(__name__)


def register() -> bool:
    """Load the four faces into this process; return whether the family answers as Inter.

    A machine where it does not goes on with the system font, and the log says so.
    """
    for name in FILES:
        QFontDatabase.addApplicationFont(str(resource("fonts", name)))
    found = QFontInfo(QFont(FAMILY)).family() == FAMILY
    if not found:
        _log.warning("bundled font family not available, using the system font")
    return found


def make_font(style: str, scale: int) -> QFont:
    """Return the font of a type style (``meta``, ``h1``...) at a text scale in per cent."""
    spec = STYLES[style]
    return sized_font(scaled(spec.px, scale), spec.weight)


def sized_font(px: int, weight: int) -> QFont:
    """Return Inter at a whole number of pixels and a weight of 400, 500, 600 or 700."""
    font = QFont(FAMILY)
    font.setPixelSize(px)
    font.setWeight(QFont.Weight(weight))
    font.setHintingPreference(QFont.HintingPreference.PreferNoHinting)
    for feature in FEATURES:
        font.setFeature(QFont.Tag(feature), 1)
    return font
