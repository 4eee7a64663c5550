"""How far is a text that was read from the text that stands there?"""
