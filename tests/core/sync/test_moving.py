from __future__ import annotations

import msgspec
import pytest

from sonar_core.records.conflict import Conflict, ConflictStatus
from sonar_core.records.custody_episode import EpisodeStatus
from sonar_core.sync.moving import RULE, sites_of, sites_written, versions_of
from sonar_core.sync.operations import OpKind
from sonar_core.sync.retirement import RULE as OVER_RULE
from tests.core.sync.clinic import STAY, decision_on, forged, identifier, level, note, suite

THERE, ELSEWHERE = identifier(70), identifier(71)
FIELDS = msgspec.to_builtins(STAY)


def test_the_rule_is_not_that_of_a_stay_that_is_over():
    assert RULE != OVER_RULE


def test_a_stay_is_where_it_says():
    assert sites_of(versions_of(FIELDS, ())) == {STAY.site}


@pytest.mark.parametrize("status", [EpisodeStatus.RELEASED, EpisodeStatus.TRANSFERRED, "released"])
def test_a_stay_that_is_over_is_nowhere(status):
    assert sites_of([{**FIELDS, "status": status}]) == frozenset()


def test_a_site_that_is_no_text_is_none():
    assert sites_of([{**FIELDS, "site": None}, {"status": "open"}]) == frozenset()


def two_moves() -> Conflict:
    """Two PCs moved one stay to different suites, neither knowing of the other."""
    centre, one, two = suite()
    one.edit("CustodyEpisode", STAY.id, site=THERE)
    two.edit("CustodyEpisode", STAY.id, site=ELSEWHERE)
    one.push(centre)
    two.push(centre)
    (conflict,) = centre.conflicts()
    return conflict


def test_a_stay_in_dispute_is_wherever_a_side_says():
    conflict = two_moves()
    now = {**FIELDS, "site": THERE}
    assert sites_of(versions_of(now, [conflict])) == {THERE, ELSEWHERE}
    settled = msgspec.structs.replace(conflict, status=ConflictStatus.RESOLVED)
    assert sites_of(versions_of(now, [settled])) == {THERE}
    others = msgspec.structs.replace(conflict, entity=identifier(72))
    assert sites_of(versions_of(now, [others])) == {THERE}


def test_an_edit_and_a_new_stay_write_a_site():
    _, one, _ = suite()
    assert sites_written(*one.edit("CustodyEpisode", STAY.id, site=THERE)) == {THERE}
    other = msgspec.structs.replace(STAY, id=identifier(73), site=ELSEWHERE)
    assert sites_written(*one.record(other)) == {ELSEWHERE}


def test_a_decision_on_a_stay_writes_a_site():
    conflict = two_moves()
    made = decision_on(conflict, 74, values={**conflict.alternatives[1].values})
    written = forged("ConflictResolution", made.id, msgspec.to_builtins(made), op=OpKind.RESOLVE)
    assert sites_written(*written) == {ELSEWHERE}


def test_what_names_no_site_writes_none():
    _, one, _ = suite()
    assert sites_written(*one.edit("CustodyEpisode", STAY.id, cell="M2")) == frozenset()
    assert sites_written(*one.record(note(75))) == frozenset()
    assert sites_written(*one.record(level(2))) == frozenset()


@pytest.mark.parametrize(
    ("kind", "payload", "op"),
    [
        ("CustodyEpisode", b"no body", OpKind.RECORD),
        ("CustodyEpisode", b"no edit", OpKind.EDIT),
        ("CustodyEpisode", {"site": 7}, OpKind.RECORD),
        ("ConflictResolution", {"entity_kind": "CareLevel", "values": {}}, OpKind.RESOLVE),
        ("ConflictResolution", {"entity_kind": "CustodyEpisode", "values": 7}, OpKind.RESOLVE),
        ("ConflictResolution", {"entity_kind": "CustodyEpisode", "values": {}}, OpKind.RESOLVE),
    ],
)
def test_what_cannot_be_read_writes_none(kind, payload, op):
    assert sites_written(*forged(kind, identifier(76), payload, op=op)) == frozenset()
