"""How good are scores of classes: at one threshold, over all of them, and as probabilities?"""
