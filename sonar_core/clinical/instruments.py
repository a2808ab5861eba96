"""The calculators over plain JSON, with the keys of the published vectors.

This is the form in which a clinical safety officer checks them. Everything that is not exactly
what a calculator asks for is refused; nothing is defaulted and no key is passed over in silence.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from datetime import date
from decimal import Decimal
from typing import Any, Final, Literal

import msgspec

from sonar_core.clinical.acvpu import Acvpu, assess_consciousness, read_acvpu
from sonar_core.clinical.gcs import NOT_TESTABLE, score_gcs
from sonar_core.clinical.identifiers import (
    ChiCheck,
    ChiMethod,
    NhsNumberRange,
    NumberProblem,
    check_chi_number,
    check_nhs_number,
    chi_date_differs,
)
from sonar_core.clinical.news2 import News2Input, explain_no_total, score_news2
from sonar_core.clinical.ranges import (
    DEFAULT_LIMITS,
    ObservationField,
    ProblemKind,
    check_value,
)
from sonar_core.clinical.refusal import ClinicalRefusal

Calculate = Callable[[Any], dict[str, Any]]

_NEWS2_KEYS: Final = frozenset(
    {"respiratory_rate", "spo2", "spo2_scale", "on_oxygen", "systolic_bp", "pulse", "acvpu"}
    | {"temperature", "diastolic_bp", "age", "age_years"}
)
_GCS_KEYS: Final = frozenset({"eye", "verbal", "motor"})
_CHI_KEYS: Final = frozenset({"chi", "dob"})


def answer_line(line: bytes, calculate: Calculate) -> bytes:
    """Answer one line of JSON with one line of JSON, whatever the line holds."""
    try:
        answer = calculate(_decode(line))
    except ClinicalRefusal as refusal:
        answer = {"error": str(refusal)}
    return msgspec.json.encode(answer)


def news2(value: Any) -> dict[str, Any]:
    """NEWS2 of one set of observations; an incomplete set has no total and is refused."""
    data = _object(value)
    pregnancy = {key for key in data if "pregnan" in key}
    _refuse_other_keys(data, _NEWS2_KEYS | pregnancy)
    result = score_news2(
        News2Input(
            respiratory_rate=_whole(data, ObservationField.RESPIRATORY_RATE),
            spo2=_whole(data, ObservationField.SPO2),
            spo2_scale=_spo2_scale(data.get("spo2_scale")),
            on_oxygen=_truth(data, "on_oxygen"),
            systolic_bp=_whole(data, ObservationField.SYSTOLIC_BP),
            pulse=_whole(data, ObservationField.PULSE),
            consciousness=_level(data.get("acvpu")),
            temperature_tenths=_tenths(data.get("temperature")),
            age_years=_age(data),
            possibly_pregnant=any(_truth(data, key) for key in sorted(pregnancy)),
        )
    )
    no_total = explain_no_total(result)
    if no_total is not None:
        raise ClinicalRefusal(no_total)
    return {
        "sub_scores": result.sub_scores,
        "total": result.total,
        "band": result.band,
        "any_single_parameter_3": result.any_single_parameter_3,
    }


def acvpu(value: Any) -> dict[str, Any]:
    """What one letter of ACVPU scores."""
    found = assess_consciousness(read_acvpu(_text(value, "Consciousness")))
    return {"news2": found.news2, "alert": found.alert, "critical": found.critical}


def gcs(value: Any) -> dict[str, Any]:
    """Glasgow Coma Scale of three responses; NT leaves no total."""
    data = _object(value)
    _refuse_other_keys(data, _GCS_KEYS)
    result = score_gcs(
        eye=_response(data, "eye"), verbal=_response(data, "verbal"), motor=_response(data, "motor")
    )
    return {"total": result.total, "band": result.band, "display": result.display}


def nhs_number(value: Any) -> dict[str, Any]:
    """Whether an NHS number's check digit agrees, and how it is kept and shown."""
    check = check_nhs_number(_text(value, "NHS number"))
    if check.problem is NumberProblem.MISSING:
        return {"status": "unknown - allowed, reason required"}
    if check.problem is NumberProblem.INVALID_CHECKSUM:
        return {"valid_checksum": False}
    if check.problem is NumberProblem.WRONG_LENGTH:
        return {"valid_checksum": False, "reason": f"{check.digits} digits"}
    if check.problem is not None:
        return {"valid_checksum": False, "reason": check.problem}
    if check.range is NhsNumberRange.CHI and str(check.stored).startswith("0"):
        # The published answer for a Scottish number in this field: what it is, and the trap.
        return {"kind": check.range, "note": "keep as TEXT: leading zero must survive"}
    return {
        "valid_checksum": True,
        "stored": check.stored,
        "display": check.display,
        "is_test_range": check.is_test_range,
    }


def chi_number(value: Any) -> dict[str, Any]:
    """Whether a CHI number is one; with a date of birth, whether the two agree."""
    if isinstance(value, str):
        return _chi_answer(check_chi_number(value))
    data = _object(value)
    _refuse_other_keys(data, _CHI_KEYS)
    check = check_chi_number(_text(data.get("chi"), "CHI number"))
    if chi_date_differs(check, _date(_text(data.get("dob"), "Date of birth"))):
        return {
            "result": "WARN not reject: CHI date differs from DOB"
            " (uk-fci/nhs-number#61: 164 of 19,520 real patients differ)"
        }
    return _chi_answer(check)


INSTRUMENTS: Final[Mapping[str, Calculate]] = {
    "avpu_acvpu": acvpu,
    "chi_number": chi_number,
    "gcs": gcs,
    "news2": news2,
    "nhs_number": nhs_number,
}


def _decode(line: bytes) -> Any:
    try:
        return json.loads(
            line.decode("utf-8-sig"),
            parse_float=Decimal,
            parse_constant=_refuse_constant,
            object_pairs_hook=_object_without_repeats,
        )
    except ClinicalRefusal:
        raise
    except (ValueError, ArithmeticError, RecursionError):
        raise ClinicalRefusal("This line is not JSON.") from None


def _refuse_constant(_name: str) -> None:
    raise ClinicalRefusal("A value must be a number: NaN and Infinity are none.")


def _object_without_repeats(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    data = dict(pairs)
    if len(data) != len(pairs):
        raise ClinicalRefusal("A key stands twice in this object.")
    return data


def _object(value: Any) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise ClinicalRefusal("The input must be an object.")
    return value


def _refuse_other_keys(data: dict[str, Any], known: frozenset[str]) -> None:
    if not known.issuperset(data):
        raise ClinicalRefusal(
            f"The input has a key that is not one of: {', '.join(sorted(known))}."
        )


def _text(value: Any, name: str) -> str:
    if not isinstance(value, str):
        raise ClinicalRefusal(f"{name} must be text.")
    return value


def _integer(value: Any, name: str) -> int:
    if not isinstance(value, int) or isinstance(value, bool):
        raise ClinicalRefusal(f"{name} must be a whole number.")
    return value


def _whole(data: dict[str, Any], field: ObservationField) -> int | None:
    value = data.get(field)
    if value is None:
        return None
    limits = DEFAULT_LIMITS.of(field)
    return _possible(_integer(value, limits.name), field)


def _tenths(value: Any) -> int | None:
    if value is None:
        return None
    if not isinstance(value, (int, Decimal)) or isinstance(value, bool):
        raise ClinicalRefusal("Temperature must be a number.")
    limits = DEFAULT_LIMITS.of(ObservationField.TEMPERATURE)
    if not 0 <= value <= 1000:
        return _possible(limits.highest + 1, ObservationField.TEMPERATURE)
    degrees = Decimal(value).quantize(Decimal("0.1"))
    if degrees != value:
        raise ClinicalRefusal("Temperature must have one decimal at most.")
    return _possible(int(degrees * 10), ObservationField.TEMPERATURE)


def _possible(value: int, field: ObservationField) -> int:
    problem = check_value(value, DEFAULT_LIMITS.of(field))
    if problem is not None and problem.kind is ProblemKind.REFUSED:
        raise ClinicalRefusal(problem.text)
    return value


def _truth(data: dict[str, Any], key: str) -> bool | None:
    value = data.get(key)
    if value is not None and not isinstance(value, bool):
        raise ClinicalRefusal(f"{key} must be true or false.")
    return value


def _spo2_scale(value: Any) -> Literal[1, 2]:
    scale = _integer(value, "SpO2 scale")
    if scale == 1:
        return 1
    if scale == 2:
        return 2
    raise ClinicalRefusal("SpO2 scale must be 1 or 2.")


def _level(value: Any) -> Acvpu | None:
    return None if value is None else read_acvpu(_text(value, "Consciousness"))


def _age(data: dict[str, Any]) -> int | None:
    ages = [_integer(data[key], "Age") for key in ("age", "age_years") if data.get(key) is not None]
    if any(not 0 <= age <= 130 for age in ages):
        raise ClinicalRefusal("Age must be 0 to 130 years.")
    return min(ages, default=None)


def _response(data: dict[str, Any], name: str) -> int | None:
    value = data.get(name)
    if isinstance(value, str) and value.strip().upper() == NOT_TESTABLE:
        return None
    return _integer(value, f"{name.capitalize()} response, or NT,")


def _date(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise ClinicalRefusal("Date of birth must be a date, as 1985-04-19.") from None


def _chi_answer(check: ChiCheck) -> dict[str, Any]:
    if check.problem is not None:
        return {"result": check.problem}
    result = f"valid ({check.method})"
    if check.method is ChiMethod.MOD_10:
        # The published answers for numbers good by modulus 10 alone are the result alone.
        return {"result": result}
    return {
        "result": result,
        "sex_digit": check.sex_digit,
        "ddmmyy": check.ddmmyy,
        "display": check.display,
    }
