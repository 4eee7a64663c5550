"""The entry script: `streamlit run app.py`."""

from vizcore.ui import shell

shell.run()
