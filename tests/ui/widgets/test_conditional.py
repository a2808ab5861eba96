from __future__ import annotations

from PySide6.QtWidgets import QLineEdit

from sonar_desktop.ui.widgets.conditional import ConditionalBlock


def test_answers_are_kept_while_their_questions_are_not_asked(shown):
    block = ConditionalBlock("If drugs were taken")
    answer = QLineEdit("Heroin")
    block.body.addWidget(answer)
    shown(block, 400, 120)
    assert block.is_open()
    block.set_open(is_open=False, has_answers=True)
    assert not block.is_open()
    assert not answer.isVisible()
    assert block.isVisible()
    assert block._kept.isVisible()
    block.set_open(is_open=True)
    assert answer.isVisible()
    assert answer.text() == "Heroin"
    assert not block._kept.isVisible()


def test_a_block_never_answered_takes_no_room(shown):
    block = ConditionalBlock("If pregnant", tinted=False)
    shown(block, 400, 120)
    block.set_open(is_open=False)
    assert not block.isVisible()
    assert block.accessibleName() == "If pregnant"
