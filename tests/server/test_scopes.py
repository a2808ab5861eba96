from __future__ import annotations

import pytest

from sonar_core.ids import to_bytes
from sonar_core.records.kinds import ScopeKind
from sonar_server.scopes import ScopeKey, Territory

DEVICE = "01a203ca-0000-7000-8000-00000000000d"
SITE = "01a203ca-0000-7000-8000-000000000005"
ORGANISATION = "01a203ca-0000-7000-8000-00000000000f"

HERE = Territory(device=DEVICE, site=SITE, organisation=ORGANISATION)


@pytest.mark.parametrize(
    ("kind", "wire", "key"),
    [
        (ScopeKind.CLINICAL, f"{SITE}/clinical", ScopeKey(to_bytes(SITE), "clinical")),
        (ScopeKind.MEDICINES, f"{SITE}/medicines", ScopeKey(to_bytes(SITE), "medicines")),
        (
            ScopeKind.REFERENCE,
            f"{ORGANISATION}/reference",
            ScopeKey(to_bytes(ORGANISATION), "reference"),
        ),
        (ScopeKind.DEVICE, f"{DEVICE}/device", ScopeKey(to_bytes(SITE), f"device/{DEVICE}")),
    ],
)
def test_each_scope_has_its_owner_in_its_name(kind, wire, key):
    assert HERE.wire(kind) == wire
    assert HERE.key(kind) == key
    assert HERE.key_of(wire) == key
    assert HERE.wire_of(key) == wire


def test_a_device_holds_three_scopes_and_not_its_access_log():
    assert HERE.pulled() == (
        f"{ORGANISATION}/reference",
        f"{SITE}/clinical",
        f"{SITE}/medicines",
    )


def test_a_revoked_scope_is_its_own_and_not_pulled():
    without = HERE._replace(revoked=frozenset({ScopeKind.MEDICINES}))
    assert without.pulled() == (f"{ORGANISATION}/reference", f"{SITE}/clinical")
    assert without.is_revoked(f"{SITE}/medicines")
    assert not without.is_revoked(f"{SITE}/clinical")
    assert without.key_of(f"{SITE}/medicines") is not None
    assert without.may_write(f"{SITE}/medicines", "MedicationRequest")


@pytest.mark.parametrize("wire", [f"{DEVICE}/clinical", f"{SITE}/reference", "clinical", ""])
def test_a_scope_of_somebody_else_is_nobodys_here(wire):
    assert HERE.key_of(wire) is None


@pytest.mark.parametrize(
    ("scope", "kind", "allowed"),
    [
        (f"{SITE}/clinical", "Note", True),
        (f"{SITE}/medicines", "Note", False),
        (f"{SITE}/medicines", "MedicationRequest", True),
        (f"{SITE}/clinical", "MedicationRequest", False),
        (f"{DEVICE}/device", "AccessEvent", True),
        (f"{SITE}/clinical", "AccessEvent", False),
        (f"{ORGANISATION}/reference", "Practitioner", False),
        (f"{SITE}/clinical", "FromANewerProgram", True),
        (f"{ORGANISATION}/reference", "FromANewerProgram", False),
        ("elsewhere/clinical", "Note", False),
    ],
)
def test_a_kind_is_written_into_its_own_scope_only(scope, kind, allowed):
    assert HERE.may_write(scope, kind) is allowed


def test_rows_go_where_their_kind_belongs():
    assert HERE.key_for("Conflict").name == "clinical"
    assert HERE.key_for("MedicationAdministration").name == "medicines"


def test_a_device_is_sent_rows_of_its_own_scopes_but_those_revoked():
    territory = HERE._replace(revoked=frozenset({ScopeKind.MEDICINES}))
    kinds = (ScopeKind.CLINICAL, ScopeKind.REFERENCE, ScopeKind.DEVICE)
    assert territory.read() == tuple(territory.key(kind) for kind in kinds)
