"""Activities inside cards. A new kind is one class here, one template, one custom element and one test.

How authors write them is docs/activities.md.
"""

from __future__ import annotations

from collections.abc import Mapping

from .circles import Circles
from .kind import Kind
from .match import Match
from .order import Order
from .pick_a_face import PickAFace
from .reveal import Reveal
from .sort import Sort
from .spot_the_clue import SpotTheClue
from .word_tiles import WordTiles

#: Every kind by the name of its fence.
KINDS: Mapping[str, type[Kind]] = {
    each.kind: each for each in (Sort, Circles, Order, Match, SpotTheClue, Reveal, PickAFace, WordTiles)
}
