"""How do the core's results reach a visitor's screen? The only package that imports streamlit."""
