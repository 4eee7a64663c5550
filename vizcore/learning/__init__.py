"""How does a pre-trained network learn somebody's own classes, and how good is it really?"""
