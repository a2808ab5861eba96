from __future__ import annotations

from PySide6.QtCore import QRectF
from PySide6.QtGui import QImage, QPainter

from sonar_desktop.ui.screens.mar_slot import SLOT_LOOKS, SLOT_WORDS, draw_slot, slot_width
from sonar_desktop.ui.theme import current
from sonar_desktop.ui.viewmodels.chart_faces import SlotFace, SlotKind


def slot(kind, word):
    return SlotFace(kind=kind, at_ms=0, time="14:30", word=word, spoken="said")


def picture(face, *, is_chosen=False):
    image = QImage(120, 60, QImage.Format.Format_RGB32)
    image.fill(current().colour("surface"))
    painter = QPainter(image)
    box = QRectF(10, 8, slot_width(face), 42)
    draw_slot(painter, box, face, is_chosen=is_chosen)
    painter.end()
    return image


def test_a_longer_word_makes_a_wider_slot(light):
    short, long = slot(SlotKind.GIVEN, "1 g RO"), slot(SlotKind.GIVEN, "400 micrograms RO late")
    assert slot_width(long) > slot_width(short)


def test_each_kind_looks_different(light):
    seen = [picture(slot(kind, "word")) for kind in SlotKind]
    assert all(one != other for at, one in enumerate(seen) for other in seen[at + 1 :])


def test_the_dose_chosen_has_the_focus_ring(light):
    face = slot(SlotKind.GIVEN, "word")
    assert picture(face, is_chosen=True) != picture(face)


def test_the_line_below_the_chart_explains_only_kinds_that_are_drawn():
    assert set(SLOT_WORDS) <= set(SLOT_LOOKS)
