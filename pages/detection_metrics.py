"""How does IoU become precision, recall, AP and mAP, and what do these numbers hide?"""

from vizcore.ui import shell

shell.require()

from vizcore.i18n import _  # noqa: E402
from vizcore.ui import lessons, toolbar  # noqa: E402
from vizcore.ui.panels.detection_metrics import sections  # noqa: E402

bar = toolbar.open_page("detection_metrics", _("Detection metrics"))
section = bar.sections(sections.SECTIONS, key="detection_metrics.section", default="boxes")
sections.show(section, bar)
lessons.show("detection_metrics", section)
