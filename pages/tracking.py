"""Who is who from frame to frame, and how good is that answer?"""

from vizcore.ui import shell

shell.require()

from vizcore.ui.panels.tracking import sections  # noqa: E402

sections.show()
