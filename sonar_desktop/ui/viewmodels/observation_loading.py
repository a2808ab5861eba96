"""What the observations form needs to know of the record before anything is typed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from sonar_core.conflicts import acted_on, standing_facts, written_order
from sonar_core.moments import Moment, format_moment, format_time, wall_date
from sonar_core.records.custody_episode import CustodyEpisode
from sonar_core.records.observation_set import Consciousness, ObservationSet
from sonar_core.records.patient import Patient
from sonar_core.records.practitioner import Practitioner
from sonar_core.records.task import Task, TaskKind, TaskStatus
from sonar_core.records.unconfirmed_practitioner import UnconfirmedPractitioner
from sonar_desktop.ui.viewmodels.observation_entry import REFUSED_WORD
from sonar_desktop.usecases.acting import existing, facts_of, lost_facts
from sonar_desktop.usecases.ports import Desk, Reading, Standing

FORM: Final = "observations"
LEVEL_NAMES: Final = {
    Consciousness.ALERT: "Alert",
    Consciousness.CONFUSION: "New confusion",
    Consciousness.VOICE: "Voice",
    Consciousness.PAIN: "Pain",
    Consciousness.UNRESPONSIVE: "Unresponsive",
}
STANDING_WORDS: Final = {
    Standing.LOCAL: "saved on this PC, waiting to send",
    Standing.SENDING: "sending",
    Standing.CENTRAL: "saved centrally",
    Standing.DECISION: "needs a decision: two versions",
    Standing.HELD: "held back",
    Standing.UNHELD: "not held centrally: the server lost it",
}
_SHOWN_BEFORE: Final = (
    *("respiratory_rate", "spo2", "pulse", "temperature", "glucose", "peak_flow", "pain"),
    "pupils",
)


@dataclass(frozen=True, kw_only=True)
class Loaded:
    """The person, the stay, the sets that stand (oldest first), open repeats.

    `latest` is found out here, once and off the thread that draws: it is shown at each key.
    """

    patient: Patient
    episode: CustodyEpisode
    earlier: tuple[ObservationSet, ...]
    latest: dict[str, tuple[str, Moment]]
    repeats: tuple[Task, ...]
    last_by: str
    last_standing: Standing | None


def load(desk: Desk, episode: str) -> Loaded:
    """Read it all from one state of the store."""
    return desk.store.read(lambda reading: _load(reading, desk, episode))


def _load(reading: Reading, desk: Desk, episode: str) -> Loaded:
    stay = existing(reading, CustodyEpisode, episode)
    patient = acted_on(existing(reading, Patient, stay.patient), reading.conflicts()).first
    seen = reading.of_episode(episode)
    sets = standing_facts(facts_of(ObservationSet, seen), lost_facts(reading, seen))
    earlier = tuple(sorted(sets, key=written_order))
    tasks = [one.record for one in seen if isinstance(one.record, Task)]
    repeats = tuple(
        task
        for task in tasks
        if task.kind is TaskKind.REPEAT_OBSERVATIONS and task.status is TaskStatus.OPEN
    )
    last = earlier[-1] if earlier else None
    last_seen = None if last is None else reading.seen(ObservationSet.__name__, last.id)
    return Loaded(
        patient=patient,
        episode=stay,
        earlier=earlier,
        latest=latest_values(earlier),
        repeats=repeats,
        last_by="" if last is None else _name(reading, desk, last.performed_by),
        last_standing=None if last_seen is None else last_seen.standing,
    )


def latest_values(earlier: Sequence[ObservationSet]) -> dict[str, tuple[str, Moment]]:
    """Return the last value of each row and when it was measured."""
    return {name: (value, one.performed_at) for one in earlier for name, value in _values(one)}


def previous_values(latest: dict[str, tuple[str, Moment]], now: Moment) -> dict[str, str]:
    """Return the last value of each row with its time: "21 at 14:02", "air at 14:02"."""
    return {name: f"{value} at {_when(at, now)}" for name, (value, at) in latest.items()}


def last_signed_line(loaded: Loaded, now: Moment) -> str:
    """Return who signed the last set, when, with what score, and where it is kept."""
    if not loaded.earlier:
        return ""
    last = loaded.earlier[-1]
    total = None if last.news2 is None else last.news2.total
    score = "not scored" if total is None else f"NEWS2 {total}"
    where = STANDING_WORDS[loaded.last_standing] if loaded.last_standing else ""
    by = f" by {loaded.last_by}" if loaded.last_by else ""
    parts = (f"Last {_when(last.performed_at, now)}{by}", score, where)
    return ", ".join(part for part in parts if part)


def _values(one: ObservationSet) -> list[tuple[str, str]]:
    values = [
        (name, str(value))
        for name in _SHOWN_BEFORE
        if (value := getattr(one, name)) is not None and value != ""
    ]
    if one.on_oxygen is not None:
        litres = "" if one.oxygen_litres is None else f" {one.oxygen_litres} L"
        values.append(("on_oxygen", f"oxygen{litres}" if one.on_oxygen else "air"))
    if one.systolic_bp is not None:
        lower = "–" if one.diastolic_bp is None else str(one.diastolic_bp)
        values.append(("systolic_bp", f"{one.systolic_bp}/{lower}"))
    if one.consciousness is not None:
        values.append(("consciousness", LEVEL_NAMES[one.consciousness]))
    if one.gcs_eye and one.gcs_verbal and one.gcs_motor:
        values.append(("gcs_eye", str(one.gcs_eye + one.gcs_verbal + one.gcs_motor)))
    known = {name for name, _value in values}
    values += [(name, REFUSED_WORD.lower()) for name in one.refused if name not in known]
    return values


def _when(moment: Moment, now: Moment) -> str:
    if wall_date(moment) == wall_date(now):
        return format_time(moment)
    return format_moment(moment)


def _name(reading: Reading, desk: Desk, user: str) -> str:
    if user == desk.actor.user:
        return desk.actor.name
    known = reading.get(Practitioner, user)
    visitor = reading.get(UnconfirmedPractitioner, user) if known is None else None
    if visitor is not None:
        return visitor.shown_name
    return "" if known is None else known.name
