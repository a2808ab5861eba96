"""Read one element of decoded JSON by its type, and name its path where it is not that."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping
from decimal import Decimal
from typing import Any, NoReturn

import msgspec


class FormRefused(ValueError):  # noqa: N818  a refusal, not a failure of the program
    """A questionnaire that this renderer does not draw.

    Attributes:
        path: The element, as ``Questionnaire.item[2].enableWhen[0].operator``.
        reason: What is wrong with it, one sentence.
    """

    def __init__(self, path: str, reason: str) -> None:
        super().__init__(f"{path}: {reason}")
        self.path = path
        self.reason = reason


def decode_resource(content: bytes) -> Any:
    """Decode JSON without floats; a key that stands twice or a number that is none is refused.

    Raises:
        FormRefused: It is no JSON.
    """
    try:
        return json.loads(
            content.decode("utf-8-sig"),
            parse_float=Decimal,
            parse_constant=_refuse_constant,
            object_pairs_hook=_without_repeats,
        )
    except (ValueError, ArithmeticError, RecursionError) as error:
        raise FormRefused("Questionnaire", "This is not JSON.") from error


def _refuse_constant(name: str) -> NoReturn:
    raise ValueError(name)


def _without_repeats(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    data = dict(pairs)
    if len(data) != len(pairs):
        raise ValueError("repeated key")
    return data


class Element(msgspec.Struct, frozen=True):
    """A JSON object with the path that leads to it."""

    path: str
    data: Mapping[str, Any]

    def refuse(self, key: str, reason: str) -> NoReturn:
        """Refuse the form because of this key.

        Raises:
            FormRefused: Always.
        """
        raise FormRefused(f"{self.path}.{key}" if key else self.path, reason)

    def allow(self, keys: Collection[str]) -> None:
        """Refuse any other key than these."""
        for key in self.data:
            if key not in keys:
                self.refuse(str(key), "This element is not supported.")

    def text(self, key: str) -> str:
        """A text that must be there and say something."""
        value = self.optional_text(key)
        if value is None:
            self.refuse(key, "A text is needed here.")
        return value

    def optional_text(self, key: str) -> str | None:
        """A text that says something, or None where there is none."""
        value = self.data.get(key)
        if value is None:
            return None
        if not isinstance(value, str) or not value.strip():
            self.refuse(key, "This must be text.")
        return value

    def flag(self, key: str) -> bool:
        """True or false; false where it is not there."""
        value = self.data.get(key, False)
        if not isinstance(value, bool):
            self.refuse(key, "This must be true or false.")
        return value

    def whole(self, key: str) -> int:
        """A whole number that must be there."""
        value = self.data.get(key)
        if not isinstance(value, int) or isinstance(value, bool):
            self.refuse(key, "This must be a whole number.")
        return value

    def number(self, key: str) -> Decimal:
        """A number that must be there."""
        value = self.data.get(key)
        if isinstance(value, float):
            # A caller who decoded the JSON itself: the shortest text of the float is what stood.
            value = Decimal(repr(value))
        if not isinstance(value, (int, Decimal)) or isinstance(value, bool):
            self.refuse(key, "This must be a number.")
        number = Decimal(value)
        exponent = number.as_tuple().exponent
        if not isinstance(exponent, int) or abs(number) >= 10**9 or exponent < -6:
            self.refuse(key, "This number is out of reason.")
        return number

    def child(self, key: str) -> Element:
        """An object that must be there."""
        value = self.data.get(key)
        if not isinstance(value, dict):
            self.refuse(key, "An object is needed here.")
        return Element(f"{self.path}.{key}", value)

    def children(self, key: str) -> list[Element]:
        """A list of objects, empty where it is not there."""
        values = self.data.get(key)
        if values is None:
            return []
        if not isinstance(values, list) or not values:
            self.refuse(key, "This must be a list that is not empty.")
        elements = [Element(f"{self.path}.{key}[{n}]", value) for n, value in enumerate(values)]
        for element in elements:
            if not isinstance(element.data, dict):
                element.refuse("", "This must be an object.")
        return elements
