"""Vis-à-vis: vision models face to face on your own pictures."""

__version__ = "0.1.0"
