"""A photo under its boxes, drawn in the browser: a moved threshold sends boxes, and the photo stays where it is."""

from vizcore.ui.box_picture.widget import box_picture

__all__ = ["box_picture"]
