"""How alike are two pictures to a model?"""

from vizcore.similarity.cosine import CosineWorking, cosine

__all__ = ["CosineWorking", "cosine"]
