"""How do pictures and charts of several models stand on one line, whatever the words above them take?

The columns share their rows: the n-th element of each begins where the n-th of the others does. Below the width at
which Streamlit stacks columns nothing is shared, so that a model's pieces stay together on a phone.
"""

from __future__ import annotations

from typing import Any

import streamlit as st

PREFIX = "aligned-"
MOST_ELEMENTS = 14  # of one column; those beyond share the last row's line no more
_BLOCK = f'[class*="st-key-{PREFIX}"] > [data-testid="stLayoutWrapper"] > [data-testid="stHorizontalBlock"]'
_COLUMN = f'{_BLOCK} > [data-testid="stColumn"]'
_ELEMENTS = f'{_COLUMN} > [data-testid="stVerticalBlock"]'
CSS = f"""
@media (min-width: 641px) {{
  {_BLOCK} {{ display: grid; grid-auto-flow: column; grid-auto-columns: minmax(0, 1fr); row-gap: 0; }}
  {_COLUMN}, {_ELEMENTS} {{
    display: grid; grid-template-rows: subgrid; grid-template-columns: minmax(0, 1fr); row-gap: 0;
    grid-row: 1 / span {MOST_ELEMENTS}; width: auto; min-width: 0;
  }}
  {_ELEMENTS} > * {{ margin-bottom: 1rem; }}
}}
"""


def aligned_columns(count: int, key: str) -> list[Any]:
    """`count` equal columns whose elements share their rows. key: unlike that of any other on the page."""
    with st.container(key=PREFIX + key):
        return list(st.columns(count))
