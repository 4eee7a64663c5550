"""The lectures that go on in this process; phones reach them by a route, the speaker through the app."""

from __future__ import annotations

from vizcore.presenting.rooms import Rooms

ROOMS = Rooms()
