"""What do a CNN and a ViT make of the same photo?"""

from vizcore.ui import shell

shell.require()

from vizcore.i18n import _  # noqa: E402
from vizcore.ui import lessons, toolbar  # noqa: E402
from vizcore.ui.panels.features.sections import SECTIONS  # noqa: E402

bar = toolbar.open_page("features", _("Features"))
chosen = bar.sections(SECTIONS, key="features.section", default="glance")
section = SECTIONS[chosen]
if not section.needs_photo:
    section.show([], [])
else:
    photos = bar.photos(most=2, start=("cat",))
    cards = bar.models(
        ("classify", "embed"), default=["efficientnet-lite0", "cnn-mini", "vit-mini"], scores=section.scores
    )
    if photos and cards:
        section.show(photos, cards)
lessons.show("features", chosen)
