"""Section: leave with masks, cut-outs, COCO, YOLO and prompts, and come back with them."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from vizcore.figures.masks import cut_out, on_checks
from vizcore.i18n import _
from vizcore.i18n.numbers import number
from vizcore.photo import Photo
from vizcore.pictures import encode_jpeg, shrunk
from vizcore.results import SCHEMA, to_plain
from vizcore.ui import downloads, url_state
from vizcore.ui.panels.segmentation import import_field
from vizcore.ui.panels.segmentation.cleanup import choose_steps, cleaned
from vizcore.ui.panels.segmentation.inference import Answered, ask, looked_at
from vizcore.ui.panels.segmentation.labels import coloured_name, plain_name
from vizcore.ui.panels.segmentation.page_state import PageState, state_for
from vizcore.ui.panels.segmentation.prompts import PromptedObject
from vizcore.zoo.cards import ModelCard

PREVIEW_SIDE = 200
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
        key = url_state.choose_one(_("Whose masks"), titles, key="segmentation.whose", default=key)
    ready = looked_at(state, photo, [card for card in cards if card.key == key])
    if not ready:
        return
    answered = ask(state, ready[0], state.embeddings[key], asked)
    masks = _masks(state, ready[0], answered)
    _show_each(photo, ready[0], answered, masks)
    _show_files(photo, ready[0], answered, masks, state.steps.now.objects)


def _masks(state: PageState, card: ModelCard, answered: Sequence[Answered]) -> Callable[[int], NDArray[np.bool_]]:
    """The mask of each object, decoded when it is needed; cleaned up if the visitor wants it."""
    if not st.toggle(_("Clean the masks up first"), **url_state.bound("segmentation.clean")):
        return lambda place: answered[place].mask
    steps = choose_steps()

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
    objects: Sequence[PromptedObject],
) -> None:
    stem = f"{card.key}-{photo.sha256[:8]}"
    st.markdown(_("**All objects: {n}**").format(n=number(len(answered), 0)))
    with downloads.export():
        for form, words in (("rle", _("COCO, run lengths")), ("polygons", _("COCO, polygons"))):
            downloads.download_made(
                lambda form=form: coco_bytes(photo, answered, mask, form),  # type: ignore[misc]
                name=f"coco-{form}-{stem}.json",
                mime="application/json",
                key=f"segmentation.export.{form}",
                label=words,
            )
        downloads.download_made(
            lambda: yolo_bytes(photo, answered, mask),
            name=f"yolo-{stem}.txt",
            mime="text/plain",
            key="segmentation.export.yolo",
            label=_("YOLO labels"),
        )
        downloads.download_made(
            lambda: prompts_bytes(photo, card, objects),
            name=f"prompts-{stem}.json",
            mime="application/json",
            key="segmentation.export.prompts",
            label=_("Prompts (JSON)"),
        )
        downloads.download_made(
            lambda: record_bytes(answered, mask),
            name=f"record-{stem}.json",
            mime="application/json",
            key="segmentation.export.record",
            label=_("Record with provenance (JSON)"),
        )
    st.caption(
        _("Run lengths are exact; polygons lose holes. YOLO's class numbers follow the names in alphabetical order.")
    )


def _show_each(
    photo: Photo, card: ModelCard, answered: Sequence[Answered], mask: Callable[[int], NDArray[np.bool_]]
) -> None:
    for place, each in enumerate(answered[:PREVIEWS]):
        stem = f"{each.asked.number}-{photo.sha256[:8]}"
        key = f"segmentation.export.{each.asked.number}"
        with st.container(horizontal=True, vertical_alignment="center", border=True):
            rgba = cut_out(photo.rgb, mask(place))
            st.image(
                encode_jpeg(shrunk(on_checks(rgba), PREVIEW_SIDE)),
                alt=_("{name}, cut out").format(name=plain_name(each.asked)),
                width=min(PREVIEW_SIDE, max(24, rgba.shape[1])),
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


def coco_bytes(
    photo: Photo, answered: Sequence[Answered], mask: Callable[[int], NDArray[np.bool_]], form: str
) -> bytes:
    """A COCO file of the objects with their names, quality and prompts. form: "rle" or "polygons"."""
    from vizcore.segmentation.exchange import write_coco

    objects = _objects(answered, mask)
    text = write_coco(objects, (photo.width, photo.height), file_name=f"{photo.sha256[:8]}.png", form=form)  # type: ignore[arg-type]
    return text.encode()


def yolo_bytes(photo: Photo, answered: Sequence[Answered], mask: Callable[[int], NDArray[np.bool_]]) -> bytes:
    """One line for each object that has a mask."""
    from vizcore.segmentation.exchange import write_yolo

    return write_yolo(_objects(answered, mask), (photo.width, photo.height))[0].encode()


def prompts_bytes(photo: Photo, card: ModelCard, objects: Sequence[PromptedObject]) -> bytes:
    """What was asked, without any mask."""
    from vizcore.segmentation.exchange import ObjectPrompts, PromptFile, write_prompts

    asked = tuple(ObjectPrompts(each.name, _hints(each), each.chosen) for each in objects if each.points or each.box)
    return write_prompts(PromptFile(asked, (photo.width, photo.height), photo.sha256, card.key)).encode()


def record_bytes(answered: Sequence[Answered], mask: Callable[[int], NDArray[np.bool_]]) -> bytes:
    """Every mask with its numbers, its prompts and who made it: model, weights, settings, versions, timings."""
    from vizcore.segmentation.exchange.prompt_file import prompts_json

    masks = [
        {
            "name": each.name,
            "segmentation": each.rle.to_coco(),
            "predicted_iou": each.predicted_iou,
            "stability": each.stability,
            "area": each.rle.area,
            "box_xyxy": each.rle.box_xyxy(),
            "prompts": None if each.prompts is None else prompts_json(each.prompts),
            "provenance": of.found.provenance,
        }
        for each, of in zip(_objects(answered, mask), answered, strict=True)
    ]
    content = to_plain({"schema": SCHEMA, "kind": "SegmentedObjects", "masks": masks})
    return json.dumps(content, ensure_ascii=False, allow_nan=False, indent=1).encode()


def mask_pixels(mask: NDArray[np.bool_]) -> NDArray[np.uint8]:
    """255 inside and 0 outside."""
    return np.where(mask, np.uint8(255), np.uint8(0))


def object_caption(photo: Photo, each: Answered, card: ModelCard) -> str:
    """Photo, object, segmenter, its settings, and what was pointed at."""
    title = "" if each.asked.from_file else card.title
    places = [f"{'+' if point.positive else '-'}({point.x:.0f}, {point.y:.0f})" for point in each.asked.points]
    box = [f"box {', '.join(f'{edge:.0f}' for edge in each.asked.box)}"] if each.asked.box else []
    return downloads.caption(each.found, photo.name, plain_name(each.asked), title, " ".join([*places, *box]))


def _objects(answered: Sequence[Answered], mask: Callable[[int], NDArray[np.bool_]]):  # type: ignore[no-untyped-def]
    from vizcore.segmentation.exchange import SegmentedObject
    from vizcore.segmentation.rle import encode

    return [
        SegmentedObject(
            each.asked.name,
            encode(np.asarray(mask(place))),
            float(each.found.predicted_iou[each.rank]),
            float(each.found.stability[each.rank]),
            None if each.asked.from_file else _hints(each.asked),
        )
        for place, each in enumerate(answered)
    ]


def _hints(asked: PromptedObject):  # type: ignore[no-untyped-def]
    from vizcore.segmentation import Prompts

    places = tuple((point.x, point.y) for point in asked.points)
    return Prompts(places, tuple(int(point.positive) for point in asked.points), asked.box)
