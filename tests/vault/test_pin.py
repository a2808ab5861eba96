from __future__ import annotations

import pytest

from sonar_desktop.vault import pin as module
from sonar_desktop.vault.errors import PinNeedsPassword, PinTooEasy, WrongPin
from sonar_desktop.vault.keys import SecretBox
from sonar_desktop.vault.pin import PIN_LIFE_MS, PinSlots
from tests.vault.world import CHEAP, HandClock

PIN, WRONG = "739158", "739159"
DS = SecretBox(bytearray(range(32)))
DEK = SecretBox(bytearray(b"\x05" * 32))


class Desk:
    def __init__(self):
        self.clock = HandClock()
        self.pins = PinSlots(self.clock)
        self.make()

    def make(self, user="priya", pin=PIN):
        self.pins.make(user, pin, device="d", cost=CHEAP, device_secret=DS, dek=DEK)

    def open(self, pin=PIN, user="priya", ds=DS):
        return self.pins.open(user, pin, device="d", device_secret=ds)

    def left_after_wrong(self):
        with pytest.raises(WrongPin) as caught:
            self.open(WRONG)
        return caught.value.tries_left


@pytest.fixture
def desk():
    return Desk()


def test_the_right_pin_gives_the_store_key(desk):
    assert desk.open().equals(DEK)


def test_after_five_wrong_pins_the_slot_is_gone_even_for_the_right_one(desk):
    assert [desk.left_after_wrong() for _ in range(5)] == [4, 3, 2, 1, 0]
    assert not desk.pins.holds("priya")
    with pytest.raises(PinNeedsPassword):
        desk.open()


def test_the_right_pin_at_the_fifth_try_starts_the_count_anew(desk):
    for _ in range(4):
        desk.left_after_wrong()
    assert desk.open().equals(DEK)
    assert desk.left_after_wrong() == 4


def test_a_pin_ends_after_twelve_hours_whatever_the_clock_on_the_wall_says(desk):
    desk.clock.set_wall(0)
    desk.clock.since_start += PIN_LIFE_MS - 1
    assert desk.open().equals(DEK)
    desk.clock.since_start += 1
    assert not desk.pins.holds("priya")
    with pytest.raises(PinNeedsPassword):
        desk.open()


def test_a_pin_is_its_persons_own(desk):
    desk.make("tom", "480296")
    with pytest.raises(WrongPin):
        desk.open(PIN, user="tom")
    assert desk.open("480296", user="tom").equals(DEK)
    assert desk.open().equals(DEK)


def test_a_pin_opens_nothing_without_the_device_secret(desk):
    with pytest.raises(WrongPin):
        desk.open(ds=SecretBox(bytearray(32)))


def test_a_new_pin_takes_the_place_of_the_old_one(desk):
    desk.make(pin="480296")
    with pytest.raises(WrongPin):
        desk.open(PIN)
    assert desk.open("480296").equals(DEK)


def test_a_pin_that_anyone_would_try_is_not_made_and_the_old_one_stays(desk):
    with pytest.raises(PinTooEasy):
        desk.make(pin="123456")
    assert desk.open().equals(DEK)


def test_a_dropped_pin_is_gone(desk):
    desk.make("tom", "480296")
    desk.pins.drop("priya")
    assert not desk.pins.holds("priya")
    assert desk.pins.holds("tom")
    desk.pins.drop("priya")
    desk.pins.drop_all()
    assert not desk.pins.holds("tom")


def test_no_sixth_try_slips_in_while_the_fifth_is_checked(desk, monkeypatch):
    real = module.stretched
    seen = []

    def meanwhile(secret, kdf):
        seen.append(desk.pins.holds("priya"))
        return real(secret, kdf)

    monkeypatch.setattr(module, "stretched", meanwhile)
    for _ in range(5):
        desk.left_after_wrong()
    assert seen == [True, True, True, True, False]


@pytest.mark.parametrize("typed", [PIN, WRONG])
def test_a_pin_dropped_while_it_is_checked_does_not_come_back(desk, monkeypatch, typed):
    real = module.stretched

    def dropped_meanwhile(secret, kdf):
        desk.pins.drop_all()
        return real(secret, kdf)

    monkeypatch.setattr(module, "stretched", dropped_meanwhile)
    try:
        desk.open(typed)
    except WrongPin:
        assert typed == WRONG
    assert not desk.pins.holds("priya")
