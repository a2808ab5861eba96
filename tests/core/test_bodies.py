from __future__ import annotations

import json
import traceback
import unicodedata
from decimal import Decimal

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sonar_core import bodies
from sonar_core.bodies import MAX_BODY_BYTES, MAX_DEPTH, BodyError
from sonar_core.records.patient import Patient

_letters = st.characters(exclude_categories=("Cs",))
_leaves = st.none() | st.booleans() | st.integers(-(1 << 63), (1 << 63) - 1) | st.text(_letters)
_keys = st.text(st.characters(max_codepoint=127), max_size=5)
_values = st.recursive(
    _leaves,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(_keys, inner, max_size=4),
    max_leaves=12,
)
_bodies = st.dictionaries(_keys, _values, max_size=5)


def normal(value):
    """What must come back: each text in form C, everything else as it was."""
    if isinstance(value, str):
        return unicodedata.normalize("NFC", value)
    if isinstance(value, dict):
        return {key: normal(inner) for key, inner in value.items()}
    return [normal(inner) for inner in value] if isinstance(value, list) else value


def shuffled(value):
    """The same value with its fields in another order."""
    if isinstance(value, dict):
        return {key: shuffled(value[key]) for key in reversed(list(value))}
    return [shuffled(inner) for inner in value] if isinstance(value, list) else value


@given(_bodies)
def test_what_was_written_is_what_is_read(body):
    assert bodies.fields_of(bodies.encode(body)) == normal(body)


@given(_bodies)
def test_a_body_has_one_form_of_bytes(body):
    raw = bodies.encode(body)
    assert bodies.encode(shuffled(body)) == raw
    assert bodies.encode(bodies.fields_of(raw)) == raw
    # A reader of JSON that is not ours finds the same, its fields sorted, its text composed.
    foreign = json.loads(raw)
    assert foreign == normal(body)
    assert is_sorted(foreign)


def is_sorted(value):
    if isinstance(value, dict):
        return list(value) == sorted(value) and all(map(is_sorted, value.values()))
    return not isinstance(value, list) or all(map(is_sorted, value))


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("Sine\u0301ad", "Sinéad"),
        ("line\n\u0301next", "line\n\u0301next"),
        ("tab\t\u030cnext", "tab\t\u030cnext"),
        ("\u0338", "\u0338"),
        ("\u212b", "\u00c5"),
    ],
)
def test_a_letter_typed_in_two_parts_is_one_and_a_line_end_is_never_a_letter(typed, kept):
    raw = bodies.encode({"text": typed, "list": (typed,)})
    assert bodies.fields_of(raw) == {"text": kept, "list": [kept]}


def test_the_bytes_of_a_record_never_change_by_accident():
    patient = Patient(id="i", family="O'Neill", given="Sine\u0301ad", aliases=("Shin",))
    assert bodies.encode(patient).decode() == (
        '{"address":"","aliases":["Shin"],"birth_date":null,"chi_number":null,"family":"O\'Neill",'
        '"gender":"unknown","general_practice":"","given":"Sinéad","id":"i",'
        '"identity_confidence":"self_stated","interpreter_needed":null,"language":"",'
        '"next_of_kin":"","nhs_number":null,"phone":"","pnc_id":null,"pregnancy":"not_asked",'
        '"stated_age":null,"title":""}'
    )
    assert bodies.decode(bodies.encode(patient), Patient).given == "Sin\u00e9ad"


def test_decimals_go_as_text():
    assert bodies.encode({"dose": Decimal("0.10")}) == b'{"dose":"0.10"}'


def nested(levels: int, *, of_lists: bool) -> object:
    value: object = "x"
    for _ in range(levels):
        value = [value] if of_lists else {"a": value}
    return value


@pytest.mark.parametrize("of_lists", [True, False])
def test_a_body_has_a_depth_that_everything_can_read(of_lists):
    inner = nested(MAX_DEPTH - 1, of_lists=of_lists)
    assert bodies.fields_of(bodies.encode({"a": inner})) == {"a": inner}
    with pytest.raises(BodyError, match="too deep"):
        bodies.encode({"a": nested(MAX_DEPTH, of_lists=of_lists)})
    with pytest.raises(BodyError, match="too deep"):
        bodies.encode({"a": nested(100_000, of_lists=of_lists)})


@pytest.mark.parametrize(
    ("value", "complaint"),
    [
        ({"a": 1.5}, "floating point"),
        ({"a": [{"b": float("nan")}]}, "floating point"),
        ({"a": 1 << 63}, "beyond 64 bits"),
        ({"a": -(1 << 63) - 1}, "beyond 64 bits"),
        ({"é": 1}, "ASCII"),
        ({5: 1}, "ASCII"),
        ({"a": "\ud800"}, "half a character"),
        ({"a": ["\udfff"]}, "half a character"),
    ],
)
def test_what_cannot_be_signed_is_refused(value, complaint):
    with pytest.raises(BodyError, match=complaint):
        bodies.encode(value)


@pytest.mark.parametrize("value", [5, "seen", None, True])
def test_a_value_by_itself_can_be_signed(value):
    assert msgspec.json.decode(bodies.encode(value)) == value


def test_a_body_has_a_weight():
    frame = len(b'{"a":""}')
    assert len(bodies.encode({"a": "x" * (MAX_BODY_BYTES - frame)})) == MAX_BODY_BYTES
    with pytest.raises(BodyError, match="larger than 262144 bytes"):
        bodies.encode({"a": "x" * (MAX_BODY_BYTES - frame + 1)})
    with pytest.raises(BodyError, match="larger than 262144 bytes"):
        bodies.encode({"a": "é" * (MAX_BODY_BYTES // 2)})
    assert len(bodies.encode({"a": "x" * MAX_BODY_BYTES}, most=MAX_BODY_BYTES + frame)) > 0


UNREADABLE = [b"", b"{", b"[]", b'"x"', b"\xff", b'{"id":"\xff"}', b"[" * 100_000, b'{"a":' * 5000]


@pytest.mark.parametrize("raw", UNREADABLE)
def test_what_is_no_record_is_told(raw):
    with pytest.raises(BodyError, match="not a JSON object"):
        bodies.fields_of(raw)
    with pytest.raises(BodyError, match="not a Patient"):
        bodies.decode(raw, Patient)


def test_no_fault_quotes_what_was_written():
    secret = "Barrow-hepatitis"
    bad = bodies.encode({"id": "i", "family": "f", "given": "g", "gender": secret})
    with pytest.raises(BodyError) as caught:
        bodies.decode(bad, Patient)
    assert secret not in "".join(traceback.format_exception(caught.value))


@given(st.binary(max_size=40))
def test_whatever_the_bytes_reading_ends_in_fields_or_in_its_own_fault(raw):
    try:
        assert isinstance(bodies.fields_of(raw), dict)
    except BodyError:
        with pytest.raises((msgspec.DecodeError, UnicodeDecodeError)):
            msgspec.json.decode(raw, type=dict[str, object])
