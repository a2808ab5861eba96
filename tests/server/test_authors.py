from __future__ import annotations

import msgspec
import pytest

from sonar_core.moments import moment_at
from sonar_core.sync.operations import Header, OpKind
from sonar_server.authors import Account, IssuedLease, Known, marks

NURSE = Account(user="nurse", role="nurse", sites=("here",), is_active=True)
LEASE = IssuedLease(
    lease_id="lease",
    user="nurse",
    device="pc",
    role="nurse",
    sites=("here",),
    issued_ms=1_000,
    not_after_ms=9_000,
)
HEADER = Header(
    op_id="op",
    device="pc",
    incarnation=1,
    op_seq=1,
    txn_id="txn",
    txn_index=0,
    txn_size=1,
    user="nurse",
    lease_id="lease",
    scope="here/clinical",
    op=OpKind.RECORD,
    kind="Note",
    entity="note",
    intent="write_note",
    schema_v=1,
    recorded_at=moment_at(5_000, "Europe/London"),
    monotonic_ms=0,
    hlc="0" * 16,
    offline=False,
    prev_hash="",
    payload_hash="",
)


def found(
    header: dict[str, object] | None = None,
    account: dict[str, object] | None = None,
    lease: dict[str, object] | None = None,
) -> tuple[str, ...]:
    from dataclasses import replace  # noqa: PLC0415

    known = Known(
        accounts={"nurse": replace(NURSE, **(account or {}))},
        leases={"lease": replace(LEASE, **(lease or {}))},
    )
    return marks(msgspec.structs.replace(HEADER, **(header or {})), "here", known)


def test_a_nurse_under_a_lease_at_their_own_suite_is_not_odd():
    assert found() == ()


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"header": {"user": "nobody"}}, ("unknown_user",)),
        ({"account": {"is_active": False}}, ("inactive_user",)),
        ({"header": {"lease_id": None}}, ("no_lease",)),
        ({"header": {"lease_id": "other"}}, ("unknown_lease",)),
        ({"lease": {"user": "another"}}, ("unknown_lease",)),
        ({"lease": {"device": "another"}}, ("unknown_lease",)),
        ({"lease": {"not_after_ms": 5_000}}, ("lease_expired",)),
        ({"lease": {"not_after_ms": 5_001}}, ()),
        (
            {"lease": {"not_after_ms": 5_000}, "header": {"emergency": "event"}},
            ("emergency_access",),
        ),
        ({"header": {"emergency": "event"}}, ("emergency_access",)),
        (
            {"header": {"emergency": "event", "user": "nobody"}},
            ("unknown_user", "emergency_access"),
        ),
        (
            {"header": {"emergency": "event", "lease_id": "other"}},
            ("unknown_lease", "emergency_access"),
        ),
        ({"lease": {"sites": ("elsewhere",)}}, ("other_site",)),
        ({"lease": {"role": "manager"}}, ("role_not_allowed",)),
        ({"lease": {"role": "of a newer server"}}, ("role_not_allowed",)),
        ({"lease": {"role": "pharmacist"}}, ()),
        (
            {"lease": {"role": "pharmacist"}, "header": {"kind": "FitnessOutcome"}},
            ("role_not_allowed",),
        ),
        ({"lease": {"role": "doctor"}, "header": {"kind": "FitnessOutcome"}}, ()),
        ({"lease": {"role": "manager"}, "header": {"kind": "AccessEvent"}}, ()),
        ({"header": {"kind": "FromANewerProgram"}, "lease": {"role": "auditor"}}, ()),
    ],
)
def test_what_is_odd_about_an_author_is_named(changed, said):
    assert found(**changed) == said


def test_the_role_under_the_lease_held_then_counts_and_not_the_one_of_today():
    assert found(account={"role": "manager", "sites": ("elsewhere",)}) == ()
