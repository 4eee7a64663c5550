"""What does an error or a note say to a person? One clear sentence: what is wrong, the limit, what to do.

A code may have a sentence of its own for one of its reasons, and one that names the entry at fault:
"download_failed:cut" before "download_failed", "...:format:entry" before "...:format".
One file for each area, as in `vizcore.errors`.
"""

from __future__ import annotations

import re

from vizcore.errors import VizError
from vizcore.i18n import _
from vizcore.i18n.sentences.access import ACCESS
from vizcore.i18n.sentences.by_hand import BY_HAND
from vizcore.i18n.sentences.cluster import CLUSTER
from vizcore.i18n.sentences.detection import DETECTION
from vizcore.i18n.sentences.engine import ENGINE
from vizcore.i18n.sentences.generation import GENERATION
from vizcore.i18n.sentences.learning import LEARNING
from vizcore.i18n.sentences.lectures import LECTURES
from vizcore.i18n.sentences.models import MODELS
from vizcore.i18n.sentences.notes import NOTES as NOTES
from vizcore.i18n.sentences.pictures import PICTURES
from vizcore.i18n.sentences.runtimes import RUNTIMES
from vizcore.i18n.sentences.scores import SCORES
from vizcore.i18n.sentences.segmentation import SEGMENTATION
from vizcore.i18n.sentences.tracking import TRACKING
from vizcore.i18n.sentences.values import Shown
from vizcore.photo import Note

SENTENCES = {
    **ACCESS,
    **BY_HAND,
    **CLUSTER,
    **DETECTION,
    **ENGINE,
    **GENERATION,
    **LEARNING,
    **LECTURES,
    **MODELS,
    **PICTURES,
    **RUNTIMES,
    **SCORES,
    **SEGMENTATION,
    **TRACKING,
}

# Values of errors that hold paths or addresses of the inner network, and what a browser is shown instead; "" for the
# last part of the path.
PATHS = {"folder": "VIZCORE_WEIGHTS", "file": "", "log": "", "address": "VIZCORE_CLUSTER"}


def sentence_for(error: VizError) -> str:
    """The error's sentence in the language in force, its numbers written the way that language writes them."""
    key = f"{error.code}:{error.values.get('reason')}"
    reason = (error.values.get("entry") and SENTENCES.get(f"{key}:entry")) or SENTENCES.get(key)
    return _(reason or SENTENCES.get(error.code, SENTENCES["unknown"])).format_map(Shown(error.values))


def sentence_for_page(error: VizError) -> str:
    """The same for a browser, which never learns where this server keeps its files or finds its cluster: folders and
    addresses stand as the settings that name them, files as their names."""
    values = dict(error.values)
    for name in PATHS.keys() & values.keys():
        values[name] = PATHS[name] or re.split(r"[/\\]", str(values[name]))[-1]
    return sentence_for(type(error)(**values))


def sentence_for_note(note: Note) -> str:
    """What was done to a picture or a request, in a few words; the bare code where no words exist."""
    return _(NOTES[note.code]).format_map(Shown(note.values)) if note.code in NOTES else note.code
