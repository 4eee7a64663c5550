"""How alike are pictures to a model: two of them, their parts, or a whole gallery?"""

from vizcore.ui import shell

shell.require()

from vizcore.i18n import _  # noqa: E402
from vizcore.ui import lessons, toolbar  # noqa: E402
from vizcore.ui.panels.similarity import sections  # noqa: E402

bar = toolbar.open_page("similarity", _("Similarity"))
part = bar.sections(sections.SECTIONS, key="similarity.part", default="two")
sections.show(part, bar)
lessons.show("similarity", part)
