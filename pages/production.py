"""Has the world changed, what does the model not know, and is all of it ready for production?"""

from vizcore.ui import shell

shell.require()

from vizcore.i18n import _  # noqa: E402
from vizcore.ui import lessons, toolbar  # noqa: E402
from vizcore.ui.panels.production import sections  # noqa: E402

bar = toolbar.open_page("production", _("In production"))
section = bar.sections(sections.SECTIONS, key="production.section", default="drift")
sections.show(section, bar)
lessons.show("production", section)
