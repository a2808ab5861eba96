from __future__ import annotations

import pytest

from sonar_desktop.ui.theme.type_scale import SCALES, STYLES, checked_scale, scaled


def test_nothing_is_smaller_than_12_pixels():
    assert min(style.px for style in STYLES.values()) == 12


def test_the_styles_are_those_of_the_design():
    assert (STYLES["big"].px, STYLES["big"].weight) == (28, 700)
    assert (STYLES["h1"].px, STYLES["h1"].weight) == (20, 700)
    assert (STYLES["biginput"].px, STYLES["biginput"].weight) == (20, 600)
    assert (STYLES["meta"].px, STYLES["meta"].weight) == (12, 400)


@pytest.mark.parametrize(("scale", "px"), [(100, 13), (115, 15), (130, 17), (150, 20), (200, 26)])
def test_text_grows_to_twice_its_size_in_whole_pixels(scale, px):
    assert scaled(13, scale) == px
    assert scale in SCALES


@pytest.mark.parametrize("scale", [99, 201, 0, -100])
def test_a_scale_outside_100_to_200_is_refused(scale):
    with pytest.raises(ValueError, match="100 to 200"):
        checked_scale(scale)
    assert checked_scale(100) == 100
    assert checked_scale(200) == 200
