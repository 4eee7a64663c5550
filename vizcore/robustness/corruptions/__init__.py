"""The 15 corruptions of ImageNet-C at 5 severities (Hendrycks and Dietterich 2019), for pictures of any size.

Constants are the published ones (as in imagecorruptions 1.1.2, which no longer runs on current libraries). Lengths in
pixels are meant for 224 px and scale with the shorter side. Two things differ: random fields come from our own seeded
generator, and frost is drawn, since the published photographs of frost state no licence.
"""

from vizcore.robustness.corruptions.table import CORRUPTIONS, GROUPS, SEVERITIES, corrupt

__all__ = ["CORRUPTIONS", "GROUPS", "SEVERITIES", "corrupt"]
