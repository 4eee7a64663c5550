"""What if the input is fed wrongly: BGR, EXIF ignored, 0..255, another mean, another fit?"""

from vizcore.ui import shell

shell.require()

from vizcore.i18n import _  # noqa: E402
from vizcore.ui import lessons, toolbar  # noqa: E402
from vizcore.ui.panels.input_lint import sections  # noqa: E402

bar = toolbar.open_page("input_lint", _("Input lint"))
section = bar.sections(sections.SECTIONS, key="input_lint.section", default="faults")
sections.show(section, bar)
lessons.show("input_lint", section)
