"""Everything the software does, one verb in each module."""

from __future__ import annotations
