"""What does a click, a drag, a drawn outline or a key on this page's pictures lead to?"""

from __future__ import annotations

from dataclasses import replace

from vizcore.prompting.editing import with_box, with_point
from vizcore.prompting.objects import Point, PromptedObjects, PromptHistory
from vizcore.ui.canvas.events import CanvasEvent
from vizcore.ui.canvas.outlines import outline_of
from vizcore.ui.panels.segmentation.truth import Reference, ReferenceHistory


def after_event(steps: PromptHistory, event: CanvasEvent) -> PromptHistory:
    """What a click, a drag or a key on the picture makes of the prompts."""
    if event.kind in ("undo", "redo"):
        return steps.moved("undo" if event.kind == "undo" else "redo")
    if event.kind == "clear":
        return steps.after(PromptedObjects())
    if event.kind == "point":
        return with_point(steps, Point(event.x, event.y, event.positive))
    if event.kind == "box" and event.box_xyxy:
        return with_box(steps, event.box_xyxy)
    return steps


def after_drawing(steps: ReferenceHistory, event: CanvasEvent) -> ReferenceHistory:
    """What an outline, undo, redo or clear makes of the reference."""
    if event.kind in ("undo", "redo"):
        moved = steps.undone() if event.kind == "undo" else steps.redone()
        return moved if moved is not steps else replace(steps, rev=steps.rev + 1)
    if event.kind == "clear" and steps.now.given:
        return steps.to(Reference())
    if (outline := outline_of(event)) is not None:
        return steps.to(replace(steps.now, outlines=(*steps.now.outlines, outline)))
    return replace(steps, rev=steps.rev + 1)
