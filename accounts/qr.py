"""A QR code as one SVG path, so that a page needs no picture file, no inline style and no script. Pure."""

from __future__ import annotations

from dataclasses import dataclass

import segno


@dataclass(frozen=True, slots=True)
class QrCode:
    """`path` draws the dark squares on a board of `size` by `size`; leave four squares of white around it."""

    size: int
    path: str

    @property
    def box(self) -> str:
        """The view box with its quiet zone."""
        return f"-4 -4 {self.size + 8} {self.size + 8}"


def qr_code(text: str) -> QrCode:
    """Error correction M: a letter that was folded in a school bag still reads."""
    matrix = segno.make(text, error="m", micro=False).matrix
    parts = []
    for y, row in enumerate(matrix):
        x = 0
        while x < len(row):
            width = 0
            while x + width < len(row) and row[x + width]:
                width += 1
            if width:
                parts.append(f"M{x} {y}h{width}v1h-{width}z")
            x += width or 1
    return QrCode(len(matrix), "".join(parts))
