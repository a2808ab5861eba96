"""Sentences made of what people typed, who may or may not have ended them with a stop."""

from __future__ import annotations


def stopped(text: str) -> str:
    """Return a text with a full stop, which somebody may have typed already."""
    return text if not text or text.endswith((".", "!", "?")) else f"{text}."


def in_turn(*parts: str) -> str:
    """Return parts as they are said one after another, a full stop between them, none empty."""
    said = [part for part in parts if part]
    return " ".join([*(stopped(part) for part in said[:-1]), *said[-1:]])
