from __future__ import annotations

from sonar_desktop.ui.theme import current
from sonar_desktop.ui.widgets.field import Problem, ProblemKind
from sonar_desktop.ui.widgets.obs_row import BigInput, ObsRow
from tests.ui.widgets.conftest import colours_in, picture


def test_what_was_typed_is_kept_as_typed(shown, qtbot):
    field = BigInput("Temperature")
    shown(ObsRow("Temperature", [field], hint="one decimal", unit="°C"), 560)
    qtbot.keyClicks(field, "36.30")
    assert field.text() == "36.30"
    assert field.accessibleName() == "Temperature"


def test_score_and_value_before_stand_beside_the_value(shown):
    row = shown(ObsRow("Pulse", [BigInput("Pulse")], unit="/min"), 560)
    row.set_previous("112 at 14:02")
    row.set_sub_score(2)
    assert row.score is not None
    assert row.score.text() == "Pulse, score 2"
    assert row.accessibleName() == "Pulse"


def test_a_value_that_scores_nothing_has_no_box(shown):
    row = shown(ObsRow("Blood glucose", [BigInput("Blood glucose")], scored=False), 560)
    row.set_sub_score(2)
    assert row.score is None


def test_a_wrong_value_is_red_in_every_input_and_can_be_put_right(shown, qtbot):
    upper, lower = BigInput("Systolic", 80), BigInput("Diastolic", 80)
    row = shown(ObsRow("Blood pressure", [upper, lower], unit="mmHg"), 560)
    row.set_problem(Problem(kind=ProblemKind.UNUSUAL, text="Swapped?", fix="Swap", keep="Keep"))
    for field in (upper, lower):
        assert field.accessibleDescription() == "Swapped?"
        assert current().colours["warnbar"] in colours_in(picture(field))
    with qtbot.waitSignal(row.fix_requested):
        row.problem_line.fix_button.click()
    with qtbot.waitSignal(row.keep_requested):
        row.problem_line.keep_button.click()
    row.set_problem(None)
    assert upper.accessibleDescription() == ""


def test_a_missing_value_looks_missing(shown):
    field = BigInput("Pulse")
    row = shown(ObsRow("Pulse", [field]), 560)
    before = picture(field)
    row.set_missing(missing=True)
    assert picture(field) != before


def test_an_input_grows_with_the_text(shown, put_on):
    put_on("light", 200)
    field = shown(BigInput("Pulse"))
    assert field.size().toTuple() == (192, 72)
    assert field.font().pixelSize() == 40
