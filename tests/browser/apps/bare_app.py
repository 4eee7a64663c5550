"""A page with nothing on it but a title: what Streamlit itself costs in this environment."""

import streamlit as st

st.title("Nothing")
