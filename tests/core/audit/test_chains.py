from __future__ import annotations

import msgspec
import pytest

from sonar_core import bodies
from sonar_core.audit.chains import WORDS, Chain, Fault
from sonar_core.audit.export import ChainHead
from sonar_core.sync.anchors import Countersigned
from sonar_core.sync.operations import header_hash, moved
from tests.core.audit.chain import DEVICE, NOON, anchor, entry, follow, server_verify, written
from tests.core.sync.clinic import identifier, sign, verify

MADE = written(12)
ENTRIES = [entry(one) for one in MADE]
ANCHORS = [anchor(MADE[3]), anchor(MADE[8])]


def faults(followed) -> list[tuple[int, Fault]]:
    return [(one.op_seq, one.fault) for one in followed.findings]


def rewritten(operations, start: int):
    """The chain written anew from a place on by whoever has the device's key."""
    made = list(operations)
    header = bodies.fields_of(made[start].header) | {"user": "somebody else"}
    first = msgspec.structs.replace(made[start], header=bodies.encode(header))
    before = bodies.fields_of(made[start].header)["prev_hash"]
    for at, one in enumerate([first, *made[start + 1 :]], start):
        number = bodies.fields_of(one.header)["op_seq"]
        made[at] = moved(one, incarnation=1, op_seq=number, prev_hash=before, sign=sign)
        before = header_hash(made[at].header)
    return made


def test_a_whole_chain_is_verified_up_to_its_last_countersignature_and_unproven_after_it():
    followed = follow(ENTRIES, ANCHORS)
    assert faults(followed) == []
    assert (followed.entries, followed.verified, followed.unproven) == (12, 9, 3)
    assert (followed.verified_to, followed.at_ms) == (9, NOON + 9)


def test_nothing_is_verified_where_nothing_was_countersigned():
    followed = follow(ENTRIES)
    assert (followed.verified, followed.unproven, followed.verified_to) == (0, 12, 0)
    assert followed.findings == ()
    assert follow([]).entries == 0


def test_a_later_incarnation_begins_at_its_own_number():
    made = written(3, first_seq=40, incarnation=2)
    followed = follow(map(entry, made), [anchor(made[2])], first_seq=40, incarnation=2)
    assert (faults(followed), followed.verified, followed.verified_to) == ([], 3, 42)


def test_a_deleted_entry_is_missed():
    followed = follow(ENTRIES[:5] + ENTRIES[6:], ANCHORS)
    assert faults(followed) == [(7, Fault.MISSING), (7, Fault.BROKEN_LINK)]
    assert (followed.verified, followed.verified_to) == (4, 4)


def test_a_deleted_beginning_is_missed_whatever_the_head_says():
    assert faults(follow(ENTRIES[2:], ANCHORS, first_seq=3)) == [(3, Fault.BROKEN_LINK)]


def test_an_inserted_entry_is_found():
    foreign = entry(written(6, device=identifier(901))[5])
    found = faults(follow([*ENTRIES[:5], foreign, *ENTRIES[5:]], ANCHORS))
    assert (6, Fault.OTHER_DEVICE) in found
    assert (6, Fault.OUT_OF_ORDER) in found


def test_an_entry_that_stands_twice_is_found():
    followed = follow(ENTRIES[:5] + ENTRIES[4:], ANCHORS)
    assert faults(followed)[0] == (5, Fault.OUT_OF_ORDER)
    assert followed.verified == 4


def test_an_altered_payload_is_found_also_where_only_its_hash_is_in_the_export():
    changed = list(ENTRIES)
    changed[5] = msgspec.structs.replace(ENTRIES[5], payload=b"{}")
    assert faults(follow(changed, ANCHORS)) == [(6, Fault.ALTERED)]
    changed = list(ENTRIES)
    changed[4] = msgspec.structs.replace(ENTRIES[4], payload_hash="0" * 64)
    assert ENTRIES[4].payload is None
    assert faults(follow(changed, ANCHORS)) == [(5, Fault.ALTERED)]
    changed = list(ENTRIES)
    changed[5] = msgspec.structs.replace(ENTRIES[5], payload_hash="0" * 64)
    assert faults(follow(changed, ANCHORS)) == [(6, Fault.ALTERED)], "two words about one payload"


def test_an_altered_header_is_neither_signed_nor_named_by_the_next():
    changed = list(ENTRIES)
    header = bodies.encode(bodies.fields_of(ENTRIES[5].header) | {"user": "somebody else"})
    changed[5] = msgspec.structs.replace(ENTRIES[5], header=header)
    assert faults(follow(changed, ANCHORS)) == [(6, Fault.NOT_SIGNED), (7, Fault.BROKEN_LINK)]


def test_a_header_that_nobody_can_read_is_found_and_the_rest_followed():
    changed = list(ENTRIES)
    changed[5] = msgspec.structs.replace(ENTRIES[5], header=b"{")
    assert faults(follow(changed, ANCHORS)) == [(6, Fault.UNREADABLE), (7, Fault.BROKEN_LINK)]


def test_an_altered_signature_is_found():
    changed = list(ENTRIES)
    changed[5] = msgspec.structs.replace(ENTRIES[5], signature=bytes(64))
    assert faults(follow(changed, ANCHORS)) == [(6, Fault.NOT_SIGNED)]


def spoilt(*places: int):
    return [
        msgspec.structs.replace(one, signature=bytes(64)) if at in places else one
        for at, one in enumerate(ENTRIES, 1)
    ]


@pytest.mark.parametrize(
    ("places", "found"),
    [((), []), ((6,), []), ((9,), [9]), ((4, 12), [4, 12]), ((12,), [12])],
)
def test_links_alone_check_the_signatures_of_countersigned_places_and_of_the_end(places, found):
    followed = follow(spoilt(*places), ANCHORS, every=False)
    assert faults(followed) == [(at, Fault.NOT_SIGNED) for at in found]
    assert len(follow(spoilt(*places), ANCHORS).findings) == len(places)


def test_two_entries_in_each_other_s_place_are_found():
    swapped = [*ENTRIES[:5], ENTRIES[6], ENTRIES[5], *ENTRIES[7:]]
    followed = follow(swapped, ANCHORS)
    assert (6, Fault.OUT_OF_ORDER) in faults(followed)
    assert followed.verified_to == 4


def test_a_tail_cut_off_before_a_countersigned_place_is_found():
    followed = follow(ENTRIES[:7], ANCHORS)
    assert faults(followed) == [(9, Fault.CUT_OFF)]
    assert followed.verified_to == 4


def test_a_tail_cut_off_after_the_last_countersigned_place_cannot_be_found():
    followed = follow(ENTRIES[:9], ANCHORS)
    assert (faults(followed), followed.unproven) == ([], 0)


def test_another_device_s_chain_in_this_one_s_place_is_found():
    other = written(12, device=identifier(901))
    found = faults(follow(map(entry, other), ANCHORS))
    assert found.count((1, Fault.OTHER_DEVICE)) == 1
    assert (4, Fault.REWRITTEN) in found


def test_a_past_written_anew_with_the_device_s_own_key_is_not_what_was_countersigned():
    followed = follow(map(entry, rewritten(MADE, 5)), ANCHORS)
    assert faults(followed) == [(9, Fault.REWRITTEN)]
    assert followed.verified_to == 4


def test_a_past_written_anew_after_the_last_countersigned_place_cannot_be_found():
    followed = follow(map(entry, rewritten(MADE, 9)), ANCHORS)
    assert (faults(followed), followed.verified, followed.unproven) == ([], 9, 3)


@pytest.mark.parametrize(
    "bad",
    [
        Countersigned(ANCHORS[0].body, bytes(32)),
        anchor(MADE[3], device=identifier(901)),
        anchor(MADE[3], incarnation=2),
    ],
    ids=["not signed", "another device", "another incarnation"],
)
def test_a_countersignature_that_is_not_of_the_server_or_the_chain_vouches_for_nothing(bad):
    followed = follow(ENTRIES, [bad, ANCHORS[1]])
    assert faults(followed) == [(0, Fault.BAD_ANCHOR)]
    assert followed.verified == 0


def test_two_countersignatures_of_one_place_that_differ_are_found():
    other = anchor(MADE[3], header_hash="0" * 64)
    assert faults(follow(ENTRIES, [*ANCHORS, other])) == [(4, Fault.REWRITTEN)]
    again = anchor(MADE[3], server_ms=NOON)
    assert faults(follow(ENTRIES, [*ANCHORS, again])) == [], "a restored server signs it again"


def test_a_fault_of_the_whole_chain_leaves_nothing_verified():
    head = ChainHead(device=DEVICE, incarnation=1, first_seq=1)
    chain = Chain(head, ANCHORS, server=server_verify, device=verify)
    chain.refuse(Fault.NO_KEY)
    for one in ENTRIES:
        chain.take(one, is_signed=True)
    followed = chain.end()
    assert (faults(followed), followed.verified) == ([(0, Fault.NO_KEY)], 0)


def test_every_fault_has_its_words():
    assert set(WORDS) == set(Fault)
