from __future__ import annotations

import pytest

from sonar_desktop.ui.theme.contrast import PAIRS, luminance, ratio
from sonar_desktop.ui.theme.tokens import ThemeName, Tone, colours, fill_tokens, soft_tokens

ROUNDING = 0.006


def test_black_on_white_is_21_to_1_and_order_does_not_matter():
    assert ratio("#000000", "#FFFFFF") == pytest.approx(21.0)
    assert ratio("#FFFFFF", "#000000") == ratio("#000000", "#FFFFFF")
    assert ratio("#777777", "#777777") == 1.0


def test_a_dark_channel_is_on_the_straight_part_of_the_curve():
    assert luminance("#0A0A0A") == pytest.approx(10 / 255 / 12.92)
    assert luminance("#00FF00") == pytest.approx(0.7152)


@pytest.mark.parametrize("name", list(ThemeName))
@pytest.mark.parametrize("pair", PAIRS, ids=lambda pair: f"{pair.front}-on-{pair.back}")
def test_a_promised_pair_is_as_clear_as_measured(pair, name):
    values = colours(name)
    found = ratio(values[pair.front], values[pair.back])
    measured = pair.light if name is ThemeName.LIGHT else pair.dark
    assert found == pytest.approx(measured, abs=ROUNDING)
    assert found >= pair.needs


def test_the_table_is_whole():
    assert len(PAIRS) == 42
    assert sum(pair.needs == 4.5 for pair in PAIRS) == 29


@pytest.mark.parametrize("name", list(ThemeName))
@pytest.mark.parametrize("tone", list(Tone))
def test_the_words_of_every_chip_can_be_read(tone, name):
    values = colours(name)
    text, soft, _line = soft_tokens(tone)
    assert ratio(values[text], values[soft]) >= 4.5
    text, fill = fill_tokens(tone)
    assert ratio(values[text], values[fill]) >= 4.5


@pytest.mark.parametrize("name", list(ThemeName))
def test_initials_can_be_read_on_every_persons_colour(name):
    values = colours(name)
    for token in ("c1", "c2", "c3", "c4", "c5"):
        assert ratio(values["surface"], values[token]) >= 4.5
