from __future__ import annotations

import pytest
from PySide6.QtCore import QSize
from PySide6.QtGui import QImage, QPainter, QPalette
from PySide6.QtWidgets import QLabel, QLineEdit

from sonar_desktop.ui.theme import Theme, ThemeName, apply_theme, current
from sonar_desktop.ui.theme.icons import icon_pixmap


def test_a_theme_reaches_palette_font_and_style_sheet(qapp, put_on):
    theme = put_on("dark", 130)
    assert current() is theme
    assert qapp.palette().color(QPalette.ColorRole.Window) == theme.colour("canvas")
    assert qapp.font().pixelSize() == 17
    assert theme.colours["surface"] in qapp.styleSheet()


def test_a_label_takes_size_weight_and_colour_from_its_role(qtbot, put_on):
    theme = put_on("light", 100)
    label = QLabel("BARROW, Connor (Mr)")
    label.setProperty("role", "h1")
    label.setProperty("tone", "danger")
    qtbot.addWidget(label)
    label.ensurePolished()
    assert label.font().pixelSize() == 20
    assert label.font().weight() == 700
    assert label.palette().color(QPalette.ColorRole.WindowText) == theme.colour("danger")


def test_switching_changes_widgets_that_are_already_there(qtbot, put_on):
    put_on("light", 100)
    field = QLineEdit("22")
    qtbot.addWidget(field)
    field.ensurePolished()
    before = field.sizeHint().height()
    dark = put_on("dark", 200)
    assert field.font().pixelSize() == 28
    assert field.sizeHint().height() > before
    assert field.palette().color(QPalette.ColorRole.Text) == dark.colour("ink")


def test_switching_forgets_rendered_icons(put_on):
    theme = put_on("light")
    theme.pixmap("pill", "accent", 16, 1.0)
    assert icon_pixmap.cache_info().currsize >= 1
    put_on("dark")
    # The style sheet itself may draw; the pill of the light theme is gone.
    hits = icon_pixmap.cache_info().hits
    theme.pixmap("pill", "accent", 16, 1.0)
    assert icon_pixmap.cache_info().hits == hits


def test_an_icon_for_standard_widgets_has_a_sharp_version_for_every_screen(put_on):
    icon = put_on().icon("printer", "ink2", 16)
    assert icon.availableSizes() == [QSize(16, 16), QSize(32, 32)]


def test_an_icon_on_a_painter_lands_where_it_is_put(put_on):
    theme = put_on()
    image = QImage(40, 40, QImage.Format.Format_ARGB32_Premultiplied)
    image.fill(theme.colour("surface"))
    painter = QPainter(image)
    theme.draw_icon(painter, "square", "danger", 20, 20, 16)
    painter.end()
    changed = [
        (x, y)
        for x in range(40)
        for y in range(40)
        if image.pixelColor(x, y) != theme.colour("surface")
    ]
    assert changed
    assert min(min(place) for place in changed) >= 20


@pytest.mark.parametrize("ratio", [1.0, 1.25, 1.5, 2.0])
def test_an_icon_on_a_painter_is_made_at_the_pixels_of_its_device(put_on, ratio):
    theme = put_on()
    image = QImage(round(40 * ratio), round(40 * ratio), QImage.Format.Format_ARGB32_Premultiplied)
    image.setDevicePixelRatio(ratio)
    image.fill(theme.colour("surface"))
    painter = QPainter(image)
    misses = icon_pixmap.cache_info().misses
    theme.draw_icon(painter, "square", "danger", 4, 4, 16)
    painter.end()
    assert icon_pixmap.cache_info().misses == misses + 1
    icon_pixmap("square", theme.colours["danger"], 16, ratio)
    assert icon_pixmap.cache_info().misses == misses + 1


def test_fonts_and_measures_are_made_once(put_on):
    theme = put_on()
    assert theme.font("meta") is theme.font("meta")
    assert theme.sized_font(13, 700) is theme.sized_font(13, 700)
    assert theme.metrics("meta") is theme.metrics("meta")


def test_pixels_grow_with_the_text_in_whole_numbers():
    assert Theme(ThemeName.LIGHT, 115).px(36) == 41


def test_words_that_are_no_theme_token_or_scale_are_refused(qapp):
    with pytest.raises(ValueError, match="blue"):
        apply_theme(qapp, "blue")
    with pytest.raises(ValueError, match="100 to 200"):
        apply_theme(qapp, "light", 250)
    with pytest.raises(KeyError):
        Theme(ThemeName.LIGHT).colour("puce")
