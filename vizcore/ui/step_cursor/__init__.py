"""A cursor that walks over every number of a network, forward and backward, drawn in the browser alone."""

from vizcore.ui.step_cursor.widget import step_cursor

__all__ = ["step_cursor"]
