"""What can go wrong with the database.

StoreError
├── UnavailableError    nobody's mistake: try again later
├── RejectedError       the database refused these values
└── SchemaError         this program must not open this database
"""

from __future__ import annotations


class StoreError(Exception):
    """The database could not do its part; the message never holds a value."""


class UnavailableError(StoreError):
    """The database cannot be reached, or stayed busy through every retry."""


class RejectedError(StoreError):
    """The database refused the values; `state` is its SQLSTATE."""

    def __init__(self, state: str | None) -> None:
        super().__init__(f"the database refused the values (SQLSTATE {state})")
        self.state = state


class SchemaError(StoreError):
    """The database is not laid out for this program."""
