from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

import msgspec
import pytest

from sonar_core import bodies
from sonar_core.ids import to_bytes
from sonar_core.records.conflict import Conflict
from sonar_core.records.custody_episode import CustodyEpisode
from sonar_core.records.fitness_outcome import Fitness, FitnessOutcome
from sonar_core.records.observation_set import ObservationSet
from sonar_core.records.patient import Patient
from sonar_core.records.registry import REGISTRY
from sonar_core.sync.messages import PROTOCOL, SignIn, SnapshotStart
from sonar_core.sync.rows import provenance_of
from sonar_server import administration
from sonar_server.central import Central, open_central
from sonar_server.demo import caseload
from sonar_server.demo.detainees import DETAINEES, VITALS
from sonar_server.gate import Gate
from sonar_server.store import operations, places
from sonar_server.store.database import Database
from tests.server.pc import Pc, new_id


@pytest.fixture(scope="module")
def shown(organisation) -> Iterator[Central]:
    database = Database(organisation.copy())
    yield open_central(database, organisation.keys)
    database.close()


@pytest.fixture(scope="module")
def made(shown):
    return caseload.write(shown, seed=1)


@pytest.fixture
def reader(shown, made) -> Pc:
    code = administration.new_device_code(shown, made.site)
    return Pc.enrolled_in_process(shown, code, new_id())


def test_the_suite_shows_every_state_of_the_board(shown, made, reader):
    rows = reader.copy().rows
    kinds = Counter(row.kind for row in rows)
    assert (kinds["Patient"], kinds["CustodyEpisode"]) == (14, 14)
    verdicts = shown.database.run(
        lambda transaction: operations.count_by_verdict(transaction, to_bytes(made.site.id))
    )
    assert verdicts == {"applied": made.operations - 2, "conflict": 2}
    current = {row.id: row for row in rows}
    for row in current.values():
        bodies.decode(row.body, REGISTRY[row.kind].type)
        assert provenance_of(row.provenance).marks == ()
    conflicts = [bodies.decode(r.body, Conflict) for r in current.values() if r.kind == "Conflict"]
    assert {conflict.entity_kind for conflict in conflicts} == {
        "AllergyStatus",
        "AllergyIntolerance",
    }
    told = {bodies.fields_of(r.body)["about"] for r in rows if r.kind == "OutcomeTold"}
    untold = [
        outcome
        for outcome in (
            bodies.decode(r.body, FitnessOutcome) for r in rows if r.kind == "FitnessOutcome"
        )
        if outcome.id not in told
    ]
    assert [outcome.outcome for outcome in untold] == [Fitness.NOT_FIT]


def test_observations_score_what_the_board_says(made, reader):
    totals: dict[str, list[int | None]] = {}
    cells = {}
    for row in reader.copy().rows:
        if row.kind == "CustodyEpisode":
            episode = bodies.decode(row.body, CustodyEpisode)
            cells[episode.id] = episode.cell
        if row.kind == "ObservationSet":
            seen = bodies.decode(row.body, ObservationSet)
            assert seen.news2 is not None
            totals.setdefault(cells[str(seen.episode)], []).append(seen.news2.total)
    for detainee in DETAINEES:
        said = [score for _, score in detainee.news2]
        if detainee.refused_at is not None:
            said.append(None)
        assert totals.get(detainee.cell, []) == said
    assert set(VITALS) >= {score for d in DETAINEES for _, score in d.news2}


def test_the_first_sync_brings_the_worst_first(made, reader):
    start = SnapshotStart(protocol=PROTOCOL, scopes=(reader.clinical,))
    (manifest,) = reader.link.snapshot_start(start).manifests
    names = {
        row.id: bodies.decode(row.body, Patient).family
        for row in reader.copy().rows
        if row.kind == "Patient"
    }
    order = [names[holding.patient] for holding in manifest.holdings]
    assert order[:2] == ["JACKSON", "BARROW"]
    assert len(order) == 14


def test_its_people_can_sign_in(shown, made):
    code = administration.new_device_code(shown, made.site)
    pc = Pc.enrolled_in_process(shown, code, new_id())
    device = shown.database.run(
        lambda transaction: places.find_device(transaction, to_bytes(pc.enrolled.device))
    )
    assert len(made.people) == 4
    gate = Gate(shown)
    for person in made.people:
        request = SignIn(protocol=PROTOCOL, username=person.username, password=person.password)
        assert msgspec.json.decode(gate.sign_in(request, device).lease)["name"] == person.name
