"""The addresses of this room: each module registers its views on `bp`."""

from __future__ import annotations

from . import card_views, chart_views, class_views, family_views, trying_views
from .blueprint import bp

__all__ = ["bp", "card_views", "chart_views", "class_views", "family_views", "trying_views"]
