from __future__ import annotations

from random import Random

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sonar_core.audit.chains import Fault
from sonar_core.audit.export import ChainHead, ExportEnd, ExportHead
from sonar_verify import reading
from sonar_verify.reading import ExportError, checked_keys, verifier
from tests.verify.exports import (
    ENTRIES,
    MUTATIONS,
    PCS,
    PROVEN,
    SERVER,
    alter,
    delete,
    encoded,
    keys,
    lines_of,
    parts,
    public,
    verified,
)

EVERY = [(name, one) for name, some in MUTATIONS.items() for one in some]
FIRST, SECOND = PCS


def test_an_export_as_it_was_written_passes_and_says_what_is_unproven():
    report = verified(encoded(lines_of(parts())))
    assert report.is_clean
    assert verified(encoded(lines_of(parts())), every=False) == report
    assert (report.entries, report.absent) == (2 * ENTRIES, [])
    for _, followed in report.chains:
        assert (followed.verified, followed.unproven) == (PROVEN, ENTRIES - PROVEN)


@pytest.mark.parametrize(("name", "mutate"), EVERY, ids=[one.__name__ for _, one in EVERY])
@settings(max_examples=25, deadline=None)
@given(seed=st.integers(0, 2**32), which=st.integers(0, 1))
def test_each_of_the_seven_mutations_is_found_wherever_it_was_made(name, mutate, seed, which):
    made = parts()
    mutate(made[which], Random(seed))
    report = verified(encoded(lines_of(made)))
    assert not report.is_clean
    (_, altered), (_, whole) = report.chains[which], report.chains[1 - which]
    assert altered.findings
    assert altered.verified < PROVEN
    assert (whole.findings, whole.verified) == ((), PROVEN), "the other PC's chain is whole"
    if mutate is not alter:  # which may spoil a signature and nothing else
        assert not verified(encoded(lines_of(made)), every=False).is_clean


def test_there_are_seven_mutations():
    assert len(MUTATIONS) == 7


def test_what_is_done_after_the_last_countersigned_place_is_called_unproven_and_not_found():
    made = parts()
    made[0].write_anew(PROVEN)
    del made[1].entries[PROVEN + 1 :]
    report = verified(encoded(lines_of(made)))
    assert report.is_clean
    assert [(one.verified, one.unproven) for _, one in report.chains] == [(PROVEN, 4), (PROVEN, 1)]


def test_entries_are_followed_across_batches(monkeypatch):
    monkeypatch.setattr(reading, "AT_ONCE", 7)
    assert verified(encoded(lines_of(parts()))).is_clean
    made = parts()
    delete(made[1], Random(1))
    assert not verified(encoded(lines_of(made))).is_clean


def test_a_pc_without_a_public_key_is_not_verified():
    made = parts()
    made[0].head = ChainHead(device="unknown", incarnation=1, first_seq=1)
    report = verified(encoded(lines_of(made)))
    assert report.chains[0][1].findings[0].fault in {Fault.BAD_ANCHOR, Fault.NO_KEY}
    assert Fault.NO_KEY in {one.fault for one in report.chains[0][1].findings}
    assert [one.device for one in report.absent] == [FIRST]


def test_a_pc_whose_chain_is_not_in_the_export_is_named():
    report = verified(encoded(lines_of(parts()[:1])))
    assert [one.device for one in report.absent] == [SECOND]


LINES = encoded(lines_of(parts()))


@pytest.mark.parametrize(
    ("raw", "said"),
    [
        ([], "ends in its middle"),
        (LINES[:-1], "ends in its middle"),
        (LINES[1:], "does not begin"),
        ([*LINES[:5], b"{\n", *LINES[5:]], "line 6 of the export cannot be read"),
        ([*LINES[:5], LINES[5][:40]], "line 6 of the export cannot be read"),
        ([b"\xff\n"], "line 1 of the export cannot be read"),
        ([b'{"t":"export","v":2,"organisation":"org","server_id":"","made_ms":1}'], "form 2"),
        (
            [msgspec.json.encode(ExportHead(v=1, organisation="b", server_id="", made_ms=1))],
            "two organisations",
        ),
        ([*LINES[:-1], msgspec.json.encode(ExportEnd(chains=2, entries=61))], "not whole"),
        ([*LINES[:-1], msgspec.json.encode(ExportEnd(chains=1, entries=60))], "not whole"),
        ([LINES[0], LINES[3], *LINES[1:]], "not whole"),
    ],
)
def test_what_is_no_whole_export_is_refused_in_words(raw, said):
    with pytest.raises(ExportError, match=said):
        verified(raw)


def test_keys_are_read_back_and_refused_where_a_fingerprint_is_not_theirs():
    assert checked_keys(msgspec.json.encode(keys())) == keys()
    for raw in (b"", b"{}", b"\xff", b"[" * 5000):
        with pytest.raises(ExportError, match="cannot be read"):
            checked_keys(raw)
    newer = msgspec.structs.replace(keys(), v=2)
    with pytest.raises(ExportError, match="form 2"):
        checked_keys(msgspec.json.encode(newer))
    one, other = keys().devices
    planted = msgspec.structs.replace(one, sign_public=public(SERVER))
    changed = msgspec.structs.replace(keys(), devices=(planted, other))
    with pytest.raises(ExportError, match="fingerprint"):
        checked_keys(msgspec.json.encode(changed))


def test_a_signature_of_another_length_or_key_is_none():
    signature = SERVER.sign(b"m")
    assert verifier(public(SERVER), b"m", signature)
    assert not verifier(public(SERVER), b"n", signature)
    assert not verifier(public(SERVER), b"m", signature + b"m")
    assert not verifier(public(SERVER), b"m", b"")
    assert not verifier(b"", b"m", signature)
