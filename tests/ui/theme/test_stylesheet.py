from __future__ import annotations

import re

import pytest

from sonar_desktop.ui.theme.stylesheet import LABEL_TONES, TEMPLATE, stylesheet
from sonar_desktop.ui.theme.tokens import COLOURS, ThemeName, Tone, colours
from sonar_desktop.ui.theme.type_scale import STYLES


def sheet(name=ThemeName.LIGHT, scale=100):
    return stylesheet(name, colours(name), scale)


@pytest.mark.parametrize("name", list(ThemeName))
def test_only_the_themes_own_colours_appear(name):
    used = set(re.findall("#[0-9A-Fa-f]{6}", sheet(name)))
    assert used <= set(colours(name).values())


def test_the_template_holds_names_and_no_colours():
    text = TEMPLATE.read_text(encoding="utf-8")
    assert not re.search("#[0-9A-Fa-f]{3,8}", text)
    assert "palette(" not in text


def test_every_type_style_and_tone_has_a_rule():
    text = sheet()
    for role in STYLES:
        assert f'QLabel[role="{role}"]' in text
    for tone in LABEL_TONES:
        assert tone in COLOURS
        assert f'QLabel[tone="{tone}"]' in text
    for tone in Tone:
        assert f'QFrame[k="message"][tone="{tone}"]' in text


def test_sizes_of_text_grow_with_the_scale():
    assert 'QLabel[role="meta"] { font-size: 12px;' in sheet()
    assert 'QLabel[role="meta"] { font-size: 24px;' in sheet(scale=200)


def test_a_thicker_border_takes_its_pixel_back_from_the_padding():
    text = sheet()
    assert "border-radius: 6px; padding: 7px 11px;" in text
    assert "border: 2px solid #0B5CAD; padding: 6px 10px;" in text
