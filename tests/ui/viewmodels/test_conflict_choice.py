from __future__ import annotations

import pytest

from sonar_core.moments import moment_at
from sonar_desktop.ui.viewmodels.conflict_choice import (
    BOTH,
    base_of,
    chosen_values,
    seen_of,
    still_missing,
)
from sonar_desktop.ui.viewmodels.conflict_faces import detail_of
from sonar_desktop.usecases.read_inbox import read_inbox
from tests.ui.conftest import ZONE
from tests.ui.disputes import Disputes


@pytest.fixture
def allergy(seed, hand_clock, encrypted_store, background, tmp_path):
    made = Disputes(
        seed=seed, clock=hand_clock, store=encrypted_store, background=background, folder=tmp_path
    )
    made.allergies(made.admit("M8", "FERREIRA", "Joao"))
    inbox = read_inbox(made.here)
    found = next(o for o in inbox.waiting if o.open.conflict.entity_kind == "AllergyIntolerance")
    yield found, detail_of(found, inbox.names, moment_at(hand_clock.now_ms(), ZONE))
    made.close()


def test_a_version_starts_from_the_one_in_use(allergy):
    found, _ = allergy
    assert base_of(found)["reaction"] == "throat closed"
    assert len(seen_of(found)) == 2


def test_nothing_stands_before_every_line_is_chosen(allergy):
    found, detail = allergy
    lines = {"reaction": 0, "severity": 0}
    assert chosen_values(found, detail, None, lines) is None
    assert still_missing(detail, lines, "", is_chosen=False) == "Still to choose: Source."
    values = chosen_values(found, detail, None, {**lines, "source": BOTH})
    assert values["reaction"] == found.open.sides[0].values["reaction"]
    assert set(values["source"].split("; ")) == {"Detainee", "Summary Care Record"}
    assert values["substance"] == "Penicillin"


def test_a_safety_item_needs_a_reason_somebody_else_understands(allergy):
    _, detail = allergy
    whole = {one.name: 0 for one in detail.fields}
    short = still_missing(detail, whole, "because", is_chosen=False)
    assert short == "Write why, in at least 10 characters."
    assert still_missing(detail, whole, "Asked him again", is_chosen=False) == ""
