"""The renderer for questionnaires."""

from __future__ import annotations
