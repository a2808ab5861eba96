"""Messages that have the shape of a type and any content, and bytes that were such a message."""

from __future__ import annotations

import msgspec
from hypothesis import strategies as st
from msgspec import inspect

_ODD = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-(1 << 63), (1 << 64) - 1),
    st.floats(),
    st.text(max_size=20),
    st.binary(max_size=20),
    st.lists(st.booleans(), max_size=3),
    st.dictionaries(st.text(max_size=5), st.booleans(), max_size=3),
)
"""What may stand where something else belongs."""
_EDGES = st.sampled_from([0, 1, -1, 127, 2**31, 2**53 - 1, 2**53, 2**63 - 1, -(2**63)])


def message_of(kind: type, usual: dict[str, object]) -> st.SearchStrategy[bytes]:
    """Return MessagePack of a type's shape; fields of a usual name have often its usual value."""
    shape = shaped(kind, usual)
    return st.one_of(shape, shape, spoilt(shape)).map(msgspec.msgpack.encode)


def shaped(kind: type, usual: dict[str, object]) -> st.SearchStrategy:
    """Return plain values of a type's shape."""
    return _shape(inspect.type_info(kind), usual)


def spoilt(shape: st.SearchStrategy) -> st.SearchStrategy:
    """Return the shape with one field, an item or the whole of another kind, or missing."""

    @st.composite
    def draw_one(draw):
        value = draw(shape)
        if isinstance(value, dict) and value:
            name = draw(st.sampled_from(sorted(value)))
            if draw(st.booleans()):
                return {key: one for key, one in value.items() if key != name}
            return {**value, name: draw(_ODD)}
        if isinstance(value, list) and value:
            at = draw(st.integers(0, len(value) - 1))
            return [*value[:at], draw(_ODD), *value[at + 1 :]]
        return draw(_ODD)

    return draw_one()


@st.composite
def mangled(draw, whole: st.SearchStrategy[bytes]) -> bytes:
    """Return bytes with some of them cut out, doubled or written over."""
    content = bytearray(draw(whole))
    for _ in range(draw(st.integers(1, 4))):
        at = draw(st.integers(0, len(content)))
        piece = draw(st.binary(max_size=6))
        content[at : at + draw(st.integers(0, 8))] = piece
    return bytes(content)


def _shape(info: inspect.Type, usual: dict[str, object]) -> st.SearchStrategy:
    match info:
        case inspect.BoolType():
            return st.booleans()
        case inspect.IntType():
            least = -(1 << 63) if info.ge is None else info.ge
            most = (1 << 63) - 1 if info.le is None else info.le
            within = st.integers(max(least, 0), min(most, 600)) if most >= 0 else st.just(most)
            return st.one_of(within, within, st.integers(least, most), _EDGES)
        case inspect.StrType():
            texts = [one for one in usual.values() if isinstance(one, str)]
            return st.one_of(st.sampled_from(texts), st.text(max_size=info.max_length or 40))
        case inspect.BytesType():
            return st.one_of(st.binary(max_size=80), st.binary(min_size=32, max_size=64))
        case inspect.NoneType():
            return st.none()
        case inspect.FloatType():
            return st.floats()
        case inspect.EnumType():
            return st.sampled_from([one.value for one in info.cls])
        case inspect.UnionType():
            return st.one_of(*(_shape(one, usual) for one in info.types))
        case inspect.TupleType():
            return st.tuples(*(_shape(one, usual) for one in info.item_types)).map(list)
        case inspect.VarTupleType() | inspect.ListType():
            return st.lists(_shape(info.item_type, usual), max_size=3)
        case inspect.DictType():
            return st.dictionaries(
                _shape(info.key_type, usual), _shape(info.value_type, usual), max_size=3
            )
        case inspect.StructType():
            return _struct(info, usual)
    return _ODD


def _struct(info: inspect.StructType, usual: dict[str, object]) -> st.SearchStrategy:
    fields = {one.encode_name: _shape(one.type, usual) for one in info.fields}
    for name in fields.keys() & usual.keys():
        fields[name] = st.one_of(st.just(usual[name]), st.just(usual[name]), fields[name])
    if info.array_like:
        return st.tuples(*fields.values()).map(list)
    made = st.fixed_dictionaries(fields)
    if info.tag_field is None:
        return made
    return made.map(lambda value: {info.tag_field: info.tag, **value})
