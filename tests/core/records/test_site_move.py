from __future__ import annotations

from sonar_core import bodies
from sonar_core.records.kinds import Sort
from sonar_core.records.registry import REGISTRY
from sonar_core.records.site_move import SITE_MOVE, SiteMove, Suite, site_move_id
from sonar_core.sync.decision import whose
from tests.core.sync.clinic import PATIENT, STAY, moment

MOVE = SiteMove(
    id=site_move_id(PATIENT.id),
    patient=PATIENT.id,
    stay=STAY.id,
    suites=(Suite(site=STAY.site, name="Northfield"),),
    moved_at=moment(),
)


def test_each_person_has_one():
    assert site_move_id(PATIENT.id) == site_move_id(PATIENT.id) != site_move_id(STAY.patient + "0")
    assert REGISTRY[SITE_MOVE].sort is Sort.SERVER


def test_it_is_the_persons_and_does_not_leave_with_the_stay():
    assert whose(SITE_MOVE, MOVE.id, bodies.fields_of(bodies.encode(MOVE))) == (PATIENT.id, None)
