"""The demo school: 14 classes of invented pupils, made by the same functions as the pages use, the same each time."""

from __future__ import annotations

from demo.commands import cli

__all__ = ["cli"]
