from __future__ import annotations

import msgspec
import pytest

from sonar_core import bodies
from sonar_core.ids import slot
from sonar_core.moments import Moment, Precision
from sonar_core.records.base import Entity, Fact, Record
from sonar_core.records.conflict import Conflict
from sonar_core.records.kinds import MergePolicy, ScopeKind, Sort
from sonar_core.records.location import Location
from sonar_core.records.note import Note
from sonar_core.records.registry import (
    REGISTRY,
    allergy_status_id,
    care_level_id,
    is_fact,
    kind_of,
    place_of,
)
from sonar_core.records.retirement import Retirement
from sonar_core.records.scope_grant import ScopeGrant
from sonar_core.records.site_move import SiteMove
from tests.core.sync.clinic import PATIENT, STAY, TASK, note

KINDS = list(REGISTRY.values())
ENTITIES = [kind for kind in KINDS if kind.sort is Sort.ENTITY]


@pytest.fixture(params=KINDS, ids=lambda kind: kind.name)
def kind(request):
    return request.param


def test_every_record_type_has_its_kind_under_its_name():
    def leaves(base: type[Record]) -> set[str]:
        below = base.__subclasses__()
        return set().union(*map(leaves, below)) if below else {base.__name__}

    assert leaves(Record) == set(REGISTRY)


def test_a_kind_is_called_like_its_type(kind):
    assert kind.name == kind.type.__name__
    assert REGISTRY[kind.name] is kind


def test_the_sort_of_a_kind_is_that_of_its_type(kind):
    bases = {Sort.FACT: Fact, Sort.ENTITY: Entity, Sort.SERVER: Entity, Sort.LOCAL: Record}
    assert issubclass(kind.type, bases[kind.sort])
    assert is_fact(kind) == (kind.sort is Sort.FACT)
    assert (kind.type in {Conflict, Location, Retirement, ScopeGrant, SiteMove}) == (
        kind.sort is Sort.SERVER
    )


@pytest.mark.parametrize("kind", ENTITIES, ids=lambda kind: kind.name)
def test_every_field_of_an_entity_is_in_exactly_one_group(kind):
    grouped = [field for group in kind.groups for field in group.fields]
    assert sorted(grouped) == sorted(set(kind.type.__struct_fields__) - {"id"})
    assert len({group.name for group in kind.groups}) == len(kind.groups)
    for group in kind.groups:
        assert [kind.group_of(field) for field in group.fields] == [group] * len(group.fields)
        assert kind.group_named(group.name) is group


def test_what_happened_has_no_groups_and_every_other_kind_some(kind):
    assert bool(kind.groups) == (kind.sort is Sort.ENTITY)


def test_parents_are_fields_that_hold_an_id(kind):
    for name in kind.parents:
        assert name in kind.type.__struct_fields__
    owned = {"patient", "episode"} & set(kind.type.__struct_fields__)
    is_ours = kind.sort in {Sort.ENTITY, Sort.FACT}
    assert not is_ours or owned <= {*kind.parents, "episode"}


def test_each_kind_travels_in_its_scope():
    scopes = {kind.name: kind.scope for kind in KINDS if kind.scope is not ScopeKind.CLINICAL}
    assert scopes == {
        "MedicationRequest": ScopeKind.MEDICINES,
        "MedicationAdministration": ScopeKind.MEDICINES,
        "Practitioner": ScopeKind.REFERENCE,
        "PractitionerRole": ScopeKind.REFERENCE,
        "ScopeGrant": ScopeKind.REFERENCE,
        "Location": ScopeKind.REFERENCE,
        "AccessEvent": ScopeKind.DEVICE,
    }


def test_only_what_is_no_clinical_matter_is_merged_without_a_person():
    merged = {
        (kind.name, group.name): group.policy
        for kind in KINDS
        for group in kind.groups
        if group.policy is not MergePolicy.CLINICAL
    }
    assert merged == {
        ("Patient", "contact"): MergePolicy.AUTO,
        ("CustodyEpisode", "cell"): MergePolicy.AUTO,
        ("Task", "done"): MergePolicy.DONE_WINS,
        ("Practitioner", "practitioner"): MergePolicy.AUTO,
        ("PractitionerRole", "role"): MergePolicy.AUTO,
        ("UnconfirmedPractitioner", "practitioner"): MergePolicy.AUTO,
    }


def test_an_order_a_level_and_an_allergy_are_one_group_each():
    for name in ("MedicationRequest", "CareLevel", "AllergyIntolerance", "AllergyStatus", "Flag"):
        assert len(REGISTRY[name].groups) == 1


def test_each_time_of_a_referral_is_a_group_of_its_own():
    names = [group.name for group in REGISTRY["Referral"].groups]
    assert names == ["request", "requested_at", "accepted", "arrived", "seen", "closed"]


def test_a_field_that_only_a_newer_program_knows_is_a_clinical_group_of_its_own():
    patient = REGISTRY["Patient"]
    for group in (patient.group_of("camera"), patient.group_named("camera")):
        assert (group.name, group.policy) == ("camera", MergePolicy.CLINICAL)
        assert group.fields == ("camera",)
    contact = patient.group_named("contact")
    assert contact.touched_by(["phone", "fax"]) == ("contact", "fax")


def test_every_default_can_be_written_and_read_again(kind):
    fields = {field.name: field for field in msgspec.structs.fields(kind.type)}
    assert fields["id"].required
    for field in fields.values():
        if field.default is not msgspec.NODEFAULT:
            plain = msgspec.json.decode(msgspec.json.encode(field.default))
            assert msgspec.convert(plain, field.type) == field.default


def test_a_record_knows_its_kind():
    assert kind_of(PATIENT) is REGISTRY["Patient"]
    assert kind_of(TASK) is REGISTRY["Task"]


def test_singletons_have_one_id_everywhere():
    assert allergy_status_id(PATIENT.id) == slot(PATIENT.id, "allergy_status")
    assert care_level_id(STAY.id) == slot(STAY.id, "care_level")


@pytest.mark.parametrize(
    ("kind", "body", "place"),
    [
        ("Note", {"replaces": "n"}, "n"),
        ("Note", {"replaces": None}, None),
        ("Note", {}, None),
        ("FitnessOutcome", {"replaces": "f", "episode": "e", "purpose": "p"}, "f"),
        (
            "FitnessOutcome",
            {"episode": "e", "purpose": "p", "patient": "x"},
            slot("e", "FitnessOutcome", "p"),
        ),
        (
            "FitnessOutcome",
            {"episode": None, "purpose": "p", "patient": "x"},
            slot("x", "FitnessOutcome", "p"),
        ),
        ("ConflictResolution", {"replaces": "r"}, None),
        ("Task", {"replaces": "r"}, None),
    ],
)
def test_a_fact_takes_the_place_of_the_one_it_names(kind, body, place):
    assert place_of(REGISTRY[kind], body) == place


def test_what_a_fact_leaves_out_means_for_ever_what_it_means_today():
    """A default that is not simply nothing is a word in every stored body that lacks it."""
    said = {
        (kind.name, field.name): field.default
        for kind in REGISTRY.values()
        if kind.sort is Sort.FACT
        for field in msgspec.structs.fields(kind.type)
        if field.name != "recorded_at"
        and field.default not in (msgspec.NODEFAULT, None, "", False, ())
    }
    assert said == {("ObservationSet", "spo2_scale"): 1}
    made = note(50)
    assert set(bodies.fields_of(bodies.encode(made))) == {
        "category", "episode", "id", "patient", "performed_at", "recorded_by", "text",
    }  # fmt: skip
    assert bodies.decode(bodies.encode(made), Note) == made


def test_a_body_names_who_did_it_where_somebody_else_wrote_it_down():
    made = msgspec.structs.replace(note(50), performed_by="somebody else")
    fields = bodies.fields_of(bodies.encode(made))
    assert fields["performed_by"] == "somebody else"
    assert bodies.decode(bodies.encode(made), Note) == made
    said = {
        **fields,
        "performed_by": fields["recorded_by"],
        "performed_at": {**fields["performed_at"], "precision": "exact"},
    }
    assert bodies.decode(msgspec.json.encode(said), Note) == note(50)


def test_a_body_says_when_it_was_written_down_where_that_was_another_moment():
    made = note(50)
    for later in (
        msgspec.structs.replace(made.performed_at, utc_ms=made.performed_at.utc_ms + 1),
        msgspec.structs.replace(made.performed_at, precision=Precision.APPROX),
        msgspec.structs.replace(made.performed_at, utc_ms=0, zone="", offset_minutes=0),
    ):
        written = msgspec.structs.replace(made, recorded_at=later)
        fields = bodies.fields_of(bodies.encode(written))
        assert msgspec.convert(fields["recorded_at"], Moment) == later
        assert bodies.decode(bodies.encode(written), Note) == written
    said = {**bodies.fields_of(bodies.encode(made)), "recorded_at": made.performed_at}
    assert bodies.decode(msgspec.json.encode(said), Note) == made
