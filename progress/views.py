"""The addresses of this room: each module registers its views on `bp`."""

from __future__ import annotations

from . import chart_views, class_views, family_views, trying_views
from .blueprint import bp

__all__ = ["bp", "chart_views", "class_views", "family_views", "trying_views"]
