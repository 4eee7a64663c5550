"""Who may vote? A phone with a mark that the room itself made, of which one network gets no more than a class needs.

A mark is random and signed with a key that never leaves the room, so that nobody makes one up. A phone that throws its
mark away gets another: what bounds that is how many go to one address. All phones of a hall may share one, so the bound
is a hall's, and a vote without names stays a show of hands, not an election.
"""

from __future__ import annotations

import hashlib
import hmac
import ipaddress
import secrets
from collections import OrderedDict
from collections.abc import Callable

AT_FIRST = 250  # phones of one address that may join at the same moment: a full hall
A_SECOND = 1.0  # and then
MOST_NETWORKS = 5_000  # that a room remembers; the one that was heard longest ago goes first


class Marks:
    """The marks of one room. Guarded by the lock of its Rooms."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._key = secrets.token_bytes(32)
        self._left: OrderedDict[str, tuple[float, float]] = OrderedDict()  # network -> marks left, and when that was

    def give(self, address: str) -> str | None:
        """A new one, or None where this address has to wait."""
        now, network = self._clock(), network_of(address)
        left, since = self._left.pop(network, (float(AT_FIRST), now))
        left = min(AT_FIRST, left + A_SECOND * (now - since))
        given = left >= 1
        self._left[network] = (left - given, now)
        if len(self._left) > MOST_NETWORKS:
            self._left.popitem(last=False)
        if not given:
            return None
        name = secrets.token_urlsafe(12)
        return f"{name}.{self._signature(name)}"

    def are_mine(self, mark: str) -> bool:
        """Whether this room made it."""
        name, _dot, signature = mark.partition(".")
        return hmac.compare_digest(signature.encode(), self._signature(name).encode())

    def _signature(self, name: str) -> str:
        return hmac.new(self._key, name.encode(), hashlib.sha256).hexdigest()


def network_of(address: str) -> str:
    """The address; of IPv6 its first 64 bits, since one machine may take any of the rest."""
    try:
        known = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return address
    return address if known.version == 4 else str(ipaddress.ip_network((known, 64), strict=False))
