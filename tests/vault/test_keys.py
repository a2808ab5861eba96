from __future__ import annotations

import pytest
import sqlcipher3.dbapi2 as sqlcipher

from sonar_desktop.usecases.errors import BugError
from sonar_desktop.vault.errors import KdfRefused, VaultLocked
from sonar_desktop.vault.keys import (
    DekBox,
    KdfCost,
    KdfHeader,
    SecretBox,
    Wrapped,
    calibrated,
    derived,
    measured_ms,
    new_dek,
    slot_key,
    stretched,
    unwrap,
    wipe,
    wrap,
)
from tests.vault.world import CHEAP

SALT = bytes(range(16))
HEADER = KdfHeader(t=2, m=19456, p=1, salt=SALT)


def box(byte: int) -> SecretBox:
    return SecretBox(bytearray([byte]) * 32)


def kek(passphrase="trombone lichen otter", ds=7, slot_id=SALT, user="u", purpose="password"):
    with stretched(passphrase, HEADER) as half:
        return slot_key(
            half, box(ds), slot_id=slot_id, device="d", user=user, purpose=purpose
        ).exposed()


def test_the_key_of_a_slot_comes_out_the_same_in_every_version_of_the_program():
    assert kek().hex() == "1074ed49e00251127fd56608a4c7df2e2cfdec1d67827bfdb98f17982ff8532f"


@pytest.mark.parametrize(
    "changed",
    [
        {"passphrase": "trombone lichen ottes"},
        {"ds": 8},
        {"slot_id": bytes(16)},
        {"user": "v"},
        {"purpose": "envelope"},
    ],
)
def test_the_key_of_a_slot_depends_on_each_part_of_its_context(changed):
    assert kek(**changed) != kek()


def test_an_accent_typed_in_another_way_is_the_same_password():
    with stretched("zoe\u0308 kayak", HEADER) as apart, stretched("zo\u00eb kayak", HEADER) as one:
        assert apart.equals(one)


def test_a_separator_in_an_id_cannot_make_two_contexts_alike():
    with pytest.raises(BugError):
        slot_key(box(1), box(2), slot_id=SALT, device="d|u", user="x", purpose="password")


def test_a_wiped_box_holds_nothing_and_says_so():
    secret = bytearray(b"\x07" * 32)
    holder = SecretBox(secret)
    copy = holder.copy()
    holder.wipe()
    holder.wipe()
    assert secret == bytes(32)
    assert holder.is_wiped
    assert bytes(copy.exposed()) == b"\x07" * 32
    with pytest.raises(VaultLocked):
        holder.exposed()
    assert repr(holder) == "<SecretBox wiped>"
    assert repr(copy) == "<SecretBox closed>"


def test_an_empty_buffer_is_wiped_without_harm():
    wipe(bytearray())


def test_leaving_the_block_wipes_the_box_even_when_something_fails():
    holder = SecretBox.random()
    with pytest.raises(ZeroDivisionError), holder:
        raise ZeroDivisionError
    assert holder.is_wiped


def test_the_store_is_opened_by_raw_key_and_salt_and_the_literal_is_wiped(tmp_path):
    dek = DekBox(bytearray(range(32)), bytes(range(16)))
    path = tmp_path / "client.db"
    connection = sqlcipher.connect(path)
    with dek.key_literal() as literal:
        kept = literal
        assert literal == b"x'" + bytes(range(32)).hex().encode() + SALT.hex().encode() + b"'"
        assert len(literal) == 99
        connection.set_key(literal)
    assert kept == bytes(99)
    connection.execute("CREATE TABLE t(a)")
    connection.commit()
    assert connection.execute("PRAGMA cipher_salt").fetchone()[0] == SALT.hex()
    connection.close()
    assert path.read_bytes()[:16] == SALT
    for key, opens in ((dek.copy(), True), (new_dek(), False)):
        connection = sqlcipher.connect(path)
        with key.key_literal() as literal:
            connection.set_key(literal)
        if opens:
            assert connection.execute("SELECT count(*) FROM sqlite_master").fetchone() == (1,)
        else:
            with pytest.raises(sqlcipher.DatabaseError):
                connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
        connection.close()


def test_two_new_store_keys_differ():
    assert not new_dek().equals(new_dek())


@pytest.mark.parametrize(
    "numbers",
    [
        {"t": 1},
        {"t": 17},
        {"m": 19 * 1024 - 1},
        {"m": 1024 * 1024 + 1},
        {"p": 0},
        {"p": 9},
        {"salt": bytes(15)},
    ],
)
def test_a_cost_outside_the_compiled_limits_is_refused_before_the_password_is_touched(numbers):
    header = {"t": 2, "m": 19456, "p": 1, "salt": SALT} | numbers
    with pytest.raises(KdfRefused):
        stretched("trombone lichen otter", KdfHeader(**header))


@pytest.mark.parametrize("cost", [KdfCost(t=2, m=19 * 1024, p=1), KdfCost(t=16, m=2**20, p=8)])
def test_the_limits_themselves_are_accepted(cost):
    cost.check()


def test_the_wrapped_key_opens_only_with_its_own_header_and_key():
    dek = box(9)
    wrapped = wrap(box(1), dek, b"header")
    opened = unwrap(box(1), wrapped, b"header")
    assert opened is not None
    assert opened.equals(dek)
    assert unwrap(box(1), wrapped, b"headers") is None
    assert unwrap(box(2), wrapped, b"header") is None
    assert len(wrapped.ct) == 48


@pytest.mark.parametrize("nonce", [b"", bytes(7), bytes(200)])
def test_a_nonce_of_another_length_is_an_altered_slot_and_no_crash(nonce):
    wrapped = wrap(box(1), box(9), b"h")
    assert unwrap(box(1), Wrapped(nonce=nonce, ct=wrapped.ct), b"h") is None


@pytest.mark.parametrize("length", [0, 15, 16, 47, 49, 4096])
def test_a_text_of_another_length_is_an_altered_slot_and_no_crash(length):
    wrapped = wrap(box(1), box(9), b"h")
    altered = (wrapped.ct * 100)[:length]
    assert unwrap(box(1), Wrapped(nonce=wrapped.nonce, ct=altered), b"h") is None


def test_each_wrap_takes_a_new_nonce():
    assert wrap(box(1), box(9), b"h").nonce != wrap(box(1), box(9), b"h").nonce


def test_a_derived_key_depends_on_its_purpose():
    assert not derived(bytearray(32), salt=None, info=b"a").equals(
        derived(bytearray(32), salt=None, info=b"b")
    )


@pytest.mark.parametrize(
    ("ms_per_pass", "passes"),
    [(40, 7), (100, 3), (84, 3), (10, 16), (0, 16), (1000, 3)],
)
def test_calibration_raises_the_passes_to_250_ms_and_never_lowers_the_floor(ms_per_pass, passes):
    cost = calibrated(lambda tried: tried.t * ms_per_pass)
    assert (cost.t, cost.m, cost.p) == (passes, 65536, 4)


def test_a_derivation_is_measured_on_this_pc():
    assert measured_ms(CHEAP) >= 1
