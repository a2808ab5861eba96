from __future__ import annotations

import msgspec

from sonar_core.records.outcome_told import OutcomeTold, ToldHow
from sonar_core.sync.correcting import HeldFact, in_place_of, is_stuck
from sonar_core.sync.messages import Reason
from tests.core.board.custody import note


def held(identifier: str, reason: Reason, *, replaces: str | None = None) -> HeldFact:
    fact = msgspec.structs.replace(note(0), id=identifier, replaces=replaces)
    detail = replaces or "" if reason is Reason.MISSING_PARENT else ""
    return HeldFact(fact=fact, reason=reason, detail=detail)


def test_what_the_server_has_or_will_take_is_replaced():
    waits = {"b": held("b", Reason.MISSING_PARENT), "c": held("c", Reason.NEWER_SCHEMA)}
    assert [in_place_of(one, waits) for one in ("a", "b", "c")] == [
        {"replaces": "a"},
        {"replaces": "b"},
        {"replaces": "c"},
    ]


def test_what_never_comes_is_corrected_beside_it_in_the_place_that_it_wanted():
    for reason in (Reason.DAMAGED, Reason.ID_COLLISION, Reason.BAD_SIGNATURE):
        facts = {"b": held("b", reason, replaces="a")}
        assert in_place_of("b", facts) == {"corrects": "b", "replaces": "a"}


def test_what_waits_for_one_that_never_comes_never_comes_either():
    facts = {
        "b": held("b", Reason.DAMAGED, replaces="a"),
        "c": held("c", Reason.MISSING_PARENT, replaces="b"),
    }
    assert is_stuck("c", facts)
    assert in_place_of("c", facts) == {"corrects": "c", "replaces": "a"}


def test_a_telling_of_what_never_comes_never_comes_either():
    told = OutcomeTold(
        id="t",
        patient="p",
        performed_at=note(0).performed_at,
        recorded_by="u",
        about="b",
        told_to="Sgt Marsh",
        told_to_role="Custody officer",
        how=ToldHow.RADIO,
        read_back=True,
    )
    telling = HeldFact(fact=told, reason=Reason.MISSING_PARENT, detail="b")
    facts = {"b": held("b", Reason.DAMAGED), "t": telling}
    assert is_stuck("t", facts)
    assert in_place_of("t", facts) == {"corrects": "t", "replaces": None}
    assert not is_stuck("t", {"t": telling}), "what it is about may be on its way"


def test_what_waits_for_one_whose_bytes_are_spoilt_never_comes_either():
    spoilt = HeldFact(fact=None, reason=Reason.DAMAGED, detail="")
    facts = {"b": spoilt, "c": held("c", Reason.MISSING_PARENT, replaces="b")}
    assert in_place_of("b", facts) == {"corrects": "b", "replaces": None}
    assert in_place_of("c", facts) == {"corrects": "c", "replaces": None}


def test_one_whose_bytes_are_spoilt_is_not_taken_to_wait_for_one_that_never_comes():
    unread = HeldFact(fact=None, reason=Reason.MISSING_PARENT, detail="b")
    facts = {"b": held("b", Reason.DAMAGED), "c": unread}
    assert not is_stuck("c", facts)
    assert in_place_of("c", facts) == {"replaces": "c"}


def test_what_waits_for_one_that_comes_waits():
    facts = {
        "b": held("b", Reason.NEWER_SCHEMA),
        "c": held("c", Reason.MISSING_PARENT, replaces="b"),
        "d": held("d", Reason.MISSING_PARENT, replaces="x"),
    }
    assert not is_stuck("c", facts)
    assert not is_stuck("d", facts)


def test_facts_that_name_each_other_are_followed_once():
    waiting = {
        "a": held("a", Reason.MISSING_PARENT, replaces="b"),
        "b": held("b", Reason.MISSING_PARENT, replaces="a"),
    }
    assert not is_stuck("a", waiting)
    spoilt = {one: held(one, Reason.DAMAGED, replaces=of) for one, of in ("ab", "ba")}
    assert in_place_of("a", spoilt) == {"corrects": "a", "replaces": None}
