"""What this app adds to Streamlit's web server: preparation before the first page, headers, and a few routes.

`app.py` hands these to `streamlit.App`, so `streamlit run app.py`, uvicorn and a process manager serve the same thing.
"""

from vizcore.ui.server.arenas import with_few_arenas
from vizcore.ui.server.component_scan import without_component_scan
from vizcore.ui.server.hosted_log import with_hosted_log
from vizcore.ui.server.lifespan import lifespan
from vizcore.ui.server.message_limit import without_large_messages
from vizcore.ui.server.middleware import middleware
from vizcore.ui.server.outside_address import without_outside_address
from vizcore.ui.server.routes import routes
from vizcore.ui.server.send_rounds import with_longer_stretches
from vizcore.ui.server.sign_in_page import login_settled_or_exit
from vizcore.ui.server.uploads_in_memory import without_upload_files
from vizcore.ui.server.whole_runs import with_whole_runs

__all__ = [
    "lifespan",
    "login_settled_or_exit",
    "middleware",
    "routes",
    "with_few_arenas",
    "with_hosted_log",
    "with_longer_stretches",
    "with_whole_runs",
    "without_component_scan",
    "without_large_messages",
    "without_outside_address",
    "without_upload_files",
]
