from __future__ import annotations

import json
from pathlib import Path

import pytest

from sonar_core.clinical.instruments import INSTRUMENTS, answer_line

VECTORS = Path(__file__).parents[1] / "vectors"


def _judged(instrument):
    for vector in json.loads((VECTORS / f"{instrument}.json").read_text())["vectors"]:
        if isinstance(vector["expected"], dict):
            yield instrument, vector["id"], vector["input"], vector["expected"]


def _answer(instrument, value):
    return json.loads(answer_line(json.dumps(value).encode(), INSTRUMENTS[instrument]))


JUDGED = [case for name in sorted(INSTRUMENTS) for case in _judged(name)]
REFUSED = json.loads((VECTORS / "news2.json").read_text())["invalid"]
NORMAL = {
    "respiratory_rate": 16,
    "spo2": 98,
    "spo2_scale": 1,
    "on_oxygen": False,
    "systolic_bp": 120,
    "pulse": 70,
    "acvpu": "A",
    "temperature": 36.8,
}


@pytest.mark.parametrize(
    ("instrument", "case", "value", "expected"), JUDGED, ids=[case[1] for case in JUDGED]
)
def test_a_published_case_has_the_published_answer(instrument, case, value, expected):
    assert _answer(instrument, value) == expected


def test_all_published_cases_of_the_five_instruments_are_judged():
    counts = {name: len(list(_judged(name))) for name in INSTRUMENTS}

    assert counts == {
        "avpu_acvpu": 1,
        "chi_number": 13,
        "gcs": 6,
        "news2": 37,
        "nhs_number": 11,
    }


@pytest.mark.parametrize("case", REFUSED, ids=[case["id"] for case in REFUSED])
def test_a_published_invalid_case_is_refused(case):
    answer = _answer("news2", case["input"])

    assert list(answer) == ["error"]
    assert answer["error"].strip()


@pytest.mark.parametrize(
    ("change", "error"),
    [
        ({"respiratory_rate": "16"}, "Respiration rate must be a whole number."),
        ({"respiratory_rate": True}, "Respiration rate must be a whole number."),
        ({"pulse": 70.0}, "Pulse must be a whole number."),
        ({"pulse": -1}, "Pulse must be 0 to 300 /min."),
        ({"pulse": 10**30}, "Pulse must be 0 to 300 /min."),
        (
            {"systolic_bp": 1200},
            "Systolic blood pressure must be 20 to 320 mmHg. Did you mean 120?",
        ),
        ({"spo2": 101}, "Oxygen saturation must be 0 to 100 %."),
        ({"spo2_scale": None}, "SpO2 scale must be a whole number."),
        ({"spo2_scale": 3}, "SpO2 scale must be 1 or 2."),
        ({"spo2_scale": True}, "SpO2 scale must be a whole number."),
        ({"on_oxygen": 0}, "on_oxygen must be true or false."),
        ({"on_oxygen": "air"}, "on_oxygen must be true or false."),
        ({"on_oxygen": None}, "1 part missing: air or oxygen"),
        ({"acvpu": 1}, "Consciousness must be text."),
        ({"temperature": 363}, "Temperature must be 20.0 to 45.0 °C. Did you mean 36.3?"),
        ({"temperature": 98.6}, "Temperature must be 20.0 to 45.0 °C. Did you mean 37.0?"),
        ({"temperature": 1e30}, "Temperature must be 20.0 to 45.0 °C."),
        ({"temperature": -3}, "Temperature must be 20.0 to 45.0 °C."),
        ({"temperature": 36.85}, "Temperature must have one decimal at most."),
        ({"temperature": "36.8"}, "Temperature must be a number."),
        ({"temperature": False}, "Temperature must be a number."),
        ({"temperature": None, "pulse": None}, "2 parts missing: pulse, temperature"),
        ({"age": 15.0}, "Age must be a whole number."),
        ({"age": -1}, "Age must be 0 to 130 years."),
        ({"age": 131}, "Age must be 0 to 130 years."),
        ({"pregnant": "possibly"}, "pregnant must be true or false."),
    ],
)
def test_news2_refuses_a_value_that_is_not_one(change, error):
    assert _answer("news2", NORMAL | change) == {"error": error}


def test_news2_needs_every_key_and_knows_every_key():
    without_pulse = {key: value for key, value in NORMAL.items() if key != "pulse"}

    assert _answer("news2", without_pulse) == {"error": "1 part missing: pulse"}
    assert _answer("news2", NORMAL | {"pulse_rate": 70})["error"].startswith(
        "The input has a key that is not one of: acvpu, age,"
    )


@pytest.mark.parametrize(
    "change",
    [{"age": 15}, {"age_years": 0}, {"age": 40, "age_years": 15}, {"possibly_pregnant": True}],
)
def test_news2_has_no_score_for_a_child_or_in_possible_pregnancy(change):
    assert _answer("news2", NORMAL | change) == {
        "error": "NEWS2 is not for under 16s or in pregnancy. Record the values; no score."
    }


@pytest.mark.parametrize(
    "change", [{"age": 16}, {"age": None}, {"pregnant": False}, {"diastolic_bp": 80}]
)
def test_news2_scores_an_adult_who_is_not_pregnant(change):
    assert _answer("news2", NORMAL | change)["total"] == 0


def test_a_whole_or_long_written_temperature_is_read_to_the_tenth():
    rest = json.dumps(NORMAL | {"acvpu": " a ", "temperature": "%"}).encode()
    line = rest.replace(b'"%"', b"%s")

    def score(temperature):
        return json.loads(answer_line(line % temperature, INSTRUMENTS["news2"]))

    assert score(b"39")["total"] == 1
    assert score(b"39.10")["total"] == 2
    assert score(b"3.91e1")["total"] == 2
    assert score(b"39.0000000000000000000000000000000000001") == {
        "error": "Temperature must have one decimal at most."
    }
    assert score(b"1e-9999") == {"error": "Temperature must have one decimal at most."}


@pytest.mark.parametrize(
    "line",
    [
        b"",
        b"\n",
        b"{",
        b"\xff\xfe",
        b"[" * 100_000,
        b'{"respiratory_rate": 1e99999999999999999999}',
        b"9" * 5_000,
    ],
)
def test_a_line_that_is_not_json_gets_an_error_line(line):
    assert answer_line(line, INSTRUMENTS["news2"]) == b'{"error":"This line is not JSON."}'


@pytest.mark.parametrize("word", [b"NaN", b"Infinity", b"-Infinity"])
def test_a_number_that_is_none_is_refused(word):
    answer = answer_line(b'{"pulse": ' + word + b"}", INSTRUMENTS["news2"])

    assert json.loads(answer) == {"error": "A value must be a number: NaN and Infinity are none."}


def test_a_key_that_stands_twice_is_refused():
    answer = answer_line(b'{"eye": 4, "eye": 1, "verbal": 5, "motor": 6}', INSTRUMENTS["gcs"])

    assert json.loads(answer) == {"error": "A key stands twice in this object."}


def test_a_byte_order_mark_before_the_first_line_is_passed_over():
    assert json.loads(answer_line(b'\xef\xbb\xbf"V"\r\n', INSTRUMENTS["avpu_acvpu"])) == {
        "news2": 3,
        "alert": True,
        "critical": False,
    }


@pytest.mark.parametrize("value", [None, [], 1, "E4", {}])
def test_gcs_refuses_what_is_not_three_responses(value):
    assert "error" in _answer("gcs", value)


@pytest.mark.parametrize(
    ("change", "error"),
    [
        ({"eye": 5}, "Eye response must be 1 to 4, or NT."),
        ({"verbal": 0}, "Verbal response must be 1 to 5, or NT."),
        ({"motor": 7}, "Motor response must be 1 to 6, or NT."),
        ({"motor": "6"}, "Motor response, or NT, must be a whole number."),
        ({"motor": None}, "Motor response, or NT, must be a whole number."),
        ({"motor": 6.0}, "Motor response, or NT, must be a whole number."),
        ({"eye": True}, "Eye response, or NT, must be a whole number."),
        ({"pupils": 2}, "The input has a key that is not one of: eye, motor, verbal."),
    ],
)
def test_gcs_refuses_a_response_outside_its_part(change, error):
    assert _answer("gcs", {"eye": 4, "verbal": 5, "motor": 6} | change) == {"error": error}


def test_gcs_reads_nt_however_it_is_written():
    assert _answer("gcs", {"eye": " nt", "verbal": "Nt", "motor": "NT"}) == {
        "total": None,
        "band": None,
        "display": "ENT VNT MNT",
    }


@pytest.mark.parametrize(
    ("value", "answer"),
    [
        (" 943-476 5919 ", {"valid_checksum": True, "stored": "9434765919",
                            "display": "943 476 5919", "is_test_range": True}),
        ("4010232137", {"valid_checksum": True, "stored": "4010232137",
                        "display": "401 023 2137", "is_test_range": False}),
        ("1904851231", {"valid_checksum": True, "stored": "1904851231",
                        "display": "190 485 1231", "is_test_range": False}),
        ("943476591", {"valid_checksum": False, "reason": "9 digits"}),
        ("943476591A", {"valid_checksum": False, "reason": "invalid characters"}),
        ("９434765919", {"valid_checksum": False, "reason": "invalid characters"}),
        ("  ", {"status": "unknown - allowed, reason required"}),
        (9434765919, {"error": "NHS number must be text."}),
        (None, {"error": "NHS number must be text."}),
    ],
)  # fmt: skip
def test_an_nhs_number_is_judged_as_it_was_typed(value, answer):
    assert _answer("nhs_number", value) == answer


@pytest.mark.parametrize(
    ("value", "result"),
    [
        ("", "missing"),
        ("010101 1237", "valid (both)"),
        ("0101011", "wrong length"),
        ({"chi": "1904851231", "dob": "1985-04-19"}, "valid (mod11)"),
        ({"chi": "0101201233", "dob": "1985-04-19"}, "invalid checksum"),
    ],
)
def test_a_chi_number_is_judged_with_or_without_a_date_of_birth(value, result):
    assert _answer("chi_number", value)["result"] == result


@pytest.mark.parametrize(
    ("value", "error"),
    [
        (1904851231, "The input must be an object."),
        ({"chi": "1904851231"}, "Date of birth must be text."),
        ({"chi": 1904851231, "dob": "1985-04-19"}, "CHI number must be text."),
        (
            {"chi": "1904851231", "dob": "19/04/1985"},
            "Date of birth must be a date, as 1985-04-19.",
        ),
        (
            {"chi": "1904851231", "born": "1985-04-19"},
            "The input has a key that is not one of: chi, dob.",
        ),
    ],
)
def test_a_chi_input_of_another_shape_is_refused(value, error):
    assert _answer("chi_number", value) == {"error": error}
