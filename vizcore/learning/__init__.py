"""How does a network learn classes: your own from a few photos, or digits in a contest, and how good is it really?"""
