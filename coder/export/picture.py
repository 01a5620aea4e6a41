"""A lane of a timeline as a PNG picture: the same lane makes the same bytes."""

import struct
import zlib

import numpy as np
from numpy.typing import NDArray

from coder.export.paper import Lane, Phase, longest_first, share, ticks

WIDE, HIGH = 1440, 64

INKS = {
    "withdrawal": (0x44, 0x80, 0xBD),
    "confrontation": (0xC1, 0x60, 0x3D),
    "precipitant": (0x96, 0x71, 0x1A),
    "repair": (0x4A, 0x91, 0x63),
    "unsure": (0x8A, 0x91, 0x9B),
}
_PAPER, _PHASE, _RULE = (0xFF, 0xFF, 0xFF), (0xEC, 0xEE, 0xF1), (0xC9, 0xCE, 0xD4)
_POINT, _MARGIN, _EDGE = 10, 12, 3

Pixels = NDArray[np.uint8]


def lane(of: Lane, span: tuple[int, int], phases: tuple[Phase, ...] = ()) -> bytes:
    """Draw a lane: phases shaded, a rule at every time that is written below, a bar a mark."""
    drawn: Pixels = np.full((HIGH, WIDE, 3), _PAPER, dtype=np.uint8)
    for phase in phases:
        start = _at(phase.start_ms, span)
        drawn[:, start : _at(phase.end_ms, span) + 1] = _PHASE
        drawn[:, start : start + 2] = _RULE
    for at, _ in ticks(span):
        x = _at(at, span)
        drawn[:, max(x - 1, 0) : x + 1] = _RULE
    for bar in longest_first(of.bars):
        left, right = _at(bar.start_ms, span), _at(bar.end_ms, span)
        if right - left < _POINT:
            left, right = left - _POINT // 2, left + _POINT // 2
        rows = slice(_MARGIN, HIGH - _MARGIN)
        drawn[rows, max(left - _EDGE, 0) : right + _EDGE] = _PAPER
        drawn[rows, max(left, 0) : right] = INKS[of.ink]
    return png(drawn)


def png(pixels: Pixels) -> bytes:
    """Write pixels (rows, columns, red green blue) as PNG, by its specification (ISO 15948)."""
    high, wide, _ = pixels.shape
    unfiltered = np.zeros((high, 1 + wide * 3), dtype=np.uint8)
    unfiltered[:, 1:] = pixels.reshape(high, wide * 3)
    header = struct.pack(">IIBBBBB", wide, high, 8, 2, 0, 0, 0)
    return b"".join(
        (
            b"\x89PNG\r\n\x1a\n",
            _chunk(b"IHDR", header),
            _chunk(b"IDAT", zlib.compress(unfiltered.tobytes(), 9)),
            _chunk(b"IEND", b""),
        )
    )


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def _at(ms: int, span: tuple[int, int]) -> int:
    return round(share(ms, span) * (WIDE - 1))
