from __future__ import annotations

import pytest

from sonar_core.records.kinds import ScopeKind
from sonar_core.records.scope_grant import ScopeGrant, scope_grant_id
from sonar_core.sync.grants import CopyState, is_reference, next_state, revoked_from

PC, SITE, OTHER = "pc", "site", "other"
MEDICINES, CLINICAL = ScopeKind.MEDICINES, ScopeKind.CLINICAL


def said(holder: str, scope: str, *, is_granted: bool) -> ScopeGrant:
    return ScopeGrant(
        id=scope_grant_id(holder, scope), holder=holder, scope=scope, is_granted=is_granted
    )


NOT_HERE = said(SITE, "medicines", is_granted=False)


@pytest.mark.parametrize(
    ("words", "revoked"),
    [
        ((), set()),
        ((said(PC, "medicines", is_granted=False),), {MEDICINES}),
        ((NOT_HERE,), {MEDICINES}),
        ((NOT_HERE, said(PC, "medicines", is_granted=True)), set()),
        ((said(PC, "medicines", is_granted=True), NOT_HERE), set()),
        (
            (said(SITE, "medicines", is_granted=True), said(PC, "clinical", is_granted=False)),
            {CLINICAL},
        ),
        ((said(OTHER, "clinical", is_granted=False),), set()),
        ((NOT_HERE, said(PC, "clinical", is_granted=False)), {MEDICINES, CLINICAL}),
        ((said(PC, "reference", is_granted=False), said(PC, "unknown", is_granted=False)), set()),
    ],
)
def test_a_word_about_the_pc_goes_before_one_about_its_site(words, revoked):
    assert revoked_from(PC, SITE, words) == revoked


@pytest.mark.parametrize(
    ("state", "if_revoked", "if_granted"),
    [
        (None, CopyState.REVOKED, None),
        (CopyState.REVOKED, CopyState.REVOKED, None),
        (CopyState.GOING, CopyState.GOING, CopyState.AGAIN),
        (CopyState.AGAIN, CopyState.GOING, CopyState.AGAIN),
        (CopyState.GONE, CopyState.GONE, None),
    ],
)
def test_a_copy_that_has_begun_to_go_goes_to_its_end(state, if_revoked, if_granted):
    assert next_state(state, is_revoked=True) is if_revoked
    assert next_state(state, is_revoked=False) is if_granted


def test_each_holder_has_one_grant_of_a_scope():
    assert scope_grant_id(PC, "medicines") == scope_grant_id(PC, "medicines")
    assert scope_grant_id(PC, "medicines") != scope_grant_id(SITE, "medicines")


def test_the_words_are_in_the_reference_scope():
    assert is_reference("organisation/reference")
    assert not is_reference("site/clinical")
