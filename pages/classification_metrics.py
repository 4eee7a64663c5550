"""What do the scores of a classifier say at one threshold, over all of them, and as probabilities?"""

from vizcore.ui import shell

shell.require()

from vizcore.i18n import _  # noqa: E402
from vizcore.ui import lessons, toolbar  # noqa: E402
from vizcore.ui.panels.classification_metrics import sections  # noqa: E402

bar = toolbar.open_page("classification_metrics", _("Classification metrics"))
section = bar.sections(sections.SECTIONS, key="classification_metrics.section", default="threshold")
sections.show(section, bar)
lessons.show("classification_metrics", section)
