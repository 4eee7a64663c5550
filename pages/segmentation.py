"""Which pixels belong to what you point at? Segment Anything under your finger."""

from vizcore.ui import shell

shell.require()

from vizcore.i18n import _  # noqa: E402
from vizcore.ui import lessons, toolbar  # noqa: E402
from vizcore.ui.panels.segmentation.inputs import SAMPLES_HERE, SIDE_BY_SIDE  # noqa: E402
from vizcore.ui.panels.segmentation.page_state import opening_sample  # noqa: E402
from vizcore.ui.panels.segmentation.sections import SECTIONS  # noqa: E402

bar = toolbar.open_page("segmentation", _("Segment anything"))
section = bar.sections(SECTIONS, key="segmentation.part", default="click")
photos = bar.photos(samples=SAMPLES_HERE, start=(opening_sample(section),))
cards = bar.models("promptable", most=2, default=SIDE_BY_SIDE)
if photos and cards:
    SECTIONS[section].show(photos[0], cards)
lessons.show("segmentation", section)
