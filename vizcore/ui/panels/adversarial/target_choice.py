"""What shall the model be made to see? A class by words, or anything but what it sees now."""

from __future__ import annotations
