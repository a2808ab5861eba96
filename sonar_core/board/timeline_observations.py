"""What the timeline says of a set of observations."""

from __future__ import annotations

from typing import Final

from sonar_core.board.severity import Severity
from sonar_core.board.timeline_said import Said, sentence
from sonar_core.board.words import BAND_TEXT
from sonar_core.clinical.news2 import News2Part
from sonar_core.records.observation_set import Consciousness, ObservationSet

CONSCIOUSNESS_TEXT: Final = {
    Consciousness.ALERT: "Alert",
    Consciousness.CONFUSION: "New confusion",
    Consciousness.VOICE: "Voice",
    Consciousness.PAIN: "Pain",
    Consciousness.UNRESPONSIVE: "Unresponsive",
}

_SEVERITY: Final = {"high": Severity.ACT, "medium": Severity.SOON, "low_medium": Severity.SOON}


def said_of_observations(record: ObservationSet) -> Said:
    """Return the words for a set: total and band, then each value with its sub-score."""
    score = record.news2
    if score is None:
        title = "Observations"
    elif score.total is None:
        title = "Observations: NEWS2 not scored"
    else:
        band = BAND_TEXT.get(score.band or "", "scored").lower()
        title = f"Observations: NEWS2 {score.total}, {band}"
    return Said(
        title=title,
        text=sentence(
            *_scored(record), *_others(record), _refused(record), *_reason(record), record.notes
        ),
        at=record.performed_at,
        by=record.performed_by,
        severity=_SEVERITY.get("" if score is None else score.band or "", Severity.OK),
    )


def _scored(record: ObservationSet) -> list[str]:
    parts = {} if record.news2 is None else record.news2.parts
    level = record.consciousness
    values = (
        (News2Part.RESPIRATORY_RATE, _with("RR", record.respiratory_rate)),
        (News2Part.SPO2, _saturation(record)),
        (News2Part.AIR_OR_OXYGEN, _oxygen(record)),
        (News2Part.SYSTOLIC_BP, _pressure(record)),
        (News2Part.PULSE, _with("pulse", record.pulse)),
        (News2Part.CONSCIOUSNESS, "" if level is None else CONSCIOUSNESS_TEXT[level]),
        (News2Part.TEMPERATURE, "" if record.temperature is None else f"{record.temperature} °C"),
    )
    return [
        f"{text} ({parts[part.value]})" if part.value in parts else text
        for part, text in values
        if text
    ]


def _others(record: ObservationSet) -> list[str]:
    values = (
        ("glucose", record.glucose, " mmol/L"),
        ("pain", record.pain, " of 10"),
        ("peak flow", record.peak_flow, " L/min"),
        ("pupils", record.pupils or None, ""),
    )
    said = [f"{name} {value}{unit}" for name, value, unit in values if value is not None]
    coma = (record.gcs_eye, record.gcs_verbal, record.gcs_motor)
    if None not in coma:
        said.append("GCS E{} V{} M{}".format(*coma))
    return said


def _with(name: str, value: int | None) -> str:
    return "" if value is None else f"{name} {value}"


def _saturation(record: ObservationSet) -> str:
    if record.spo2 is None:
        return ""
    scale = "" if record.spo2_scale == 1 else f", scale {record.spo2_scale}"
    return f"SpO2 {record.spo2} %{scale}"


def _oxygen(record: ObservationSet) -> str:
    if record.on_oxygen is None:
        return ""
    if not record.on_oxygen:
        return "air"
    return "oxygen" if record.oxygen_litres is None else f"oxygen {record.oxygen_litres} L/min"


def _pressure(record: ObservationSet) -> str:
    if record.systolic_bp is None:
        return ""
    diastolic = "–" if record.diastolic_bp is None else str(record.diastolic_bp)
    return f"BP {record.systolic_bp}/{diastolic}"


def _refused(record: ObservationSet) -> str:
    names = ", ".join(name.replace("_", " ") for name in record.refused)
    return f"Refused: {names}" if names else ""


def _reason(record: ObservationSet) -> list[str]:
    return [record.news2.reason] if record.news2 is not None else []
