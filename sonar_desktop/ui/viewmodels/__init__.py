"""What a screen shows and what it can do, without a widget: runs headless."""

from __future__ import annotations
