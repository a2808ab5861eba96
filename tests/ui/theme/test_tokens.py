from __future__ import annotations

import re
from pathlib import Path

import pytest

from sonar_desktop.ui.theme.tokens import (
    COLOURS,
    ThemeName,
    Tone,
    colours,
    fill_tokens,
    soft_tokens,
    text_token,
)

UI = Path("sonar_desktop/ui")


def test_every_token_is_a_full_colour_in_both_themes():
    for token, pair in COLOURS.items():
        for value in pair:
            assert re.fullmatch("#[0-9A-F]{6}", value), token


def test_light_and_dark_take_their_own_side_of_the_table():
    assert colours(ThemeName.LIGHT)["ink"] == "#0F1B2D"
    assert colours(ThemeName.DARK)["ink"] == "#EAF0F6"
    assert len(colours(ThemeName.DARK)) == len(COLOURS) == 58


@pytest.mark.parametrize("tone", list(Tone))
def test_every_tone_names_tokens_that_exist(tone):
    for token in (text_token(tone), *soft_tokens(tone), *fill_tokens(tone)):
        assert token in COLOURS


def test_danger_is_red_and_copies_are_violet():
    assert soft_tokens(Tone.DANGER) == ("danger", "dangersoft", "dangerline")
    assert fill_tokens(Tone.SYNC) == ("onsync", "syncfill")


def test_no_other_module_holds_a_literal_colour():
    literal = re.compile(r"#[0-9A-Fa-f]{3,8}\b|QColor\(\s*[\d\"']|rgba?\(")
    for path in [*UI.rglob("*.py"), *UI.rglob("*.qss")]:
        if path.name == "tokens.py":
            continue
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
            assert not literal.search(line), f"{path}:{number}"
