from __future__ import annotations

from sonar_core.medicines.checks import CheckLevel, DoseCheck, Rule
from sonar_desktop.ui.screens.dose_checks import DoseChecks


def test_each_check_says_its_level_in_words_worst_first(qtbot, light):
    made = DoseChecks()
    qtbot.addWidget(made)
    stop = DoseCheck(rule=Rule.ALLERGY, level=CheckLevel.STOP, text="Penicillin.", blocks=True)
    clear = DoseCheck(rule=Rule.INTERVAL, level=CheckLevel.CLEAR, text="6hr apart.")
    made.set_checks((stop, clear))
    assert made.words() == [
        "Stop: Allergy. Penicillin.",
        "Clear: Time since last dose. 6hr apart.",
    ]
    made.set_checks((clear,))
    assert made.words() == ["Clear: Time since last dose. 6hr apart."]
