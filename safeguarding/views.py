"""The addresses of this room: each module registers its views on `bp` (the lifebuoy) or `desk`."""

from __future__ import annotations

from . import help_views, models, outbox_views  # models: the tables, for whoever makes or migrates them
from .blueprint import bp, desk

__all__ = ["bp", "desk", "help_views", "models", "outbox_views"]
