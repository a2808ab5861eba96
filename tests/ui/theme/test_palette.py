from __future__ import annotations

import pytest
from PySide6.QtGui import QPalette

from sonar_desktop.ui.theme.palette import make_palette
from sonar_desktop.ui.theme.tokens import ThemeName, colours


@pytest.mark.parametrize("name", list(ThemeName))
def test_what_fusion_draws_itself_has_the_tokens_colours(qapp, name):
    values = colours(name)
    palette = make_palette(values)
    role = QPalette.ColorRole
    for wanted, token in (
        (role.Window, "canvas"),
        (role.Base, "surface"),
        (role.Text, "ink"),
        (role.Highlight, "accentfill"),
        (role.PlaceholderText, "ink3"),
    ):
        assert palette.color(wanted).name().upper() == values[token]


def test_disabled_text_is_paler(qapp):
    values = colours(ThemeName.LIGHT)
    palette = make_palette(values)
    dull = palette.color(QPalette.ColorGroup.Disabled, QPalette.ColorRole.Text)
    assert dull.name().upper() == values["disabled"]
