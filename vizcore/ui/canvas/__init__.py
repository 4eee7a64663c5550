"""A picture that can be clicked, dragged on and walked over with the keyboard."""

from vizcore.prompting.objects import Point
from vizcore.ui.canvas.events import CanvasEvent, MarkHistory, Marks, applied, cleared
from vizcore.ui.canvas.grids import Onto, PatchRows, attention_rows, match_rows
from vizcore.ui.canvas.message import Layer
from vizcore.ui.canvas.widget import click_canvas

__all__ = [
    "CanvasEvent",
    "Layer",
    "MarkHistory",
    "Marks",
    "Onto",
    "PatchRows",
    "Point",
    "applied",
    "attention_rows",
    "cleared",
    "click_canvas",
    "match_rows",
]
