from __future__ import annotations

from sonar_core.board.views import BOARD_KINDS, CopyState


def test_a_copys_states_are_the_six_that_people_are_told():
    assert [state.value for state in CopyState] == [
        "local",
        "sending",
        "central",
        "decision",
        "held",
        "unheld",
    ]


def test_a_note_makes_no_difference_to_the_board_and_a_dose_does():
    assert "Note" not in BOARD_KINDS
    assert "MedicationAdministration" in BOARD_KINDS
