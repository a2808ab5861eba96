from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAccessible, QColor

from sonar_desktop.ui.theme import current
from sonar_desktop.ui.widgets.button import Button, Variant
from sonar_desktop.ui.widgets.painters import keycap_width, text_width
from tests.ui.widgets.conftest import colours_in, picture


@pytest.mark.parametrize("key", [Qt.Key.Key_Space, Qt.Key.Key_Return])
def test_a_button_is_pressed_by_the_keyboard(shown, qtbot, key):
    button = shown(Button("Sign observations", Variant.PRIMARY, icon="check", key="Ctrl Enter"))
    button.setAutoDefault(True)
    button.setFocus()
    with qtbot.waitSignal(button.clicked):
        qtbot.keyClick(button, key)


def test_a_button_is_a_button_with_its_words_and_key(shown):
    button = shown(Button("New referral", Variant.PRIMARY, key="N"))
    seen = QAccessible.queryAccessibleInterface(button)
    assert seen.role() == QAccessible.Role.Button
    assert seen.text(QAccessible.Text.Name) == "New referral"
    assert seen.text(QAccessible.Text.Description) == "Key N"


@pytest.mark.parametrize("scale", [100, 200])
def test_words_and_key_cap_fit_whole(qtbot, put_on, scale):
    put_on("light", scale)
    button = Button("Record who was told", Variant.ACT, icon="megaphone", key="T")
    qtbot.addWidget(button)
    needed = text_width("Record who was told", "button") + keycap_width("T") + current().px(16)
    assert button.sizeHint().width() >= needed + 24
    assert button.minimumSizeHint() == button.sizeHint()


@pytest.mark.parametrize("variant", list(Variant))
def test_every_button_is_a_large_enough_target(qtbot, variant):
    button = Button("A", variant, height=32)
    qtbot.addWidget(button)
    assert button.sizeHint().width() >= 32
    assert button.sizeHint().height() == 32


@pytest.mark.parametrize(
    ("variant", "token"),
    [
        (Variant.PRIMARY, "accentfill"),
        (Variant.ACT, "dangerfill"),
        (Variant.STANDARD, "surface"),
        (Variant.DANGER, "surface"),
    ],
)
def test_a_destructive_button_is_outlined_and_only_an_act_is_filled_red(shown, variant, token):
    button = shown(Button("Strike out", variant))
    image = picture(button)
    assert QColor(image.pixel(6, 6)) == current().colour(token)


def test_a_disabled_button_is_grey_whatever_it_is(shown):
    button = Button("Receive and sign", Variant.PRIMARY, icon="signature", key="S")
    button.setEnabled(False)
    shown(button)
    assert current().colours["accentfill"] not in colours_in(picture(button))
    link = Button("Open", Variant.LINK)
    link.setEnabled(False)
    shown(link)
    assert current().colours["accent"] not in colours_in(picture(link))


def test_a_pressed_button_looks_pressed(shown):
    button = shown(Button("Give 30 mg", Variant.PRIMARY))
    before = picture(button)
    button.setDown(True)
    assert picture(button) != before


def test_icon_and_purpose_can_change(shown):
    button = shown(Button("Give", Variant.STANDARD))
    width = button.sizeHint().width()
    button.set_icon_name("check")
    assert button.sizeHint().width() > width
    before = picture(button)
    button.set_variant(Variant.PRIMARY)
    assert picture(button) != before
