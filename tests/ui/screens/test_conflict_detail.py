from __future__ import annotations

import pytest
from PySide6.QtWidgets import QLabel

from sonar_desktop.ui.screens.conflict_detail import ConflictDetail
from sonar_desktop.ui.viewmodels.conflicts import ConflictsModel
from tests.ui.disputes import Disputes, drain


@pytest.fixture
def detail(qtbot, workplace, seed, hand_clock, encrypted_store, background, light, tmp_path):
    disputes = Disputes(
        seed=seed, clock=hand_clock, store=encrypted_store, background=background, folder=tmp_path
    )
    disputes.levels(disputes.admit())
    model = ConflictsModel(workplace)
    model.refresh()
    qtbot.waitUntil(lambda: model.is_loaded)
    made = ConflictDetail(model, model.detail)
    qtbot.addWidget(made)
    made.resize(1000, 700)
    made.show()
    yield made
    model.close()
    drain(qtbot, background)
    disputes.close()


def said(detail):
    return {one.text() for one in detail.findChildren(QLabel) if not one.isHidden()}


def test_the_fields_that_differ_stand_under_their_versions(detail):
    assert {"Head-banging", "Intoxicated", "Constant", "30 min"} <= said(detail)
    assert "Level of observation was changed in two places" in said(detail)


def test_the_preview_follows_the_choice(detail):
    model = detail._model
    assert detail._preview.text() == "Nothing yet: choose first."
    detail._rows["choice"].options[1].click()
    detail.show_state()
    assert model.side == 1
    assert detail._preview.text() == model.preview


def test_a_version_of_ones_own_takes_the_place_of_the_choice(detail):
    detail._rows["choice"].options[0].click()
    detail._write.click()
    detail.show_state()
    assert detail._model.side is None
    assert not any(option.isChecked() for option in detail._rows["choice"].options.values())
    assert not detail._third.isHidden()
