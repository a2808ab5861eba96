from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget

from sonar_core.forms.definition import walk
from sonar_core.forms.loader import load_form
from sonar_core.forms.relevance import relevant_items
from sonar_core.forms.wording import worded
from sonar_desktop.ui.forms.questionnaire import SectionForm
from sonar_desktop.ui.widgets.field import Problem, ProblemKind
from sonar_desktop.ui.widgets.labels import WrapLabel

FORM = load_form(
    (
        Path(__file__).parents[3] / "resources/questionnaires/custody-initial-assessment-0.1.json"
    ).read_bytes()
)
SECTIONS = {item.link_id: item for item in FORM.items}


@pytest.fixture
def draw(qtbot, light):
    def drawn(link_id, gender="male"):
        made = SectionForm(SECTIONS[link_id], lambda text: worded(text, gender))
        qtbot.addWidget(made)
        made.resize(620, 700)
        made.show()
        return made

    return drawn


def show(form, answers, texts=None):
    form.show_answers(answers, texts or {}, relevant_items(FORM, answers))


@pytest.mark.parametrize("link_id", list(SECTIONS))
def test_every_question_of_every_section_is_drawn_and_named(draw, link_id):
    form = draw(link_id, "female")
    asked = {item.link_id for item in walk(SECTIONS[link_id].items) if item.is_question}
    assert set(form.questions) == asked
    for block, _item in form._blocks.values():
        block.set_open(is_open=True)
    for widget in form.findChildren(QWidget):
        takes_focus = widget.focusPolicy() != Qt.FocusPolicy.NoFocus
        if takes_focus and widget.focusProxy() is None and widget.isVisibleTo(form):
            assert widget.accessibleName() or getattr(widget, "text", str)(), type(widget)
    for one in form.findChildren(WrapLabel):
        assert "{" not in one.text()


def test_a_block_opens_with_its_answer_and_says_what_is_kept_when_it_closes(draw):
    form = draw("drugs")
    show(form, {})
    what = form.questions["drugs-what"]
    assert not what.isVisible()
    show(form, {"drugs-24h": ("yes",)})
    assert what.isVisible()
    show(form, {"drugs-24h": ("no",)}, {"drugs-what": "Heroin"})
    block, _item = form._blocks["drugs-24h-more"]
    assert not what.isVisible()
    assert block.isVisible()


def test_four_short_fields_share_one_line(draw):
    form = draw("drugs")
    show(form, {"drugs-24h": ("yes",)})
    tops = {
        form.questions[one].mapTo(form, form.questions[one].rect().topLeft()).y()
        for one in ("drugs-what", "drugs-how", "drugs-how-much", "drugs-last-used")
    }
    assert len(tops) == 1


def test_a_problem_stands_beside_its_question_and_the_focus_goes_there(draw):
    form = draw("alcohol")
    show(form, {"alcohol-drinks": ("yes",)})
    red = Problem(kind=ProblemKind.REFUSED, text="Units must be a whole number.")
    form.show_problems({"alcohol-units": red})
    target = form.go_to("alcohol-units")
    assert target.property("problem") == "refused"
    assert form.go_to("drugs-24h") is None


def test_a_section_with_its_own_screen_leads_there(qtbot, draw):
    form = draw("observations")
    form.go_to_first()
    with qtbot.waitSignal(form.screen_requested) as caught:
        qtbot.keyClick(form.screen_button, Qt.Key.Key_Space)
    assert caught.args == ["observations"]


def test_the_first_question_takes_the_focus(qtbot, draw):
    form = draw("consent")
    form.activateWindow()
    qtbot.waitUntil(form.isActiveWindow)
    form.go_to_first()
    assert form.questions["consent-capacity"].focus_target().hasFocus()
