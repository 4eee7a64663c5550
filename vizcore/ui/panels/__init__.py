"""The sections of the pages: one file each, results in, Streamlit elements out."""
