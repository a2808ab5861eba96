"""The exchange with the server: worker and HTTP."""

from __future__ import annotations
