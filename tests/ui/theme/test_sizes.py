from __future__ import annotations

import pytest

from sonar_desktop.ui.theme.sizes import (
    DENSE,
    PIN_KEY,
    STANDARD,
    TARGET_GLOVE,
    Layout,
    layout_for,
    sizes_for,
)


@pytest.mark.parametrize(
    ("width", "height", "layout"),
    [
        (1440, 900, Layout.FULL),
        (1400, 800, Layout.FULL),
        (1399, 900, Layout.DENSE),
        (1920, 799, Layout.DENSE),
        (1366, 768, Layout.DENSE),
        (1199, 900, Layout.NARROW),
        (960, 540, Layout.NARROW),
        (959, 900, Layout.SMALL),
        (1440, 539, Layout.SMALL),
    ],
)
def test_the_window_gets_the_layout_of_its_size(width, height, layout):
    assert layout_for(width, height) is layout


def test_only_the_full_layout_has_tall_bars():
    assert sizes_for(Layout.FULL) is STANDARD
    assert sizes_for(Layout.DENSE) is sizes_for(Layout.NARROW) is sizes_for(Layout.SMALL) is DENSE
    assert (STANDARD.banner, DENSE.banner) == (68, 58)


def test_14_rows_of_the_board_fit_a_768_pixel_screen():
    fixed = DENSE.top_bar + 8 + 36 + 8 + 36 + 8 + 34 + 26 + 16
    assert fixed + 14 * DENSE.board_row <= 768


def test_a_pin_key_is_large_enough_for_gloves():
    assert min(PIN_KEY) >= TARGET_GLOVE
