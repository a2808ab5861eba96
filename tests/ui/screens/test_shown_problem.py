from __future__ import annotations

from sonar_desktop.ui.screens.shown_problem import DraftLine, problem_of
from sonar_desktop.ui.viewmodels.drafting import DraftFace, Keeping
from sonar_desktop.ui.viewmodels.flaw import Flaw
from sonar_desktop.ui.widgets.field import ProblemKind


def test_a_refusal_is_red_and_a_question_is_amber():
    assert problem_of(None) is None
    assert problem_of(Flaw(text="x", fix="Use 5.8")).kind is ProblemKind.REFUSED
    asked = problem_of(Flaw(text="x", is_refused=False, keep="Keep"))
    assert (asked.kind, asked.keep) == (ProblemKind.UNUSUAL, "Keep")


def test_why_a_draft_is_not_saved_is_said_in_full(qtbot, light):
    line = DraftLine()
    qtbot.addWidget(line)
    line.resize(224, 90)
    line.show()
    line.show_face(DraftFace(keeping=Keeping.SAVED, saved_at="14:49:31"))
    assert line.state.text() == "Draft saved 14:49:31 on this PC"
    reason = "Your last words are not saved: this PC's disk is full. Write them down, call IT."
    line.show_face(DraftFace(keeping=Keeping.FAILED, reason=reason))
    assert (line.reason.isVisible(), line.reason.text()) == (True, reason)
    assert line.reason.height() >= line.reason.heightForWidth(line.reason.width())
    line.show_face(DraftFace())
    assert (line.reason.isVisible(), line.state.text()) == (False, "No draft")
