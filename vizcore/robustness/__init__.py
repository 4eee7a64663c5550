"""How much does an answer hang on the picture being clean, centred and upright?"""
