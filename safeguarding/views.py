"""The addresses of this room: each module registers its views on `bp` (the lifebuoy) or `desk`."""

from __future__ import annotations

from . import (
    box_views,
    desk_door,
    desk_views,
    help_views,
    models,  # the tables, for whoever makes or migrates them
    notice_views,
    outbox_views,
    oversight_views,
    record_views,
    transfer_views,
)
from .blueprint import bp, desk

__all__ = [
    "box_views",
    "bp",
    "desk",
    "desk_door",
    "desk_views",
    "help_views",
    "models",
    "notice_views",
    "outbox_views",
    "oversight_views",
    "record_views",
    "transfer_views",
]
