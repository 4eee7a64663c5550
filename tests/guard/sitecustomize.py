"""Python imports this at start-up when the folder is on PYTHONPATH: child processes of a test are guarded as well."""

import network_guard

network_guard.install()
