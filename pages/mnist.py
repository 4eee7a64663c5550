"""Which network reads handwritten digits best, in the same time and after the same number of epochs?"""

from vizcore.ui import shell

shell.require()

from vizcore.i18n import _  # noqa: E402
from vizcore.ui import lessons, toolbar  # noqa: E402
from vizcore.ui.panels.mnist import sections  # noqa: E402

bar = toolbar.open_page("mnist", _("MNIST contest"))
chosen = sections.show(bar)
lessons.show("mnist", chosen)
