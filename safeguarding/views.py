"""Every page of this room; importing it puts them on the blueprints."""

from __future__ import annotations

from . import help_views as help_views
from . import models as models  # the tables, for whoever makes or migrates them
from .blueprint import bp as bp
from .blueprint import desk as desk
