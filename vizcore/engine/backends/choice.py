"""Which backend does the setting name?"""

from __future__ import annotations

from collections.abc import Callable

from vizcore.engine.backends.base import Backend
from vizcore.engine.backends.local import LocalBackend
from vizcore.engine.pool import Loader
from vizcore.settings import Settings
from vizcore.zoo.cards import ModelCard


def make_backend(settings: Settings, loader: Loader, find_card: Callable[[str], ModelCard]) -> Backend:
    """The backend of these settings; nothing is loaded, connected or started yet."""
    local = LocalBackend(settings, loader, find_card)
    if settings.backend == "local":
        return local
    from vizcore.engine.backends.ray_transport import RayTransport
    from vizcore.engine.backends.remote import RemoteBackend

    return RemoteBackend(RayTransport(settings), settings, find_card, local)
