"""What do YOLO and DETR find in the same photo, and how do they come to it?"""

from vizcore.ui import shell

shell.require()

from vizcore.i18n import _  # noqa: E402
from vizcore.ui import lessons, toolbar  # noqa: E402
from vizcore.ui.panels.detection.photos import MOST, SAMPLES_HERE  # noqa: E402
from vizcore.ui.panels.detection.sections import SECTIONS  # noqa: E402

bar = toolbar.open_page("detection", _("Detection"))
section = bar.sections(SECTIONS, key="detection.section", default="side")
photos = bar.photos(most=MOST, samples=SAMPLES_HERE)
cards = bar.models("detect", most=3, default=["yolo-mini", "detr-mini"])
if photos and cards:
    SECTIONS[section].show(photos, cards)
lessons.show("detection", section)
