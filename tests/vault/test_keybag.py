from __future__ import annotations

import hashlib
import json
import random
from pathlib import Path

import msgspec
import pytest

from sonar_desktop.vault.errors import (
    KeybagDamaged,
    KeybagFromNewerVersion,
    NotEnrolled,
    VaultError,
)
from sonar_desktop.vault.keybag import (
    CURRENT,
    LARGEST_FILE,
    PREVIOUS,
    KeybagFile,
    Purpose,
    decoded,
    encoded,
)
from sonar_desktop.vault.recovery import open_sealed
from tests.vault.world import (
    LEASE_END_MS,
    ORGANISATION,
    PRIYA,
    PRIYAS,
    TOM,
    TOMS,
    Pc,
    secret_of,
)

GOLDEN = Path(__file__).parent / "golden"


def resealed(content: dict) -> bytes:
    """A forger's file: whatever was changed, the checksum fits."""
    body = json.dumps(content["bag"], separators=(",", ":"), sort_keys=True).encode()
    content["sum"] = hashlib.sha256(body).hexdigest()
    return b'{"bag":' + body + b',"sum":"' + content["sum"].encode() + b'","v":1}'


def test_a_key_file_is_read_back_as_it_was_written(pc):
    pc.enrolled()
    content = (pc.data / CURRENT).read_bytes()
    assert encoded(decoded(content)) == content


def test_the_key_file_holds_no_key_and_no_password_in_the_clear(pc):
    vault = pc.enrolled()
    content = (pc.data / CURRENT).read_bytes()
    for secret in (secret_of(vault), secret_of(vault).hex().encode(), PRIYAS.encode()):
        assert secret not in content
    assert json.loads(content)["bag"]["slots"][0]["kdf"]["alg"] == "argon2id"


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("id", "AAAAAAAAAAAAAAAAAAAAAA=="),
        ("user", "user-tom"),
        ("device", "another"),
        ("display_name", "Dr Priya Sharma"),
        ("initials", "XX"),
        ("role", "doctor"),
        ("gen", 99),
        ("not_after_ms", LEASE_END_MS * 2),
        ("nonce", "AAAAAAAAAAAAAAAA"),
        ("ct", "A" * 64),
    ],
)
def test_a_forged_slot_opens_nothing_even_with_the_right_password(pc, field, value):
    pc.enrolled()
    content = json.loads((pc.data / CURRENT).read_bytes())
    content["bag"]["slots"][0][field] = value
    (pc.data / CURRENT).write_bytes(resealed(content))
    user = value if field == "user" else PRIYA.user
    with pytest.raises(VaultError):
        pc.started().unlock(user, PRIYAS)


@pytest.mark.parametrize("field", ["device", "db_uuid", "cipher_salt"])
def test_a_slot_in_another_key_file_opens_nothing(pc, field):
    pc.enrolled()
    content = json.loads((pc.data / CURRENT).read_bytes())
    content["bag"][field] = "AAAAAAAAAAAAAAAAAAAAAA=="
    (pc.data / CURRENT).write_bytes(resealed(content))
    with pytest.raises(VaultError):
        pc.started().unlock(PRIYA.user, PRIYAS)


@pytest.mark.parametrize(("name", "value"), [("t", 3), ("m", 20000), ("p", 2)])
def test_a_changed_cost_opens_nothing(pc, name, value):
    pc.enrolled()
    content = json.loads((pc.data / CURRENT).read_bytes())
    content["bag"]["slots"][0]["kdf"][name] = value
    (pc.data / CURRENT).write_bytes(resealed(content))
    with pytest.raises(VaultError):
        pc.started().unlock(PRIYA.user, PRIYAS)


def test_an_added_field_is_refused(pc):
    pc.enrolled()
    content = json.loads((pc.data / CURRENT).read_bytes())
    content["bag"]["slots"][0]["comment"] = "x"
    with pytest.raises(KeybagDamaged):
        decoded(resealed(content))


def test_no_flipped_byte_is_taken_for_a_key_file(pc):
    pc.enrolled()
    content = (pc.data / CURRENT).read_bytes()
    chance = random.Random(4)
    for place in chance.sample(range(len(content)), 300):
        altered = bytearray(content)
        altered[place] ^= 1 << chance.randrange(8)
        with pytest.raises((KeybagDamaged, KeybagFromNewerVersion)):
            decoded(bytes(altered))


def test_no_cut_off_file_is_taken_for_a_key_file(pc):
    pc.enrolled()
    content = (pc.data / CURRENT).read_bytes()
    for length in range(0, len(content), 7):
        with pytest.raises(KeybagDamaged):
            decoded(content[:length])


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"null",
        b"[]",
        b"{}",
        b'{"v":0}',
        b'{"v":"1"}',
        b"\xff\xfe\x00",
        b"[" * 5000,
        b'{"v":1,"sum":"","bag":{}}',
        b'{"v":1,"bag":' + b"[" * 100_000,
        b" " * (LARGEST_FILE + 1),
    ],
)
def test_rubbish_is_refused_as_damaged(content):
    with pytest.raises(KeybagDamaged):
        decoded(content)


def test_a_file_of_a_newer_version_is_named_so_and_its_spare_copy_is_not_taken(pc):
    pc.enrolled()
    (pc.data / CURRENT).write_bytes(b'{"v":2,"anything":[]}')
    with pytest.raises(KeybagFromNewerVersion):
        KeybagFile(pc.data).load()
    assert (pc.data / CURRENT).read_bytes() == b'{"v":2,"anything":[]}'


def test_a_damaged_file_is_replaced_by_its_former_generation_and_that_is_said(pc):
    vault = pc.enrolled()
    vault.add_password_slot(TOM, TOMS, gen=1, not_after_ms=LEASE_END_MS)
    before = secret_of(vault)
    (pc.data / CURRENT).write_bytes(b"rot")
    again = pc.started()
    again.unlock(PRIYA.user, PRIYAS)
    assert again.used_former_generation
    assert secret_of(again) == before
    assert [known.person.user for known in again.users()] == [PRIYA.user]


def test_a_good_file_is_not_said_to_be_damaged(pc):
    pc.enrolled()
    vault = pc.started()
    vault.unlock(PRIYA.user, PRIYAS)
    assert not vault.used_former_generation


def test_a_damaged_file_never_becomes_the_former_generation(pc):
    vault = pc.enrolled()
    vault.add_password_slot(TOM, TOMS, gen=1, not_after_ms=LEASE_END_MS)
    (pc.data / CURRENT).write_bytes(b"rot")
    file = KeybagFile(pc.data)
    bag = file.load().bag
    file.save(bag)
    assert decoded((pc.data / PREVIOUS).read_bytes()) == bag
    assert decoded((pc.data / CURRENT).read_bytes()) == bag


def test_a_missing_file_is_replaced_by_its_former_generation(pc):
    pc.enrolled()
    (pc.data / CURRENT).unlink()
    assert KeybagFile(pc.data).load().from_previous


def test_two_damaged_generations_are_named_so_and_left_alone(pc):
    pc.enrolled()
    (pc.data / CURRENT).write_bytes(b"rot")
    (pc.data / PREVIOUS).write_bytes(b"rot too")
    with pytest.raises(KeybagDamaged):
        pc.started().users()
    assert (pc.data / PREVIOUS).read_bytes() == b"rot too"


def test_a_pc_without_a_key_file_is_not_enrolled(pc):
    with pytest.raises(NotEnrolled):
        KeybagFile(pc.data).load()
    assert not pc.started().is_enrolled


def test_a_key_file_written_by_version_0_1_still_opens(tmp_path):
    """Format 1 is on disks: this file never changes, and is never made anew."""
    pc = Pc(tmp_path)
    for name in (CURRENT, "tries.json"):
        (pc.data / name).write_bytes((GOLDEN / name).read_bytes())
    secrets = json.loads((GOLDEN / "secrets.json").read_text())
    for item, text in secrets["store"].items():
        pc.store.write(item, text)
    vault = pc.started()
    vault.unlock(PRIYA.user, PRIYAS)
    assert secret_of(vault).hex() == secrets["dek"]
    bag = decoded((GOLDEN / CURRENT).read_bytes())
    assert bytes(open_sealed(bag.recovery, bytes(ORGANISATION)).exposed()).hex() == secrets["dek"]
    vault.lock()
    assert vault.envelopes.unlock(secrets["envelope"]).number == 2


def test_the_file_is_looked_through_by_purpose(pc):
    vault = pc.enrolled()
    vault.envelopes.make()
    bag = decoded((pc.data / CURRENT).read_bytes())
    assert bag.password_slot("user-nobody") is None
    assert bag.password_slot("envelope-1") is None
    assert {slot.purpose for slot in bag.envelope_slots()} == {Purpose.ENVELOPE}
    kept = bag.with_slot(bag.password_slot(PRIYA.user))
    assert len(kept.slots) == len(bag.slots)
    assert msgspec.structs.replace(bag, slots=()).slots == ()
