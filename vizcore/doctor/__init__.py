"""Can this installation do its work, and does its proxy carry what the pages need? Checks with their remedies."""

from vizcore.doctor.checks import CHECKS, Check, examine
from vizcore.doctor.findings import Finding
from vizcore.doctor.served import SERVED_CHECKS, Served, examine_served

__all__ = ["CHECKS", "SERVED_CHECKS", "Check", "Finding", "Served", "examine", "examine_served"]
