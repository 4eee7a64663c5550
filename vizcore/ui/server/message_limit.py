"""How large may one message of a browser be that is not an upload?

Streamlit has the web server collect messages of up to 200 MB, because that is how large one of its own may be; anybody
who opens a socket could fill the memory with a few. What pages send back (settings, clicks, strokes, a burst of small
camera frames) is below one megabyte; files come by another way, which has its own limits (`upload_limit`).
"""

from __future__ import annotations

from typing import Any

LARGEST_MESSAGE = 8_000_000  # bytes; thirty camera frames of 256 pixels full of noise are half of it


def without_large_messages() -> None:
    """A larger message ends its socket while it arrives, from now on.

    Of the implementation that Streamlit chooses; with another one `BrowserMessages` ends the socket afterwards. The web
    server imports the app when its own configuration is made already, so each connection is told.
    """
    from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol as Protocol

    if getattr(Protocol.__init__, "limits", False):
        return
    as_it_was = Protocol.__init__

    def limited(self: Any, config: Any, *more: Any, **named: Any) -> None:
        config.ws_max_size = min(config.ws_max_size, LARGEST_MESSAGE)
        as_it_was(self, config, *more, **named)

    limited.limits = True  # type: ignore[attr-defined]
    Protocol.__init__ = limited  # type: ignore[method-assign]
