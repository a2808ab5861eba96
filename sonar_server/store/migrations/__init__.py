"""The versions of the schema in order; a module here imports nothing from the program."""

from __future__ import annotations
