"""Is a model's every file on this machine, and where?"""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Literal

from vizcore import settings as configuration
from vizcore.errors import BundledDamaged, LibraryMissing, VizError, WeightsDamaged, WeightsMissing, WeightsUnsafe
from vizcore.settings import Settings
from vizcore.zoo.cards import ModelCard
from vizcore.zoo.weights.folders import advised_folder, candidate_folders, inside, is_installed
from vizcore.zoo.weights.verify import known_to_differ, verify_file

Availability = Literal["bundled", "here", "download", "blocked"]


def locate(card: ModelCard, settings: Settings) -> Path | None:
    """The first folder that holds all files of the card, each verified; None if there is none.

    A damaged copy is passed over for a good one further on. If there is no good one, the first fault found is raised
    (WeightsDamaged or WeightsUnsafe, naming the file), so that nobody wonders why a file that lies there is "missing".
    """
    fault: VizError | None = None
    for folder in candidate_folders(card, settings):
        if not _holds_all(folder, card):
            continue
        try:
            for file in card.files:
                verify_file(inside(folder, file.name), file, card.key)
        except (WeightsDamaged, WeightsUnsafe) as problem:
            fault = fault or problem
        else:
            return folder
    if fault:
        raise fault
    return None


def require(card: ModelCard, settings: Settings) -> Path:
    """As `locate`; WeightsMissing tells which file to put where, LibraryMissing which package to install,
    BundledDamaged that ours is not what it was."""
    try:
        folder = locate(card, settings)
    except WeightsDamaged as problem:
        if card.bundled:
            raise _broken_installation(card) from problem
        raise
    if folder is None and card.bundled:
        raise _broken_installation(card)
    if folder is None and (package := str(card.facts.get("package", ""))) and not is_installed(package):
        raise LibraryMissing(library=package, model=card.key)
    if folder is None:
        names = ", ".join(file.name for file in card.files)
        raise WeightsMissing(model=card.key, file=names, folder=str(advised_folder(card, settings)))
    return folder


def _broken_installation(card: ModelCard) -> BundledDamaged:
    """What ships with the program cannot be fetched: only installing it again helps."""
    return BundledDamaged(model=card.key, file=", ".join(file.name for file in card.files))


def availability(card: ModelCard, settings: Settings | None = None) -> Availability:
    """ "bundled", "here", "download" (one request away) or "blocked" (offline, or no address to fetch it from).

    Meant for lists: looks at names, sizes and what is already known, and never reads a whole file.
    """
    settings = settings or configuration.current()
    if (program := card.facts.get("program")) and not shutil.which(str(program)):
        return "blocked"
    for folder in candidate_folders(card, settings):
        if _holds_all(folder, card) and not _known_bad(folder, card):
            return "bundled" if card.bundled else "here"
    can_be_fetched = all(file.url for file in card.files) and not settings.offline
    return "download" if can_be_fetched else "blocked"


def _holds_all(folder: Path, card: ModelCard) -> bool:
    try:
        return all(inside(folder, file.name).is_file() for file in card.files)
    except OSError:  # a folder that this user may not enter
        return False


def _known_bad(folder: Path, card: ModelCard) -> bool:
    try:
        return any(known_to_differ(inside(folder, file.name), file) for file in card.files)
    except OSError:
        return True
