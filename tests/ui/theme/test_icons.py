from __future__ import annotations

import pytest
from PySide6.QtGui import QColor

from sonar_desktop.ui.theme.icons import clear_icons, icon_pixmap

RED = "#A8131C"


def inked(pixmap):
    image = pixmap.toImage()
    return [
        image.pixelColor(x, y)
        for x in range(image.width())
        for y in range(image.height())
        if image.pixelColor(x, y).alpha() > 250
    ]


def test_an_icon_takes_the_colour_it_is_asked_for(qapp):
    drawn = inked(icon_pixmap("square", RED, 48, 1.0))
    assert drawn
    wanted = QColor(RED)
    for found in drawn:
        assert abs(found.red() - wanted.red()) <= 3
        assert abs(found.green() - wanted.green()) <= 3


@pytest.mark.parametrize("ratio", [1.0, 1.25, 1.5, 2.0])
def test_an_icon_is_made_at_the_pixels_of_its_screen(qapp, ratio):
    pixmap = icon_pixmap("pill", RED, 16, ratio)
    assert pixmap.width() == round(16 * ratio)
    assert pixmap.devicePixelRatio() == ratio


def test_an_icon_is_rendered_once_until_the_theme_changes(qapp):
    clear_icons()
    first = icon_pixmap("pill", RED, 16, 1.0)
    assert icon_pixmap("pill", RED, 16, 1.0) is first
    assert icon_pixmap.cache_info().hits == 1
    clear_icons()
    assert icon_pixmap.cache_info().currsize == 0


def test_an_icon_that_is_not_bundled_is_an_error(qapp):
    with pytest.raises(FileNotFoundError, match="no-such-icon"):
        icon_pixmap("no-such-icon", RED, 16, 1.0)
