"""The server asks nobody on the internet for its own address.

Streamlit asks a host of Amazon's, without TLS first, each time that a browser comes with an unknown Origin; everybody
waits meanwhile, and whatever is answered counts as an allowed Origin. It also asks at the start of a server on every
interface, before the app is imported: that is why `.streamlit/config.toml` names an address.
"""

from __future__ import annotations

from streamlit import net_util


def without_outside_address() -> None:
    """To be called before the server is made. An address that only the outside knows belongs into a setting
    (`browser.serverAddress`, `server.corsAllowedOrigins`)."""
    net_util.get_external_ip = _unknown


def _unknown() -> None:
    return None
