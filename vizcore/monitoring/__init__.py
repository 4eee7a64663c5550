"""Has the world changed, and what does this app know of itself?"""
