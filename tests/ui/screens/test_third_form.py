from __future__ import annotations

from sonar_desktop.ui.screens.third_form import ThirdForm
from sonar_desktop.ui.viewmodels.third_version import form_of


def test_what_is_typed_and_chosen_is_told_by_its_field(qtbot, light):
    form = ThirdForm(form_of("CareLevel"))
    qtbot.addWidget(form)
    form.show()
    told = []
    form.typed.connect(lambda name, text: told.append((name, text)))
    form._choices["level"].choose("3")
    qtbot.keyClicks(form._inputs["reason"].field, "Hi")
    assert told == [("level", "3"), ("reason", "H"), ("reason", "Hi")]


def test_a_problem_stands_beside_its_field(qtbot, light):
    form = ThirdForm(form_of("MedicationRequest"))
    qtbot.addWidget(form)
    texts = {"dose": "much", "as_needed": "yes"}
    form.show_texts(texts, {"dose": "Dose must be a number above 0."})
    assert form._inputs["dose"].text() == "much"
    assert form._choices["as_needed"].value() == "yes"
    control = form._fields["dose"].control
    assert control.accessibleDescription() == "Dose must be a number above 0."
