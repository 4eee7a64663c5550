"""How does a pre-trained network learn your own classes, and how good is it really?"""

from vizcore.ui import shell

shell.require()

from vizcore.i18n import _  # noqa: E402
from vizcore.ui import lessons, toolbar  # noqa: E402
from vizcore.ui.panels.teach import sections  # noqa: E402

bar = toolbar.open_page("teach", _("Teach it your classes"))
chosen = sections.show(bar)
lessons.show("teach", chosen)
