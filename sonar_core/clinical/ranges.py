"""What was typed in an observation field: possible, unusual, or neither.

Two limits for each field (``ux.md`` 6 rule 4). Outside the *possible* limits a value is refused
with a sentence and, where one slip of the finger explains it, a guess. Outside the *usual*
limits it is asked back once and may stay. The limits are a named, versioned table of our own,
**not clinically signed off**; a service puts its own in their place.
"""

from __future__ import annotations

import re
from enum import StrEnum
from typing import Final

import msgspec

_NUMBER: Final = re.compile(r"(?P<sign>-?)(?P<whole>[0-9]{1,6})(?:\.(?P<fraction>[0-9]{1,6}))?")


class ObservationField(StrEnum):
    """The fields that hold a number."""

    RESPIRATORY_RATE = "respiratory_rate"
    SPO2 = "spo2"
    OXYGEN_FLOW = "oxygen_flow"
    SYSTOLIC_BP = "systolic_bp"
    DIASTOLIC_BP = "diastolic_bp"
    PULSE = "pulse"
    TEMPERATURE = "temperature"
    GLUCOSE = "glucose"
    KETONES = "ketones"
    PAIN = "pain"
    PEAK_FLOW = "peak_flow"
    PUPIL_LEFT = "pupil_left"
    PUPIL_RIGHT = "pupil_right"
    BREATH_ALCOHOL = "breath_alcohol"
    WEIGHT = "weight"
    HEIGHT = "height"


class Limits(msgspec.Struct, frozen=True, kw_only=True):
    """The limits of one field, whole numbers in its smallest unit.

    Attributes:
        field: Which field.
        name: How a sentence begins: ``Temperature``.
        unit: As shown, empty for a bare score.
        decimals: 0, or 1 where the smallest unit is a tenth.
        lowest: Lowest possible value.
        highest: Highest possible value.
        usual_lowest: Below this the value is asked back.
        usual_highest: Above this the value is asked back.
    """

    field: ObservationField
    name: str
    unit: str
    decimals: int
    lowest: int
    highest: int
    usual_lowest: int
    usual_highest: int


class LimitSet(msgspec.Struct, frozen=True, kw_only=True):
    """A named table of limits and whether a clinician has signed it off."""

    name: str
    version: str
    clinically_signed_off: bool
    limits: tuple[Limits, ...]

    def of(self, field: ObservationField) -> Limits:
        """The limits of one field.

        Raises:
            KeyError: The table does not know the field.
        """
        for limits in self.limits:
            if limits.field is field:
                return limits
        raise KeyError(field)


def _limits(
    field: ObservationField,
    name: str,
    unit: str,
    possible: tuple[int, int],
    usual: tuple[int, int],
    *,
    decimals: int = 0,
) -> Limits:
    return Limits(
        field=field,
        name=name,
        unit=unit,
        decimals=decimals,
        lowest=possible[0],
        highest=possible[1],
        usual_lowest=usual[0],
        usual_highest=usual[1],
    )


_F: Final = ObservationField

DEFAULT_LIMITS: Final = LimitSet(
    name="sonar-observation-limits",
    version="0.1",
    clinically_signed_off=False,
    limits=(
        _limits(_F.RESPIRATORY_RATE, "Respiration rate", "/min", (0, 80), (6, 40)),
        _limits(_F.SPO2, "Oxygen saturation", "%", (0, 100), (70, 100)),
        _limits(_F.OXYGEN_FLOW, "Oxygen flow", "L/min", (1, 600), (5, 150), decimals=1),
        _limits(_F.SYSTOLIC_BP, "Systolic blood pressure", "mmHg", (20, 320), (70, 220)),
        _limits(_F.DIASTOLIC_BP, "Diastolic blood pressure", "mmHg", (0, 220), (35, 130)),
        _limits(_F.PULSE, "Pulse", "/min", (0, 300), (35, 180)),
        _limits(_F.TEMPERATURE, "Temperature", "°C", (200, 450), (340, 410), decimals=1),
        _limits(_F.GLUCOSE, "Glucose", "mmol/L", (10, 350), (30, 250), decimals=1),
        _limits(_F.KETONES, "Ketones", "mmol/L", (0, 100), (0, 30), decimals=1),
        _limits(_F.PAIN, "Pain", "", (0, 10), (0, 10)),
        _limits(_F.PEAK_FLOW, "Peak flow", "L/min", (30, 900), (100, 800)),
        _limits(_F.PUPIL_LEFT, "Left pupil", "mm", (1, 10), (2, 8)),
        _limits(_F.PUPIL_RIGHT, "Right pupil", "mm", (1, 10), (2, 8)),
        _limits(
            _F.BREATH_ALCOHOL, "Breath alcohol", "micrograms in 100 mL", (0, 300), (0, 150)
        ),
        _limits(_F.WEIGHT, "Weight", "kg", (20, 4000), (400, 1800), decimals=1),
        _limits(_F.HEIGHT, "Height", "cm", (50, 250), (140, 210)),
    ),
)  # fmt: skip


class ProblemKind(StrEnum):
    """What a problem asks of the user."""

    REFUSED = "refused"
    ASK_BACK = "ask_back"


class Problem(msgspec.Struct, frozen=True, kw_only=True):
    """One sentence beside a field.

    Attributes:
        kind: Refused, or asked back and kept if the user keeps it.
        text: The sentence (``ux.md`` 9.3).
        guess: What to put in the field if the user takes the guess, or None.
    """

    kind: ProblemKind
    text: str
    guess: str | None = None


class Reading(msgspec.Struct, frozen=True, kw_only=True):
    """What a typed text is. The caller keeps the text itself, whatever this says.

    Attributes:
        value: Whole number in the smallest unit; None where nothing or nothing usable was
            typed. A value that is asked back is here.
        problem: What to say beside the field, or None.
    """

    value: int | None
    problem: Problem | None


def read_typed(typed: str, limits: Limits) -> Reading:
    """Read what was typed in a field; nothing typed is no value and no problem."""
    text = typed.strip()
    if not text:
        return Reading(value=None, problem=None)
    match = _NUMBER.fullmatch(text)
    if match is None:
        example = format_value((limits.usual_lowest + limits.usual_highest) // 2, limits)
        return _refused(f"{limits.name} must be a number, for example {example}.")
    fraction = (match["fraction"] or "").rstrip("0")
    if len(fraction) > limits.decimals:
        return _refused(
            f"{limits.name} must have one decimal at most."
            if limits.decimals
            else f"{limits.name} must be a whole number."
        )
    value = int(match["whole"] + fraction.ljust(limits.decimals, "0"))
    if match["sign"]:
        value = -value
    problem = check_value(value, limits)
    refused = problem is not None and problem.kind is ProblemKind.REFUSED
    return Reading(value=None if refused else value, problem=problem)


def check_value(value: int, limits: Limits) -> Problem | None:
    """Judge a value in its smallest unit against both limits."""
    if not limits.lowest <= value <= limits.highest:
        guess = _guess(value, limits)
        low, high = format_value(limits.lowest, limits), format_value(limits.highest, limits)
        text = f"{limits.name} must be {_with_unit(f'{low} to {high}', limits)}."
        if guess is not None:
            text += f" Did you mean {guess}?"
        return Problem(kind=ProblemKind.REFUSED, text=text, guess=guess)
    if not limits.usual_lowest <= value <= limits.usual_highest:
        shown = _with_unit(format_value(value, limits), limits)
        return Problem(kind=ProblemKind.ASK_BACK, text=f"{shown} is unusual. Is it right?")
    return None


def check_blood_pressure(systolic: int, diastolic: int) -> Problem | None:
    """Refuse a diastolic pressure above the systolic, and offer to swap them."""
    if diastolic <= systolic:
        return None
    return Problem(
        kind=ProblemKind.REFUSED,
        text=f"Diastolic {diastolic} is above systolic {systolic}. Swapped?",
        guess=f"{diastolic}/{systolic}",
    )


def format_value(value: int, limits: Limits) -> str:
    """``36.8`` for 368 tenths, ``16`` for 16; the text ``read_typed`` reads back."""
    if not limits.decimals:
        return str(value)
    sign = "-" if value < 0 else ""
    return f"{sign}{abs(value) // 10}.{abs(value) % 10}"


def _guess(value: int, limits: Limits) -> str | None:
    """The usual value that one slip explains: a lost point, a nought too many, Fahrenheit."""
    candidates = [value // 10] if value % 10 == 0 else []
    if limits.field is ObservationField.TEMPERATURE:
        # Tenths of Fahrenheit to tenths of Celsius, rounded half up.
        candidates.append(((value - 320) * 10 + 9) // 18)
    for candidate in candidates:
        if limits.usual_lowest <= candidate <= limits.usual_highest:
            return format_value(candidate, limits)
    return None


def _with_unit(text: str, limits: Limits) -> str:
    return f"{text} {limits.unit}" if limits.unit else text


def _refused(text: str) -> Reading:
    return Reading(value=None, problem=Problem(kind=ProblemKind.REFUSED, text=text))
