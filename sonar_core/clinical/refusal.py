"""The error a clinical rule raises when it will not answer."""

from __future__ import annotations


class ClinicalRefusal(ValueError):  # noqa: N818  a refusal is not a failure of the program
    """The rule does not apply or the input is impossible; the message is for the user.

    The message says what was asked for in plain words and never holds a value of a person.
    """
