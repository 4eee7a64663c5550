"""Does a model's answer hold when the photo is noisy, dark, blurred, shifted or turned?"""

from vizcore.ui import shell

shell.require()

from vizcore.i18n import _  # noqa: E402
from vizcore.ui import lessons, toolbar  # noqa: E402
from vizcore.ui.panels.robustness import sections  # noqa: E402

bar = toolbar.open_page("robustness", _("Robustness"))
section = bar.sections(sections.SECTIONS, key="robustness.section", default="corruptions")
photos = bar.photos(most=sections.MOST[section], samples=sections.SAMPLES_HERE, start=sections.START)
cards = bar.models("classify", default=["efficientnet-lite0", "cnn-mini", "vit-mini"], scores=True)
if photos and cards:
    sections.SECTIONS[section].show(tuple(photos), cards)
lessons.show("robustness", section)
