"""The blueprint of this room; the views stand in `card_views`, `chart_views`, `class_views`, `family_views` and
`trying_views`."""

from __future__ import annotations

from flask import Blueprint

bp = Blueprint("progress", __name__)
