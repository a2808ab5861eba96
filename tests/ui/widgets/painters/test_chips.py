from __future__ import annotations

import pytest
from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QColor, QImage, QPainter

from sonar_desktop.ui.theme import Tone, current
from sonar_desktop.ui.widgets.painters import ChipFace, text_width
from sonar_desktop.ui.widgets.painters.chips import (
    chip_tokens,
    chip_width,
    draw_avatar,
    draw_badge,
    draw_chip,
    draw_keycap,
    keycap_width,
)


def canvas(draw) -> QImage:
    image = QImage(400, 60, QImage.Format.Format_RGB32)
    image.fill(current().colour("canvas"))
    painter = QPainter(image)
    draw(painter)
    painter.end()
    return image


@pytest.mark.parametrize("scale", [100, 150, 200])
def test_a_chip_is_wide_enough_for_its_whole_text(scale, put_on):
    put_on("light", scale)
    face = ChipFace(text="Appropriate adult not needed", icon="user-check")
    assert chip_width(face) >= text_width(face.text, "metab") + 16 + current().px(14)
    assert chip_width(ChipFace(text=face.text)) < chip_width(face)


def test_a_strong_chip_is_filled_and_a_quiet_one_tinted():
    strong = ChipFace(text="NOT FIT", tone=Tone.DANGER, strong=True)
    assert chip_tokens(strong) == ("ondanger", "dangerfill", "dangerfill")
    quiet = ChipFace(text="Asthma")
    assert chip_tokens(quiet) == ("ink2", "sunken", "line")
    outlined = ChipFace(text="not a score", outlined=True)
    assert chip_tokens(outlined) == ("ink2", "surface", "line2")
    assert chip_tokens(ChipFace(text="x", tone=Tone.OK, outlined=True))[2] == "okline"


def test_a_chip_is_painted_as_wide_as_it_says():
    face = ChipFace(text="NOT FIT", tone=Tone.DANGER, icon="circle-alert", strong=True)
    image = canvas(lambda p: draw_chip(p, 10, 30, face, 22))
    back = current().colour("canvas").rgb()
    inked = [x for x in range(400) if image.pixel(x, 30) != back]
    assert inked[0] in (10, 11)
    assert abs(inked[-1] - (10 + chip_width(face))) <= 2
    assert QColor(image.pixel(14, 30)) == current().colour("dangerfill")


def test_a_key_cap_holds_its_key():
    assert keycap_width("Ctrl Enter") > keycap_width("N") >= 20
    image = canvas(lambda p: draw_keycap(p, 10, 30, "Ctrl Enter", "ink2", "ctl"))
    back = current().colour("canvas").rgb()
    inked = [x for x in range(400) if any(image.pixel(x, y) != back for y in range(60))]
    assert abs(inked[-1] - inked[0] + 1 - keycap_width("Ctrl Enter")) <= 2


def test_a_badge_grows_with_its_count():
    def width(count: int) -> int:
        image = canvas(lambda p: draw_badge(p, QPointF(200, 30), count, Tone.SYNC))
        fill = current().colour("syncfill").rgb()
        return sum(image.pixel(x, 30) != current().colour("canvas").rgb() for x in range(400)) * (
            fill in [image.pixel(x, 24) for x in range(400)]
        )

    assert width(400) > width(4) > 0


def test_a_person_keeps_their_colour_and_the_sixth_shares_the_firsts():
    def middle(person: int) -> QColor:
        image = canvas(lambda p: draw_avatar(p, QRectF(0, 0, 60, 60), "", person))
        return QColor(image.pixel(30, 30))

    assert middle(1) == current().colour("c2")
    assert middle(0) == middle(5) == current().colour("c1")
