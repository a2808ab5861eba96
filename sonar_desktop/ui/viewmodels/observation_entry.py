"""A set of observations while it is typed: texts as typed, and what they are as values.

What is typed is never changed by reading it. Only what is possible reaches the score.
"""

from __future__ import annotations

from typing import Any, Final

import msgspec

from sonar_core.clinical.ranges import (
    DEFAULT_LIMITS,
    Limits,
    Problem,
    ProblemKind,
    Reading,
    check_blood_pressure,
    format_value,
    read_typed,
)
from sonar_core.records.observation_set import Consciousness, ObservationSet
from sonar_desktop.ui.viewmodels.flaw import Flaw
from sonar_desktop.ui.viewmodels.time_entry import TimeEntry
from sonar_desktop.usecases.record_observations import NUMBER_FIELDS
from sonar_desktop.usecases.score_observations import Measured

REFUSED_WORD: Final = "Refused"
GCS_PARTS: Final = {"gcs_eye": 4, "gcs_verbal": 5, "gcs_motor": 6}
"""The parts of the Glasgow Coma Scale and the highest number of each."""
NUMBERS: Final = (*NUMBER_FIELDS, *GCS_PARTS)
FIELD_ORDER: Final = (
    *("performed_at", "late_reason", "respiratory_rate", "spo2", "scale_2_decided_by"),
    *("on_oxygen", "oxygen_litres", "systolic_bp", "diastolic_bp", "pulse", "consciousness"),
    *("temperature", "glucose", "peak_flow", "pain", "gcs_eye", "gcs_verbal", "gcs_motor"),
    *("pupils", "notes", "repeat", "amending"),
)
"""The fields in the order of the page, which is the order of measuring."""
EXTRAS: Final = {
    "pupils": ("pupils",),
    "gcs": ("gcs_eye", "gcs_verbal", "gcs_motor"),
    "peak_flow": ("peak_flow",),
    "pain": ("pain",),
}
"""What is added by a button, and the fields that appear."""

_WHOLE_NUMBERS: Final = frozenset(
    {"respiratory_rate", "spo2", "systolic_bp", "diastolic_bp", "pulse", "pain", "peak_flow"}
)
_PRESSURES: Final = frozenset({"systolic_bp", "diastolic_bp"})


class ObservationEntry(msgspec.Struct, frozen=True, kw_only=True):
    """Everything on the form; also the body of its draft.

    `kept` names the fields whose unusual value was said to be right, `extras` the rows that were
    added, `amends` the set that this one corrects.
    """

    texts: dict[str, str] = {}
    time: TimeEntry
    time_was_typed: bool = False
    repeat: TimeEntry | None = None
    on_oxygen: bool | None = None
    consciousness: Consciousness | None = None
    spo2_scale: int = 1
    kept: tuple[str, ...] = ()
    extras: tuple[str, ...] = ()
    amends: str | None = None

    def text(self, name: str) -> str:
        """Return what stands in a field."""
        return self.texts.get(name, "")

    def with_text(self, name: str, text: str) -> ObservationEntry:
        """Return the entry with a field typed anew; a changed value is asked about anew."""
        texts = {key: value for key, value in self.texts.items() if key != name}
        if text:
            texts[name] = text
        kept = tuple(one for one in self.kept if one != name)
        return msgspec.structs.replace(self, texts=texts, kept=kept)

    @property
    def is_empty(self) -> bool:
        """Whether nobody has entered anything yet."""
        return not self.texts and self.on_oxygen is None and self.consciousness is None


def is_refused(text: str) -> bool:
    """Return whether a field says that the person refused: "r" or "refused"."""
    return text.strip().casefold() in {"r", REFUSED_WORD.casefold()}


def read_number(entry: ObservationEntry, name: str) -> Reading:
    """Read a number field; a refused one has no value and no problem."""
    text = entry.text(name)
    if is_refused(text):
        return Reading(value=None, problem=None)
    if name in GCS_PARTS:
        return _coma_part(text, GCS_PARTS[name])
    return read_typed(text, limits_of(name))


def limits_of(name: str) -> Limits:
    """Return the limits of a number field."""
    return DEFAULT_LIMITS.of(NUMBER_FIELDS[name])


def measured(entry: ObservationEntry) -> Measured:
    """Return what is measured and refused, without what is impossible."""
    values: dict[str, Any] = {}
    refused = []
    for name in NUMBERS:
        if is_refused(entry.text(name)):
            refused.append(name)
        value = read_number(entry, name).value
        if value is not None and name not in _WHOLE_NUMBERS and name not in GCS_PARTS:
            values[name] = format_value(value, limits_of(name))
        else:
            values[name] = value
    if not entry.on_oxygen:
        values["oxygen_litres"] = None
    return Measured(
        **values,
        spo2_scale=entry.spo2_scale,
        scale_2_decided_by=entry.text("scale_2_decided_by").strip()
        if entry.spo2_scale == 2  # noqa: PLR2004 the scale's own name
        else "",
        on_oxygen=entry.on_oxygen,
        consciousness=entry.consciousness,
        pupils=entry.text("pupils").strip(),
        refused=tuple(refused),
        notes=entry.text("notes").strip(),
    )


def value_flaws(entry: ObservationEntry, left: frozenset[str]) -> dict[str, Flaw]:
    """Return what is wrong with the numbers.

    A field that is still typed in is only said to be wrong when no further digit could make it
    right (ux.md 6 rule 4).
    """
    flaws = {}
    for name in NUMBERS:
        flaw = _flaw(entry, name)
        if flaw is not None and (name in left or _is_beyond_help(entry, name)):
            flaws[name] = flaw
    if left >= _PRESSURES and not flaws.keys() & _PRESSURES:
        swapped = _swapped(entry)
        if swapped is not None:
            flaws["diastolic_bp"] = swapped
    return flaws


def entry_of(record: ObservationSet, now_ms: int, performed_at: str) -> ObservationEntry:
    """Return the form filled with a signed set, to amend it."""
    texts = {
        name: REFUSED_WORD if name in record.refused else str(value)
        for name in NUMBERS
        if (value := getattr(record, name)) is not None or name in record.refused
    }
    words = ("pupils", "notes", "scale_2_decided_by")
    texts |= {name: text for name in words if (text := getattr(record, name))}
    return ObservationEntry(
        texts=texts,
        time=TimeEntry(typed=performed_at, typed_ms=now_ms),
        time_was_typed=True,
        on_oxygen=record.on_oxygen,
        consciousness=record.consciousness,
        spo2_scale=record.spo2_scale,
        kept=NUMBERS,
        extras=tuple(one for one, names in EXTRAS.items() if texts.keys() & set(names)),
        amends=record.id,
    )


def _flaw(entry: ObservationEntry, name: str) -> Flaw | None:
    problem = read_number(entry, name).problem
    if problem is None:
        return None
    if problem.kind is ProblemKind.ASK_BACK:
        if name in entry.kept:
            return None
        return Flaw(text=problem.text, is_refused=False, fix="Change", keep="Keep")
    guess = problem.guess or ""
    return Flaw(text=problem.text, fix=f"Use {guess}" if guess else "", guess=guess)


def _is_beyond_help(entry: ObservationEntry, name: str) -> bool:
    """Whether typing on cannot make the text right: too high, or no number at all."""
    text = entry.text(name).strip()
    if not text or is_refused(text) or REFUSED_WORD.casefold().startswith(text.casefold()):
        return False
    if name in GCS_PARTS or text.endswith("."):
        return False
    limits = limits_of(name)
    problem = read_number(entry, name).problem
    if problem is None or problem.kind is ProblemKind.ASK_BACK:
        return False
    whole = text.partition(".")[0]
    return not whole.isdigit() or int(whole) * 10**limits.decimals > limits.highest


def _swapped(entry: ObservationEntry) -> Flaw | None:
    systolic = read_number(entry, "systolic_bp").value
    diastolic = read_number(entry, "diastolic_bp").value
    if systolic is None or diastolic is None:
        return None
    problem = check_blood_pressure(systolic, diastolic)
    if problem is None:
        return None
    return Flaw(text=problem.text, fix="Swap", guess=problem.guess or "")


def _coma_part(text: str, highest: int) -> Reading:
    words = text.strip()
    if not words:
        return Reading(value=None, problem=None)
    value = int(words) if words.isascii() and words.isdigit() and len(words) == 1 else 0
    if 1 <= value <= highest:
        return Reading(value=value, problem=None)
    text = f"This part of the GCS must be 1 to {highest}."
    return Reading(value=None, problem=Problem(kind=ProblemKind.REFUSED, text=text))
