"""What can be wrong with tables of scores and with texts?"""

from __future__ import annotations

from typing import Literal

from vizcore.errors.base import VizError


class ScoresFileInvalid(VizError):
    """A file that is not a table of scores."""

    code = "scores_file_invalid"
    reason: Literal["encoding", "truth_missing", "no_scores", "columns", "no_rows"]


class ScoresEntryInvalid(VizError):
    """A row of a table of scores that cannot be used."""

    code = "scores_entry_invalid"
    reason: Literal["not_numbers", "not_finite", "truth_empty", "unknown_label", "surplus"]
    entry: int  # the first of them, from 1
    label: str  # the one that no column has, or ""


class ScoresTooLarge(VizError):
    """A table of scores that is too large to be measured."""

    code = "scores_too_large"
    reason: Literal["megabytes", "rows", "cells"]
    limit: float
    actual: float


class TextTooLong(VizError):
    """A text that differs over more characters than can be aligned, or that is longer than can be compared at all."""

    code = "text_too_long"
    reason: Literal["difference", "whole"]
    limit: int  # characters
    actual: int  # characters


class TextUnreadable(VizError):
    """A text file that cannot be taken as text."""

    code = "text_unreadable"
    file: str
    reason: Literal["encoding", "megabytes"]
    limit_mb: float


class ReadingTimeout(VizError):
    """An engine did not finish reading a picture in time."""

    code = "reading_timeout"
    model: str
    limit_s: float
