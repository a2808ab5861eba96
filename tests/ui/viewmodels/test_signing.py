from __future__ import annotations

from tests.ui.front_desk import PASSWORDS


def test_a_fresh_pin_signs_at_once(enrolled):
    signed = []
    enrolled.signing.confirm(lambda: signed.append("signed"))
    assert signed == ["signed"]


def test_after_five_minutes_the_pin_is_asked_and_then_it_is_signed(qtbot, enrolled, hand_clock):
    hand_clock.let_pass(minutes=5)
    signed = []
    with qtbot.waitSignal(enrolled.signing.asked):
        enrolled.signing.confirm(lambda: signed.append("signed"))
    assert signed == []
    enrolled.signing.enter("284915")
    qtbot.waitUntil(lambda: signed == ["signed"])
    assert enrolled.signing.is_fresh


def test_a_wrong_pin_signs_nothing_and_may_be_typed_again(qtbot, enrolled, hand_clock):
    hand_clock.let_pass(minutes=5)
    signed = []
    enrolled.signing.confirm(lambda: signed.append("signed"))
    with qtbot.waitSignal(enrolled.signing.refused) as refused:
        enrolled.signing.enter("111222")
    assert refused.args == ["Wrong PIN. 4 of 5 tries left before your password is needed."]
    assert signed == []
    enrolled.signing.enter("284915")
    qtbot.waitUntil(lambda: signed == ["signed"])


def test_withdrawing_leaves_it_unsigned(qtbot, enrolled, hand_clock):
    hand_clock.let_pass(minutes=5)
    signed = []
    enrolled.signing.confirm(lambda: signed.append("signed"))
    with qtbot.waitSignal(enrolled.signing.settled):
        enrolled.signing.withdraw()
    enrolled.signing.enter("284915")
    assert (signed, enrolled.signing.is_busy) == ([], False)


def test_without_a_pin_the_password_signs(qtbot, enrolled, hand_clock):
    enrolled.premises.keys.forget_pin(enrolled.last_user)
    hand_clock.let_pass(minutes=5)
    signed = []
    enrolled.signing.confirm(lambda: signed.append("signed"))
    assert enrolled.signing.asks_password
    enrolled.signing.enter(PASSWORDS["rokafor"])
    qtbot.waitUntil(lambda: signed == ["signed"])
