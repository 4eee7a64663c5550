"""Which browser is this, what did its last visit leave, and has somebody else signed in there? Without Streamlit.

`cookie` names a browser, `left_visits` keeps what an ended visit held for the same browser and person, `logins` notices
a change of person in another tab. `ui/handover`, `ui/deletion` and `ui/visit_limits` use them for the running session.
"""
