from __future__ import annotations

import pytest

from sonar_desktop.ui.screens.order_panel import OrderPanel
from sonar_desktop.ui.viewmodels.order import OrderModel
from tests.ui.disputes import drain


@pytest.fixture
def panel(qtbot, workplace, seed, light, background):
    admitted = seed.admit()
    opened = []

    def open_(on_order=None, **how) -> OrderPanel:
        model = OrderModel(workplace, admitted.episode, **how)
        made = OrderPanel(model, on_order)
        qtbot.addWidget(made)
        made.show()
        opened.append(model)
        drain(qtbot, background)
        return made

    yield open_
    for model in opened:
        model.close()
    drain(qtbot, background)


def test_times_of_day_are_asked_only_of_a_regular_medicine(panel):
    made = panel()
    assert made._fields["times"].isHidden()
    made._rows["pattern"].choose("regular")
    assert not made._fields["times"].isHidden()


def test_the_emergency_form_is_short_and_starts_from_the_list(panel):
    made = panel(in_emergency=True)
    assert "interval" not in made._fields
    buttons = [b for b in made.findChildren(type(made.primary)) if b.text() == "Adrenaline"]
    buttons[0].click()
    assert made._texts["medicine"].text() == "Adrenaline"
    assert made._rows["route"].value() == "intramuscular"


def test_an_emergency_medicine_on_order_goes_straight_to_giving(panel, qtbot):
    made = panel({"naloxone": "order-1"}, in_emergency=True)
    button = next(b for b in made.findChildren(type(made.primary)) if b.text() == "Naloxone")
    with qtbot.waitSignal(made.give_wanted) as said:
        button.click()
    assert said.args == ["order-1"]
