from __future__ import annotations

import json

import pytest

from sonar_desktop.vault.errors import TriesAltered, TriesUsedUp, TryLater
from sonar_desktop.vault.keys import SecretBox
from sonar_desktop.vault.secret_store import FileStore
from sonar_desktop.vault.throttle import FILE_NAME, LARGEST_FILE, Throttle
from tests.vault.world import DAY_MS, START_MS, HandClock

DS = SecretBox(bytearray(range(32)))
OTHER_DS = SecretBox(bytearray(32))
WHO = "user-priya"


class Desk:
    """Somebody sits at the PC and tries; the program may be started again at any time."""

    def __init__(self, root):
        self.folder = root
        self.path = root / FILE_NAME
        self.store = FileStore(root / "secret")
        self.clock = HandClock()
        self.throttle = self.restarted()
        self.throttle.start(DS)

    def restarted(self):
        self.throttle = Throttle(self.folder, self.store, "store-1", self.clock)
        return self.throttle

    def tries(self, count, who=WHO):
        return [self.throttle.begin_try(who, DS) for _ in range(count)]

    def waits(self):
        with pytest.raises(TryLater) as caught:
            self.throttle.begin_try(WHO, DS)
        return caught.value.seconds


@pytest.fixture
def desk(tmp_path):
    return Desk(tmp_path)


def test_five_tries_are_free_and_count_down(desk):
    assert desk.tries(5) == [4, 3, 2, 1, 0]


def test_after_five_tries_the_waits_grow_and_the_tenth_try_is_the_last(desk):
    desk.tries(5)
    waits = []
    for _ in range(5):
        waits.append(desk.waits())
        desk.clock.let_pass(waits[-1] * 1000 - 1)
        assert desk.waits() == 1
        desk.clock.let_pass(1)
        assert desk.tries(1) == [0]
    assert waits == [30, 60, 120, 300, 900]
    desk.clock.let_pass(365 * DAY_MS)
    with pytest.raises(TriesUsedUp):
        desk.tries(1)


def test_the_count_survives_restarts_exactly(desk):
    taken = 0
    for _ in range(40):
        try:
            desk.restarted().begin_try(WHO, DS)
            taken += 1
        except TryLater as wait:
            desk.clock.let_pass(wait.seconds * 1000)
        except TriesUsedUp:
            break
    assert taken == 10


def test_a_try_is_on_the_disk_before_the_call_returns(desk):
    desk.tries(1)
    state = json.loads(desk.path.read_bytes())["state"]
    assert state["counters"][WHO] == {"tries": 1, "last_ms": START_MS}


def test_a_good_try_starts_the_count_anew(desk):
    desk.tries(4)
    desk.throttle.succeeded(WHO, DS)
    assert desk.restarted().begin_try(WHO, DS) == 4


def test_one_persons_tries_do_not_count_for_another(desk):
    desk.tries(5)
    assert desk.tries(1, who="user-tom") == [4]


def test_a_clock_set_back_does_not_end_a_wait(desk):
    desk.tries(5)
    desk.clock.set_wall(START_MS - 11 * DAY_MS)
    assert desk.waits() == 30
    desk.restarted()
    assert desk.waits() == 30


def test_a_clock_set_back_does_not_lengthen_a_wait_either(desk):
    desk.tries(5)
    desk.clock.set_wall(START_MS - 11 * DAY_MS)
    desk.restarted()
    assert desk.waits() == 30
    desk.clock.let_pass(30_000)
    assert desk.tries(1) == [0]


def test_a_clock_set_forward_ends_the_wait_and_not_the_count(desk):
    desk.tries(5)
    for _ in range(5):
        desk.clock.set_wall(desk.clock.wall + DAY_MS)
        desk.tries(1)
    with pytest.raises(TriesUsedUp):
        desk.tries(1)


def test_an_edited_count_is_refused(desk):
    desk.tries(5)
    content = json.loads(desk.path.read_bytes())
    content["state"]["counters"][WHO]["tries"] = 0
    desk.path.write_text(json.dumps(content))
    with pytest.raises(TriesAltered):
        desk.tries(1)


def test_a_removed_count_is_refused(desk):
    desk.tries(5)
    desk.path.unlink()
    with pytest.raises(TriesAltered):
        desk.restarted().begin_try(WHO, DS)


def test_a_count_put_back_from_a_copy_is_refused(desk):
    copy = desk.path.read_bytes()
    desk.tries(5)
    desk.path.write_bytes(copy)
    with pytest.raises(TriesAltered):
        desk.restarted().begin_try(WHO, DS)


def test_another_count_of_the_same_number_is_refused(desk):
    desk.tries(1)
    desk.store.write("store-1/tries", "1:0000000000000000")
    with pytest.raises(TriesAltered):
        desk.restarted().begin_try(WHO, DS)


def test_a_count_of_another_pc_is_refused(desk):
    with pytest.raises(TriesAltered):
        desk.throttle.begin_try(WHO, OTHER_DS)


@pytest.mark.parametrize(
    "content", [b"", b"rubbish", b"{}", b'{"v":1,"mac":"AA==","state":[]}', b"[" * 9000]
)
def test_rubbish_in_place_of_the_count_is_refused(desk, content):
    desk.path.write_bytes(content)
    with pytest.raises(TriesAltered):
        desk.tries(1)


def test_an_oversized_count_is_refused(desk):
    desk.path.write_bytes(b" " * LARGEST_FILE + desk.path.read_bytes())
    with pytest.raises(TriesAltered):
        desk.tries(1)


def test_a_power_cut_between_the_count_and_its_pin_locks_nobody_out(desk):
    pin = desk.store.read("store-1/tries")
    desk.tries(1)
    desk.store.write("store-1/tries", pin)
    assert desk.restarted().begin_try(WHO, DS) == 3


@pytest.mark.parametrize("pin", ["", "rubbish", "x:y"])
def test_a_lost_pin_is_made_anew(desk, pin):
    desk.tries(1)
    desk.store.write("store-1/tries", pin)
    assert desk.tries(1) == [3]
    copy = desk.path.read_bytes()
    desk.tries(1)
    desk.path.write_bytes(copy)
    with pytest.raises(TriesAltered):
        desk.tries(1)


def test_an_online_sign_in_lets_a_person_try_again(desk):
    desk.tries(5)
    desk.throttle.forgive(WHO, ("user-tom",), DS)
    assert desk.tries(1) == [4]


def test_after_an_altered_count_everyone_else_stays_off_until_they_were_online_too(desk):
    desk.tries(3, who="user-tom")
    desk.path.write_bytes(b"rubbish")
    desk.throttle.forgive(WHO, ("user-tom", "envelope"), DS)
    assert desk.tries(1) == [4]
    for who in ("user-tom", "envelope"):
        with pytest.raises(TriesUsedUp):
            desk.throttle.begin_try(who, DS)
    desk.throttle.forgive("user-tom", (WHO,), DS)
    assert desk.tries(1, who="user-tom") == [4]
