"""Which products make a CNN's answer, and which make its gradients?"""

from vizcore.ui import shell

shell.require()

from vizcore.i18n import _  # noqa: E402
from vizcore.ui import lessons, toolbar  # noqa: E402
from vizcore.ui.panels.by_hand import sections  # noqa: E402

bar = toolbar.open_page("by_hand", _("CNN by hand"))
chosen = sections.show(bar)
lessons.show("by_hand", chosen)
