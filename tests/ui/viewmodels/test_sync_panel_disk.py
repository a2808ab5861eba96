"""What the panel says of this PC's copy and of its disk."""

from __future__ import annotations

import pytest

from sonar_core.sync.healing import CopyIncident, FoundBy
from sonar_desktop.ui.viewmodels.sync_panel import SyncModel
from sonar_desktop.ui.viewmodels.sync_words import INCIDENT_SHOWN_MS
from sonar_desktop.usecases.disk_ports import DiskFinding, DiskReport, DiskSort
from sonar_desktop.usecases.sync_ports import Waiting
from tests.ui.conftest import START_MS


@pytest.fixture
def model(enrolled):
    return SyncModel(enrolled)


def differed(model, **changes) -> None:
    """Let the store say that its copy differed, four minutes ago."""
    found = {
        "id": "i",
        "scope": "s/clinical",
        "epoch": 1,
        "seq": 9,
        "found_ms": START_MS - 4 * 60_000,
        "found_by": FoundBy.SELF_CHECK,
    }
    numbers = Waiting(operations=0, actions=0, held_back=0, oldest_ms=None)
    model._take(((), 0, numbers, {}, CopyIncident(**(found | changes)), 0, DiskReport()))


def test_what_the_disk_lost_is_asked_of_the_store_and_said_in_the_panel_and_over_every_page(
    model, qtbot, monkeypatch
):
    one = DiskFinding(found_ms=START_MS, sort=DiskSort.MISSING, first=12, last=14)
    assert model.disk_line == ""
    assert not model.is_disk_bad
    opened = model.session.open.opened
    monkeypatch.setattr(opened, "disk", lambda: DiskReport(findings=(one,)))
    with qtbot.waitSignal(model.changed):
        model.look()
    assert model.disk_line.startswith("14:32: Changes number 12 to 14 of this PC cannot be read")
    assert model.is_disk_bad
    assert model.strip.headline == "Entries of this PC are missing"


def test_a_copy_that_never_differed_is_not_spoken_of(model):
    assert model.incident_line == ""


@pytest.mark.parametrize(
    ("records", "what"),
    [(1, "1 record on this PC differed"), (2, "2 records on this PC differed")],
)
def test_what_was_put_right_is_said_calmly_for_a_week(model, records, what):
    differed(model, records=records, healed_ms=START_MS - 3 * 60_000)
    assert model.incident_line == (
        f"14:28: {what} from the server's copy. Put right from the server at 14:29. Nothing that "
        "you entered was changed."
    )
    differed(model, records=records, healed_ms=START_MS - INCIDENT_SHOWN_MS - 60_000)
    assert model.incident_line == ""


def test_a_check_sum_that_was_wrong_says_that_the_records_were_right(model):
    differed(model, healed_ms=START_MS)
    assert "the records themselves were right" in model.incident_line
    assert "Put right at 14:32." in model.incident_line


def test_a_copy_that_still_differs_says_what_may_be_relied_on(model):
    differed(model)
    assert model.incident_line.startswith("14:28: this PC found that its copy is not")
    assert "What you enter is safe; check what others entered" in model.incident_line


def test_what_the_store_wrote_down_is_read_when_something_changed(qtbot, model):
    healing = model.session.open.opened.sync.healing
    scope = model.session.open.opened.sync.granted()[0]
    healing.suspect(scope, FoundBy.DIGEST)
    model.look()
    qtbot.waitUntil(lambda: model.incident_line != "")
