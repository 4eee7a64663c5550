"""Section: leave with masks, cut-outs, COCO, YOLO and prompts, and come back with them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from vizcore.figures.masks import cut_out, on_checks
from vizcore.i18n import _, ngettext
from vizcore.i18n.numbers import number
from vizcore.photo import Photo
from vizcore.pictures import encode_jpeg, shrunk
from vizcore.prompting.answers import Answered
from vizcore.prompting.objects import PromptedObject
from vizcore.prompting.to_file import coco_bytes, prompts_bytes, record_bytes, yolo_bytes
from vizcore.ui import choices, downloads, url_state
from vizcore.ui.markdown_escape import escaped
from vizcore.ui.panels.segmentation import import_field
from vizcore.ui.panels.segmentation.cleanup import choose_steps, cleaned
from vizcore.ui.panels.segmentation.inference import ask, looked_at
from vizcore.ui.panels.segmentation.labels import coloured_name, plain_name, shown_name
from vizcore.ui.panels.segmentation.page_state import PageState, state_for
from vizcore.zoo.cards import ModelCard

if TYPE_CHECKING:
    from vizcore.segmentation.cleanup import CleanStep

PREVIEW_SIDE, LEAST_SIDE = 200, 24
PREVIEWS = 12


def show(photo: Photo, cards: Sequence[ModelCard]) -> None:
    """Files of all objects and of each one; a field that takes them back."""
    state = state_for(photo)
    place = st.container()
    import_field.show(state, photo)
    with place:
        _show_taking(state, photo, cards)


def _show_taking(state: PageState, photo: Photo, cards: Sequence[ModelCard]) -> None:
    asked = state.steps.now.asked
    if not asked:
        st.info(_("Nothing to take along yet: point at something in *Click*."), icon=":material/ads_click:")
        return
    titles = {card.key: card.title for card in cards}
    key = next(iter(titles))
    if len(titles) > 1:
        key = choices.choose_one(_("Whose masks"), titles, key="segmentation.whose", default=key)
    ready = looked_at(state, photo, [card for card in cards if card.key == key])
    if not ready:
        return
    answered = ask(state, ready[0], state.embeddings[key], asked)
    steps = choose_steps() if st.toggle(_("Clean the masks up first"), **url_state.bound("segmentation.clean")) else ()
    masks = _masks(state, ready[0], answered, steps)
    _show_each(photo, ready[0], answered, masks)
    _show_files(photo, ready[0], answered, masks, objects=state.steps.now.objects, steps=steps)


def _masks(
    state: PageState, card: ModelCard, answered: Sequence[Answered], steps: Sequence[CleanStep]
) -> Callable[[int], NDArray[np.bool_]]:
    """The mask of each object after these steps, worked out when it is needed."""

    def mask(place: int) -> NDArray[np.bool_]:
        stages = cleaned(state, card, answered[place], steps)
        return stages[-1].mask if stages else answered[place].mask

    return mask


# Taking along


def _show_files(
    photo: Photo,
    card: ModelCard,
    answered: Sequence[Answered],
    mask: Callable[[int], NDArray[np.bool_]],
    *,
    objects: Sequence[PromptedObject],
    steps: Sequence[CleanStep],
) -> None:
    stem = f"{card.key}-{photo.sha256[:8]}"
    files = {
        "rle": (lambda: coco_bytes(photo, answered, mask, "rle"), f"coco-rle-{stem}.json", _("COCO, run lengths")),
        "polygons": (
            lambda: coco_bytes(photo, answered, mask, "polygons"),
            f"coco-polygons-{stem}.json",
            _("COCO, polygons"),
        ),
        "yolo": (lambda: yolo_bytes(photo, answered, mask), f"yolo-{stem}.txt", _("YOLO labels")),
        "prompts": (lambda: prompts_bytes(photo, card, objects), f"prompts-{stem}.json", _("Prompts (JSON)")),
        "record": (
            lambda: record_bytes(answered, mask, steps),
            f"record-{stem}.json",
            _("Record with provenance (JSON)"),
        ),
    }
    st.markdown(_("**All objects: {n}**").format(n=number(len(answered), 0)))
    with downloads.export():
        for key, (make, name, words) in files.items():
            mime = "text/plain" if name.endswith(".txt") else "application/json"
            downloads.download_made(make, name=name, mime=mime, key=f"segmentation.export.{key}", label=words)
    st.caption(_("Run lengths are exact; polygons lose holes."))
    st.caption(_("YOLO's class numbers: {classes}.").format(classes=_numbered_classes(answered)))
    if without := sum(each.from_file for each in objects):
        words = ngettext(
            "{n} object is a mask without prompts: the file of prompts leaves it out.",
            "{n} objects are masks without prompts: the file of prompts leaves them out.",
            without,
        )
        st.caption(words.format(n=number(without, 0)))


def _numbered_classes(answered: Sequence[Answered]) -> str:
    """ "0 cat, 1 dog": as the YOLO file numbers them."""
    from vizcore.segmentation.exchange import yolo_classes

    return ", ".join(
        f"{place} {escaped(name)}" for place, name in enumerate(yolo_classes(each.asked.name for each in answered))
    )


def _show_each(
    photo: Photo, card: ModelCard, answered: Sequence[Answered], mask: Callable[[int], NDArray[np.bool_]]
) -> None:
    from vizcore.segmentation.exchange import mask_pixels

    for place, each in enumerate(answered[:PREVIEWS]):
        stem = f"{each.asked.number}-{photo.sha256[:8]}"
        key = f"segmentation.export.{each.asked.number}"
        with st.container(horizontal=True, vertical_alignment="center", border=True):
            preview = shrunk(on_checks(cut_out(photo.rgb, mask(place))), PREVIEW_SIDE)
            st.image(
                encode_jpeg(preview),
                alt=_("{name}, cut out").format(name=shown_name(each.asked)),
                width=shown_width(preview),
            )
            st.markdown(coloured_name(each.asked))
            about = object_caption(photo, each, card)
            downloads.download_png(
                lambda place=place: mask_pixels(mask(place)),  # type: ignore[misc]
                name=f"mask-{stem}",
                key=f"{key}.mask",
                label=_("Mask (PNG)"),
                about=about,
            )
            downloads.download_png(
                lambda place=place: cut_out(photo.rgb, mask(place)),  # type: ignore[misc]
                name=f"cut-out-{stem}",
                key=f"{key}.cut",
                label=_("Cut-out (PNG)"),
                about=about,
            )
    if len(answered) > PREVIEWS:
        st.caption(_("The first {n} objects; the files above hold all of them.").format(n=PREVIEWS))


def shown_width(preview: NDArray[np.uint8]) -> int:
    """Pixels of the page: its own, so that an upright thing stays upright and small; a speck is enlarged to be seen."""
    width, longest = preview.shape[1], max(preview.shape[:2])
    return int(width if longest >= LEAST_SIDE else max(1, width * LEAST_SIDE // longest))


def object_caption(photo: Photo, each: Answered, card: ModelCard) -> str:
    """Photo, object, segmenter, its settings, and what was pointed at."""
    title = "" if each.asked.from_file else card.title
    places = [f"{'+' if point.positive else '-'}({point.x:.0f}, {point.y:.0f})" for point in each.asked.points]
    box = [f"box {', '.join(f'{edge:.0f}' for edge in each.asked.box)}"] if each.asked.box else []
    return downloads.caption(each.found, photo.name, plain_name(each.asked), title, " ".join([*places, *box]))
