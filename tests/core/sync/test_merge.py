from __future__ import annotations

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from sonar_core.records.kinds import Group, MergePolicy
from sonar_core.records.registry import REGISTRY
from sonar_core.sync.merge import ALSO_DONE, Merged, Outcome, merge

FIELDS = ("a", "b")
values = st.fixed_dictionaries({name: st.integers(0, 2) for name in FIELDS})
parts = st.dictionaries(st.sampled_from(FIELDS), st.integers(0, 2), min_size=1)
plain = st.sampled_from([MergePolicy.CLINICAL, MergePolicy.AUTO])
DONE = REGISTRY["Task"].group_named("done")
done_values = st.fixed_dictionaries(
    {
        "status": st.sampled_from(["open", "done", "cancelled"]),
        "done_at": st.none(),
        "done_by": st.sampled_from([None, "A", "B"]),
        "done_note": st.sampled_from(["", "x"]),
        ALSO_DONE: st.just([]),
    }
)


def group(policy: MergePolicy) -> Group:
    return Group("g", policy, FIELDS)


@given(plain, values, parts)
def test_what_nobody_touched_takes_the_new_values_as_written(policy, current, proposed):
    merged = merge(group=group(policy), current=current, proposed=proposed, touched=False)
    assert (merged.outcome, merged.values) == (Outcome.APPLIED, proposed)


@given(plain, values, parts, st.booleans())
def test_to_apply_twice_is_to_apply_once(policy, current, proposed, touched):
    merged = merge(group=group(policy), current=current, proposed=proposed, touched=touched)
    once = current | merged.values
    again = merge(group=group(policy), current=once, proposed=proposed, touched=True)
    assert once | again.values == once
    if merged.outcome is not Outcome.CONFLICT:
        assert again.outcome is Outcome.MERGED


@given(values, values, values)
def test_of_two_clinical_versions_the_first_stands_whole_whichever_it_is(start, one, two):
    assume(one != two)
    for first, second in ((one, two), (two, one)):
        now = (
            start
            | merge(
                group=group(MergePolicy.CLINICAL), current=start, proposed=first, touched=False
            ).values
        )
        merged = merge(
            group=group(MergePolicy.CLINICAL), current=now, proposed=second, touched=True
        )
        assert merged.outcome is Outcome.CONFLICT
        assert now | merged.values == first


@given(values, st.integers(0, 2), st.integers(0, 2))
def test_automatic_changes_of_different_fields_meet_in_any_order(current, a, b):
    one, two = {"a": a}, {"b": b}
    auto = group(MergePolicy.AUTO)

    def after(*changes: dict[str, int]) -> dict[str, int]:
        now = current
        for change in changes:
            now = now | merge(group=auto, current=now, proposed=change, touched=True).values
        return now

    assert after(one, two) == after(two, one) == current | one | two


@given(done_values, done_values, done_values)
def test_done_stays_done_and_every_author_of_it_is_named(start, one, two):
    assume("done" in {one["status"], two["status"]})
    now = start | merge(group=DONE, current=start, proposed=one, touched=False).values
    was_done = now["status"] == "done"
    merged = merge(group=DONE, current=now, proposed=two, touched=True)
    after = now | merged.values
    assert after["status"] == "done"
    assert merged.outcome is Outcome.MERGED
    if was_done:
        own = {name: value for name, value in two.items() if name != ALSO_DONE}
        assert {name: after[name] for name in own} == {name: one[name] for name in own}
        assert own in [*after[ALSO_DONE], {name: after[name] for name in own}]


@pytest.mark.parametrize("touched", [True, False])
def test_no_authors_copy_of_who_else_did_it_replaces_the_list(touched):
    current = {"status": "open", "done_by": None, "done_note": "", "done_at": None}
    kept = [{"done_by": "C"}]
    proposed = current | {"status": "done", ALSO_DONE: []}
    merged = merge(
        group=DONE, current=current | {ALSO_DONE: kept}, proposed=proposed, touched=touched
    )
    assert ALSO_DONE not in merged.values
    assert merged.values["status"] == "done"


STATUS = REGISTRY["AllergyStatus"].group_named("status")


def test_two_people_who_both_found_allergies_agree_whenever_each_asked():
    mine = {"patient": "p", "status": "known", "reviewed_at": "14:00", "reviewed_by": "a"}
    theirs = {"patient": "p", "status": "known", "reviewed_at": "14:20", "reviewed_by": "b"}
    merged = merge(group=STATUS, current=mine, proposed=theirs, touched=True)
    assert merged == Merged(outcome=Outcome.MERGED, values=theirs)


def test_known_against_none_known_is_for_a_person_to_decide():
    mine = {"patient": "p", "status": "none_known", "reviewed_at": "14:00", "reviewed_by": "a"}
    theirs = {"patient": "p", "status": "known", "reviewed_at": "14:20", "reviewed_by": "b"}
    merged = merge(group=STATUS, current=mine, proposed=theirs, touched=True)
    assert merged == Merged(outcome=Outcome.CONFLICT, values={})


def test_an_answer_that_leaves_the_deciding_field_out_agrees_with_nothing():
    mine = {"patient": "p", "status": "known", "reviewed_at": "14:00", "reviewed_by": "a"}
    merged = merge(group=STATUS, current=mine, proposed={"reviewed_by": "b"}, touched=True)
    assert merged.outcome is Outcome.CONFLICT
