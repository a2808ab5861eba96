from __future__ import annotations

import re

import pytest
from sqlalchemy import text

from sonar_core.moments import MINUTE_MS
from sonar_core.sync.messages import PROTOCOL, Pull
from sonar_server import epochs, meter
from sonar_server.central import Central
from sonar_server.meter import Meter
from sonar_server.store import operations, places, standing
from sonar_server.store.database import Database
from tests.architecture.source_tree import ROOT
from tests.server.pc import NOW, Pc


@pytest.fixture
def measured(fresh_central: Central) -> Central:
    """An organisation of its own, looked at a minute later; three devices wait for hints."""
    fresh_central.meter.watch(
        fresh_central.database, lambda: fresh_central.now_ms() + MINUTE_MS, lambda: 3
    )
    return fresh_central


def told(central: Central) -> dict[str, float]:
    """Each series with its value."""
    lines = central.meter.told().decode().splitlines()
    pairs = [line.rsplit(" ", 1) for line in lines if not line.startswith("#")]
    return {name: float(value) for name, value in pairs}


def pulled(pc: Pc) -> None:
    """Pull every scope that the device holds, to the end."""
    cursors = tuple(pc.cursor(scope) for scope in pc.enrolled.scopes)
    assert list(pc.link.pull(Pull(protocol=PROTOCOL, cursors=cursors)))


def test_every_verdict_is_counted_once_however_often_it_is_asked_for(measured, new_pc_of):
    pc = new_pc_of(measured)
    patient, episode = pc.admitted()
    first, second = pc.wrote(patient, episode)
    for _ in range(3):
        pc.push(first, second)
    pc.push(*pc.wrote(pc.note(episode)))
    found = told(measured)
    assert found["sonar_pushes_total"] == 4
    assert found['sonar_verdicts_total{verdict="applied"}'] == 3
    assert found['sonar_verdicts_total{verdict="conflict"}'] == 0


def test_what_a_push_taken_action_by_action_held_is_counted_too(
    measured, new_pc_of, monkeypatch, capsys
):
    from sonar_server import push  # noqa: PLC0415

    pc = new_pc_of(measured)
    take, calls = push._take, []

    def first_fails(*given, **named):
        calls.append(1)
        if len(calls) == 1:
            raise ZeroDivisionError
        return take(*given, **named)

    monkeypatch.setattr(push, "_take", first_fails)
    patient, episode = pc.admitted()
    pc.push(*pc.wrote(patient), *pc.wrote(episode))
    assert told(measured)['sonar_verdicts_total{verdict="applied"}'] == 2


def test_a_device_is_behind_by_the_rows_it_was_not_sent(measured, new_pc_of):
    pc, other = new_pc_of(measured), new_pc_of(measured)
    pc.push(*pc.wrote(*pc.admitted()))
    pulled(other)
    behind = f'sonar_device_rows_behind{{device="{other.enrolled.device}"}}'
    last = f'sonar_device_last_pull_timestamp_seconds{{device="{other.enrolled.device}"}}'
    assert told(measured)[behind] == 0
    assert told(measured)[last] >= NOW / 1000
    pc.push(*pc.wrote(*pc.admitted()))
    found = told(measured)
    assert found[behind] == 2
    assert not any(pc.enrolled.device in name for name in found)
    assert found["sonar_devices"] == 2


def test_a_device_taken_out_of_use_is_measured_no_more(measured, new_pc_of):
    pc = new_pc_of(measured)
    pulled(pc)
    measured.database.run(lambda t: places.set_revoked(t, pc.enrolled.device, NOW))
    found = told(measured)
    assert found["sonar_devices"] == 0
    assert not any(pc.enrolled.device in name for name in found)


def test_no_more_devices_have_series_than_agreed(measured, new_pc_of, monkeypatch):
    monkeypatch.setattr(meter, "MOST_DEVICES", 1)
    for _ in range(3):
        pulled(new_pc_of(measured))
    found = told(measured)
    assert found["sonar_devices"] == 3
    assert len([name for name in found if name.startswith("sonar_device_rows_behind")]) == 1


def test_the_oldest_operation_held_back_is_told_by_its_age(measured, new_pc_of):
    pc = new_pc_of(measured)
    assert told(measured)["sonar_oldest_held_back_seconds"] == 0
    _, episode = pc.admitted()
    pc.push(*pc.wrote(pc.note(episode)))
    found = told(measured)
    assert found['sonar_verdicts_total{verdict="quarantined"}'] == 1
    assert found["sonar_operations_held_back"] == 1
    assert found["sonar_oldest_held_back_seconds"] >= MINUTE_MS / 1000


def test_new_epochs_are_counted_and_told(measured):
    before = told(measured)["sonar_epoch"]
    epoch = epochs.begin(measured)
    found = told(measured)
    assert found['sonar_incidents_total{kind="new_epoch"}'] == 1
    assert found["sonar_epoch"] == epoch > before


def test_devices_that_wait_for_hints_are_counted(measured):
    assert told(measured)["sonar_hint_watchers"] == 3


def test_a_database_that_is_away_is_told_and_the_rest_too():
    alone = Meter()
    database = Database("postgresql://127.0.0.1:1/nobody")
    alone.watch(database, lambda: NOW, lambda: 0)
    text = alone.told().decode()
    database.close()
    assert re.search(r"(?m)^sonar_database_up 0.0$", text)
    assert "sonar_pushes_total 0.0" in text
    assert "sonar_devices" not in text


def test_nothing_of_a_patient_is_told(measured, new_pc_of):
    pc = new_pc_of(measured)
    patient, episode = pc.admitted()
    pc.push(*pc.wrote(patient, episode))
    pulled(pc)
    text = measured.meter.told().decode()
    for word in (patient.family, patient.id, episode.id, pc.user, pc.enrolled.site):
        assert word not in text


def test_the_page_of_metrics_names_each_and_no_other(measured):
    page = (ROOT / "docs" / "specs" / "metrics.md").read_text(encoding="utf-8")
    named = set(re.findall(r"(?m)^\| `(\w+)` \| ", page))
    lines = measured.meter.told().decode().splitlines()
    kinds = dict(line.split(" ")[2:4] for line in lines if line.startswith("# TYPE "))
    ours = {name for name in kinds if name.startswith("sonar_") and not name.endswith("_created")}
    assert named == ours


def test_what_is_held_back_is_found_without_reading_the_rest(central):
    def plans(transaction):
        transaction.execute(text("SET LOCAL enable_seqscan = off"))
        asked = (standing._HELD, f"SELECT * FROM op WHERE {operations._IS_HELD}")  # noqa: S608
        return [
            "\n".join(transaction.execute(text(f"EXPLAIN {query}")).scalars()) for query in asked
        ]

    assert all("op_held" in plan for plan in central.database.run(plans))
