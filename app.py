"""The entry: `streamlit run app.py` imports it for the server, then runs it as the script of every visit."""

import streamlit as st

from vizcore.settings import current, settled_or_exit
from vizcore.ui import server, shell

if __name__ == "__main__":
    shell.run()
else:
    settled_or_exit()
    server.login_settled_or_exit(current())
    server.with_hosted_log(current())
    server.with_few_arenas()
    server.without_component_scan()
    server.without_large_messages()
    server.without_upload_files()
    server.without_outside_address()
    server.with_longer_stretches()
    server.with_whole_runs()
    app = st.App(__file__, lifespan=server.lifespan, routes=server.routes(), middleware=server.middleware())
