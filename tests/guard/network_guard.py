"""Who may a test talk to? This machine only: loopback addresses and Unix sockets; everything else is refused and noted.

`install` patches the socket module of the running process. `tests/conftest.py` calls it before any test is collected;
`sitecustomize.py` beside this file does so in Python processes that a test starts (the app under Chromium, for one).
"""

from __future__ import annotations

import ipaddress
import socket
from collections.abc import Callable
from typing import Any

refused: list[str] = []


class NetworkRefused(RuntimeError):
    """A test tried to reach another machine. Not an OSError, so that no retry loop takes it for bad weather."""


def install() -> None:
    """Guards connect, connect_ex, sendto and name look-ups; calling it twice changes nothing."""
    if getattr(socket.socket.connect, "guarded", False):
        return
    _guard(socket.socket, "connect", lambda args: (args[0].family, args[1]))
    _guard(socket.socket, "connect_ex", lambda args: (args[0].family, args[1]))
    _guard(socket.socket, "sendto", lambda args: (args[0].family, args[-1]))
    _guard(socket, "getaddrinfo", lambda args: (socket.AF_INET, (args[0], args[1])))
    _guard(socket, "gethostbyname", lambda args: (socket.AF_INET, (args[0], 0)))


def is_this_machine(family: int, address: Any) -> bool:
    """True for Unix sockets, loopback addresses, the wildcard (for servers), and this machine's usual name."""
    if family not in (socket.AF_INET, socket.AF_INET6):
        return True
    host = address[0].decode() if isinstance(address[0], bytes) else address[0]
    if host in (None, "", "localhost"):
        return True
    try:
        ip = ipaddress.ip_address(host.partition("%")[0])
    except ValueError:
        return False
    return ip.is_loopback or ip.is_unspecified


def _guard(owner: Any, name: str, destination: Callable[[tuple[Any, ...]], tuple[int, Any]]) -> None:
    original = getattr(owner, name)

    def guarded(*args: Any, **named: Any) -> Any:
        family, address = destination(args)
        if not is_this_machine(family, address):
            refused.append(f"{name} {address}")
            raise NetworkRefused(f"{name} {address}: tests reach nothing outside this machine")
        return original(*args, **named)

    guarded.guarded = True  # type: ignore[attr-defined]
    setattr(owner, name, guarded)
