"""What do IoU and Dice say about a mask, and what do they overlook?"""

from vizcore.ui import shell

shell.require()

from vizcore.i18n import _  # noqa: E402
from vizcore.ui import lessons, toolbar  # noqa: E402
from vizcore.ui.panels.segmentation_metrics import sections  # noqa: E402

bar = toolbar.open_page("segmentation_metrics", _("IoU and Dice"))
section = bar.sections(sections.SECTIONS, key="segmentation_metrics.section", default="counts")
sections.SECTIONS[section].show()
lessons.show("segmentation_metrics", section)
