"""Whose process listens at a port of this machine?

Where the cluster is away, anybody on the machine could listen in its place, would be told its secret by whoever joins,
and could answer with objects that run. The kernel knows whose the listener is.
"""

from __future__ import annotations

import os
from collections.abc import Collection, Iterator
from pathlib import Path

TABLES = (Path("/proc/net/tcp"), Path("/proc/net/tcp6"))  # Linux; elsewhere nothing is known
LISTENS = "0A"
ROOT = 0


def is_a_stranger_s(port: int, trusted: Collection[int], tables: Collection[Path] = TABLES) -> bool:
    """Whether somebody else than this process's user, root and the users `trusted` listens at the port."""
    ours = {os.geteuid(), ROOT, *trusted} if hasattr(os, "geteuid") else set(trusted)
    return any(user not in ours for user in _listeners(port, tables))


def _listeners(port: int, tables: Collection[Path]) -> Iterator[int]:
    """Users whose sockets listen at the port on any address."""
    for table in tables:
        try:
            lines = table.read_text(encoding="ascii").splitlines()[1:]
        except OSError:
            continue
        for line in lines:
            fields = line.split()  # number, local address:port in hexadecimal, remote one, state, ..., user at place 7
            if fields[3] == LISTENS and int(fields[1].rpartition(":")[2], 16) == port:
                yield int(fields[7])
