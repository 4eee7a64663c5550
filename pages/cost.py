"""What does a model cost, step by step, and is it still the same model in ONNX Runtime or INT8?"""

from vizcore.ui import shell

shell.require()

from vizcore.i18n import _  # noqa: E402
from vizcore.ui import lessons, toolbar  # noqa: E402
from vizcore.ui.panels.cost import sections  # noqa: E402

bar = toolbar.open_page("cost", _("Cost"))
section = bar.sections(sections.SECTIONS, key="cost.section", default="runtimes")
sections.show(section, bar)
lessons.show("cost", section)
