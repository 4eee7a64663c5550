"""Which colour stands for what? A row of swatches with words."""

from __future__ import annotations

from collections.abc import Mapping

from vizcore.ui.markdown_escape import escaped

SWATCH = "\u00a0\u00a0\u00a0"


def legend(words: Mapping[str, str]) -> str:
    """Colours "#rrggbb" with what they stand for, as one small line of Markdown; the colour is a ground, never ink."""
    entries = [
        f':color[{SWATCH}]{{background="{colour}"}} {escaped(text, longest=80)}' for colour, text in words.items()
    ]
    return f":small[{' · '.join(entries)}]"
