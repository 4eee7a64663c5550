"""Where does an operation run: in this process (`local`), or on replicas behind Ray Serve (`ray`)?

Both stand behind one protocol (`base.Backend`), under the one scheduler: admission, fairness, positions, deadlines and
refusals are the same wherever the work is done. What knows Ray is `ray_transport` and `deployment`, nothing else.
"""
