"""Which process answered? A proxy with several of them must send one visitor to one of them."""

from __future__ import annotations

import secrets

INSTANCE = secrets.token_hex(4)
"""Random name of this process; says nothing about the machine."""

HEADER = "x-vizcore-instance"
