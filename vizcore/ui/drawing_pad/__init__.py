"""A sheet of 32 x 32 dots to draw a digit or a small picture on."""

from vizcore.ui.drawing_pad.widget import drawing_pad

__all__ = ["drawing_pad"]
