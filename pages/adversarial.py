"""How little must a photo change before a network sees something else in it?"""

from vizcore.ui import shell

shell.require()

from vizcore.i18n import _  # noqa: E402
from vizcore.ui import lessons, toolbar  # noqa: E402
from vizcore.ui.panels.adversarial import setting  # noqa: E402

bar = toolbar.open_page("adversarial", _("Adversarial dog"))
photos = bar.photos()
cards = bar.models("classify", most=1, default=["efficientnet-lite0"], key="adversarial.model")
if photos and cards:
    setting.show(photos[0], cards[0], bar)
lessons.show("adversarial")
