"""What stands in a picture of a document, how well is it read, and which of its values can be trusted?"""

from vizcore.ui import shell

shell.require()

from vizcore.i18n import _  # noqa: E402
from vizcore.ui import lessons, toolbar  # noqa: E402
from vizcore.ui.panels.reading import sections  # noqa: E402

bar = toolbar.open_page("reading", _("Reading"))
section = bar.sections(sections.offered(), key="reading.section", default=sections.first())
sections.show(section, bar)
lessons.show("reading", section)
