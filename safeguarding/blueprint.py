"""The two doors of this room: the lifebuoy, which everybody has, and the desk of the DSL team."""

from __future__ import annotations

from flask import Blueprint

bp = Blueprint("safeguarding", __name__)
desk = Blueprint("desk", __name__, url_prefix="/desk")
