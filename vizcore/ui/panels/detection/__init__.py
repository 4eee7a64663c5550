"""The Detection page, section by section: photos and models in, Streamlit elements out."""
