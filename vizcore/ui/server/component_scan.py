"""Why does Streamlit not look for components in the packages that are installed?

At each start it reads the metadata of every package, and each of them four times, to find components that a package
brings (0.3 s of the processor with 250 packages, a fifth of a first paint). The components of this app are its own
and are registered where they are drawn; no page uses one from another package.
"""

from __future__ import annotations

from typing import Any

from streamlit.components.v2 import manifest_scanner


def without_component_scan() -> None:
    """To be called before the server is made. Components of other packages are not known afterwards."""
    manifest_scanner.scan_component_manifests = _nothing_found


def _nothing_found(max_workers: int | None = None) -> list[Any]:
    return []
