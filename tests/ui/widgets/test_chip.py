from __future__ import annotations

import pytest

from sonar_desktop.ui.theme import Tone
from sonar_desktop.ui.widgets.chip import Chip
from sonar_desktop.ui.widgets.painters import ChipFace, chip_width


@pytest.mark.parametrize("tone", list(Tone))
@pytest.mark.parametrize("strong", [False, True])
def test_a_chip_shows_and_says_its_word(shown, tone, strong):
    chip = shown(Chip("Asthma", tone, "wind", strong=strong))
    assert chip.text() == "Asthma"
    assert chip.width() >= chip_width(chip.face)
    assert chip.height() == 22


def test_a_tall_chip_is_a_large_enough_target(qtbot, put_on):
    chip = Chip("Asthma", tall=True)
    qtbot.addWidget(chip)
    assert chip.sizeHint().height() == 26
    put_on("light", 200)
    assert chip.sizeHint().height() == 52


def test_a_chip_that_changes_says_the_new_word_and_takes_its_room(shown):
    chip = shown(Chip("Draft"))
    before = chip.sizeHint().width()
    chip.set_face(ChipFace(text="Read back by Sgt Marsh 13:33", tone=Tone.OK, icon="circle-check"))
    assert chip.text() == "Read back by Sgt Marsh 13:33"
    assert chip.sizeHint().width() > before
