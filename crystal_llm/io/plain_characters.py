"""Signs, digits and blanks as word processors and browsers write them, made plain.

Tables pasted from an article have U+2212 for minus; a number that loses its sign is another
position.
"""

from __future__ import annotations

# Minus signs and digits of other scripts mean what they look like; NFKC would also turn
# superscripts and fractions into digits.
_SIGNS = {0x2212: "-", 0x2013: "-", 0x2010: "-", 0x2011: "-", 0xFE63: "-", 0xFF0D: "-"}
_WIDE = {0xFF10 + digit: str(digit) for digit in range(10)} | {0xFF0E: ".", 0xFF0B: "+"}
# Blanks that a browser or a word processor puts between columns.
_BLANKS = dict.fromkeys((0x00A0, 0x2002, 0x2003, 0x2007, 0x2009, 0x202F, 0x3000), " ")
# Form feeds of printouts, and the end of a file as DOS marks it.
_CONTROLS = dict.fromkeys((0x0B, 0x0C, 0x1A), " ")
# Nobody sees where these stand: what is left is what the file looks like.
_UNSEEN = dict.fromkeys((0x00AD, 0x200B, 0x200C, 0x200D, 0x2060, 0xFEFF), "")
PLAIN_CHARACTERS = str.maketrans(_SIGNS | _WIDE | _BLANKS | _CONTROLS | _UNSEEN)
"""For ``str.translate``, which leaves lines where they are."""
