"""What are the prepared pairs called, and what does each of them show?"""

from __future__ import annotations

from vizcore.i18n import N_

# key of vizcore.metrics.masks.presets -> (name, what the amount means or "" for none, what to look at)
PRESET_TEXTS: dict[str, tuple[str, str, str]] = {
    "shift": (
        N_("Shift"),
        N_("Shift in pixels"),
        N_("The size is right, the place is wrong: precision and recall fall together."),
    ),
    "dilate": (
        N_("Too fat"),
        N_("Added rim in pixels"),
        N_("Everything is found, so recall stays 1 and says nothing about the rim; precision pays for it."),
    ),
    "erode": (
        N_("Too thin"),
        N_("Lost rim in pixels"),
        N_("Nothing is claimed in vain, so precision stays 1; recall pays for the lost rim."),
    ),
    "hole": (
        N_("A hole"),
        N_("Radius of the hole in pixels"),
        N_("A hole inside costs the overlap little; the distances see a new surface far from any true one."),
    ),
    "split": (
        N_("Cut in two"),
        N_("Width of the cut in pixels"),
        N_("One object became two. No pixel count can tell: IoU and Dice hardly move; only counting objects would."),
    ),
    "speck": (
        N_("A stray speck"),
        N_("Distance of the speck in pixels"),
        N_("Four wrong pixels far away: Hausdorff reports only them, its 95% version and IoU ignore them."),
    ),
    "tiny": (
        N_("A tiny object"),
        N_("Shift in pixels"),
        N_("Ten pixels across: a shift nobody would notice on a large object ruins every share here."),
    ),
    "thin": (
        N_("A thin line"),
        N_("Shift in pixels"),
        N_("Two pixels thick: shifted by its own thickness, IoU is 0 while the surfaces still nearly touch."),
    ),
    "apart": (
        N_("Apart"),
        N_("Half the gap in pixels"),
        N_("No overlap: IoU and Dice are 0 however far apart they lie; only distances know near from far."),
    ),
    "missed": (
        N_("Missed"),
        "",
        N_("The prediction is empty: every share is 0, every distance infinite; averages must say what they do then."),
    ),
    "everything": (
        N_("Everything"),
        "",
        N_("The whole picture was claimed: recall is perfect, which is why it is never reported alone."),
    ),
    "nothing": (
        N_("Nothing, rightly"),
        "",
        N_("Both masks are empty: 0/0. The policy below decides, and it can move a data set's mean by a lot."),
    ),
}
