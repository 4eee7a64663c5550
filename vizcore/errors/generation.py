"""What can be wrong with what is asked of an attack or an ideal picture?"""

from __future__ import annotations

from typing import Literal

from vizcore.errors.base import VizError


class SettingOutOfRange(VizError):
    """A number of the settings lies outside its limits."""

    code = "setting_out_of_range"
    setting: str
    least: float
    most: float
    actual: float


class AlreadyTarget(VizError):
    """The model already says what the attack wants it to say."""

    code = "already_target"
    model: str
    target: str


class DeadUnit(VizError):
    """No gradient reaches what is to be maximised."""

    code = "dead_unit"
    model: str
    target: str
    reason: Literal["pre_activation", "start"]
