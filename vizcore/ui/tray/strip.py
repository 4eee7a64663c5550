"""Which pictures does a page work on? A row of thumbnails: the visitor's own, then samples that suit the page.

The page opens on its own samples without a click; a picture that comes in becomes its subject at once. Chosen samples
stand in the address (`?PAGE.photos=cat`), a visitor's own pictures never do.
"""

from __future__ import annotations

import base64
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import streamlit as st

from vizcore.i18n import _
from vizcore.photo import Photo
from vizcore.samples import SAMPLES, load_sample
from vizcore.ui import url_state
from vizcore.ui.markdown_escape import escaped
from vizcore.ui.names_apart import told_apart
from vizcore.ui.session import visit
from vizcore.ui.told import told
from vizcore.ui.tray.intake import show_intake
from vizcore.ui.tray.state import TILE_SIDE, photos, sample_tile, square_jpeg

PREFIX = "strip."


@dataclass
class Picked:
    """What one page works on. order: ids in the order of picking. seen: tray ids that were offered before.

    chosen: whether the visitor picked, or the page still shows what it opened on. most: pictures that the widest of the
    sections seen takes; one that takes fewer looks at the last picked, and the others wait for the wide one.
    """

    order: list[str] = field(default_factory=list)
    seen: set[str] = field(default_factory=set)
    chosen: bool = False
    most: int = 1


def choose_photos(page: str, *, most: int, samples: Sequence[str], start: Sequence[str], least: int = 1) -> list[Photo]:
    """The picked pictures in the row's order: own ones from the tray, and samples by their key.

    start: the samples that the page opens on while nothing else was picked, and with which fewer than `least` pictures
    are filled up. Picking one more than `most` lets go of
    the one picked first; the last one cannot be let go of.
    """
    first = [key for key in start if key in SAMPLES][:most]
    picked = _state(page)
    picked.most = max(picked.most, most)
    own = {_identity(photo): photo for photo in photos()}
    picked.order = [each for each in picked.order if each in own or each not in picked.seen]  # what left the tray
    named = [key for key in url_state.fresh_values(f"{page}.photos") or [] if key in SAMPLES and key not in own]
    offered = list(dict.fromkeys([*own, *(key for key in (*samples, *named, *picked.order) if key in SAMPLES)]))
    _settle(picked, own, offered, first)
    if named and named != [each for each in picked.order if each not in own]:
        picked.order, picked.chosen = named[:most], True
    picked.order += [each for each in first if each not in picked.order][: max(0, least - len(picked.order))]
    shown = picked.order[-most:]
    _write_address(page, shown, own, first)
    with st.container(horizontal=True, gap="xsmall", vertical_alignment="center", width="content", key=f"strip-{page}"):
        if offered:
            _show_tiles(page, {each: own.get(each) for each in offered}, picked, most)
        with st.popover(_("Add pictures"), icon=":material/add_photo_alternate:", key=f"icon-only-add-{page}"):
            show_intake(f"{page}.more")
    return [own.get(each) or load_sample(each) for each in offered if each in shown]


def leave_unpicked(page: str, photo: Photo) -> None:
    """A picture that the page itself has put into the tray is not picked there on its arrival."""
    _state(page).seen.add(_identity(photo))


def _state(page: str) -> Picked:
    held: Picked = st.session_state.setdefault(f"{PREFIX}{page}", Picked())
    return held


def _identity(photo: Photo) -> str:
    """A sample is known by its key, wherever it came from; a visitor's own picture by its hash."""
    return photo.name if photo.name in SAMPLES and photo.sha256 not in visit().own_photos else photo.sha256


def _settle(picked: Picked, own: Mapping[str, Photo], offered: Sequence[str], first: Sequence[str]) -> None:
    """After pictures came and went: new ones are picked, gone ones let go, and an empty choice is the opening one."""
    arrived = [each for each in own if each not in picked.seen]
    kept = [each for each in picked.order if each in offered and each not in arrived]
    if arrived and not picked.chosen:
        kept = []
    picked.order = [*kept, *arrived][-picked.most :]
    picked.chosen = picked.chosen or bool(arrived)
    picked.seen = set(own)
    if not picked.order or not picked.chosen:  # sections of one page may open on other samples
        picked.order, picked.chosen = list(first or offered[:1]), False


def _write_address(page: str, shown: Sequence[str], own: Mapping[str, Photo], first: Sequence[str]) -> None:
    samples = [each for each in shown if each not in own]
    url_state.remember(f"{page}.photos", samples or list(first), default=list(first))


def _show_tiles(page: str, offered: Mapping[str, Photo | None], picked: Picked, most: int) -> None:
    """One row of toggles that look like the pictures; their words stay for screen readers and tests."""
    widget = f"{page}.strip"
    st.session_state[widget] = picked.order[-1] if most == 1 else picked.order[-most:]

    def keep(value: Any) -> None:
        now = [value] if most == 1 else list(value)
        kept = [each for each in picked.order if each in now]
        picked.order = [*kept, *(each for each in now if each not in kept)][-most:] or picked.order[-1:]
        picked.chosen = True

    mode: dict[str, Any] = {"selection_mode": "single", "required": True} if most == 1 else {"selection_mode": "multi"}
    words = told_apart([_tile_words(*each) for each in offered.items()])
    st.pills(
        _("Pictures"),
        list(offered),
        format_func=dict(zip(offered, words, strict=True)).__getitem__,
        key=widget,
        on_change=told(widget, keep),
        label_visibility="collapsed",
        wrap=True,
        **mode,
    )
    st.html(f"<style>{_tile_css(page, offered)}</style>")


def _tile_words(identity: str, photo: Photo | None) -> str:
    title = SAMPLES[identity].title if identity in SAMPLES else ""
    return escaped(_(title)) if title else escaped(photo.name if photo else identity, longest=40)


def _tile_css(page: str, offered: Mapping[str, Photo | None]) -> str:
    """A background picture for each toggle, by its place."""
    rules = []
    for place, (identity, photo) in enumerate(offered.items(), start=1):
        jpeg = sample_tile(identity) if identity in SAMPLES else square_jpeg(photo or load_sample(identity), TILE_SIDE)
        url = "data:image/jpeg;base64," + base64.b64encode(jpeg).decode()
        rules.append(
            f".st-key-strip-{page} button[data-variant=pills]:nth-of-type({place}){{background-image:url({url})}}"
        )
    return "\n".join(rules)
