"""Where do a model's weights come from, are they the right ones, and how do they get into the model?

folder = require(card, settings)        the folder with all files of the card, verified; WeightsMissing without
folder = fetch(card, settings, progress, cancelled)    the same, after a download where needed
load_into(module, load_state(folder / card.files[0].name), card)
"""

from vizcore.zoo.weights.download import begin_fetch, fetch
from vizcore.zoo.weights.folders import cache_folder, download_folder
from vizcore.zoo.weights.locate import Availability, availability, locate, require
from vizcore.zoo.weights.single_flight import DownloadHandle
from vizcore.zoo.weights.state import load_into, load_state
from vizcore.zoo.weights.verify import digest, is_pinned, verify_file

__all__ = [
    "Availability",
    "DownloadHandle",
    "availability",
    "begin_fetch",
    "cache_folder",
    "digest",
    "download_folder",
    "fetch",
    "is_pinned",
    "load_into",
    "load_state",
    "locate",
    "require",
    "verify_file",
]
