"""That the custody officer was told, by whom, how, and that it was read back."""

from __future__ import annotations

from enum import StrEnum

from sonar_core.records.base import Fact


class ToldHow(StrEnum):
    """The way it was said."""

    IN_PERSON = "in_person"
    TELEPHONE = "telephone"
    RADIO = "radio"


class OutcomeTold(Fact, frozen=True, kw_only=True):
    """An outcome, a level of care or a task told to custody staff; `about` is that record's id."""

    about: str
    told_to: str
    told_to_role: str
    how: ToldHow
    read_back: bool
    words: str = ""
