"""How good is an answer? Detection metrics and mask metrics, each number with its working."""
