"""At which address can phones in the room reach this app?"""

from __future__ import annotations

import socket
from functools import lru_cache
from urllib.parse import urlsplit

import streamlit as st

from vizcore.access import is_this_machine


def audience_address(code: str) -> str | None:
    """Where phones vote; None when the app answers its own machine only.

    The address that the browser shows, unless it is this machine's own name for itself; then the machine's address in
    its network, if the server listens there.
    """
    shown = urlsplit(st.context.url or "")
    if shown.hostname and not is_this_machine(shown.hostname):
        return f"{shown.scheme}://{shown.netloc}/vote/{code}"
    if is_this_machine(str(st.get_option("server.address") or "")):
        return None
    host = network_address()
    return f"http://{host}:{st.get_option('server.port')}/vote/{code}" if host else None


@lru_cache(maxsize=1)
def network_address() -> str | None:
    """This machine's address on its local network, None without one. Nothing is sent: a route is picked."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect(("192.0.2.1", 9))  # reserved for documentation (RFC 5737); no packet leaves for a UDP connect
            found = str(probe.getsockname()[0])
        except OSError:
            return None
    return None if is_this_machine(found) else found


@lru_cache(maxsize=64)
def qr_svg(address: str) -> str:
    """The address as a QR code, drawn black on white in both themes."""
    import segno

    svg: str = segno.make(address, error="m").svg_inline(scale=5, border=3, light="#ffffff", dark="#000000")
    return svg
