"""What do semantic, instance and panoptic segmentation each say about the same picture?"""

from vizcore.ui import shell

shell.require()

from vizcore.i18n import _  # noqa: E402
from vizcore.ui import lessons, toolbar  # noqa: E402
from vizcore.ui.panels.segmentation_kinds import sections  # noqa: E402

bar = toolbar.open_page("segmentation_kinds", _("Kinds of segmentation"))
section = bar.sections(sections.SECTIONS, key="segmentation_kinds.section", default="scene")
sections.SECTIONS[section].show(bar)
lessons.show("segmentation_kinds", section)
