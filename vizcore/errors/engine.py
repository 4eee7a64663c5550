"""Why does the engine not answer?"""

from __future__ import annotations

from vizcore.errors.base import VizError


class UnknownChoice(VizError):
    """An option of the command line has no such value."""

    code = "unknown_choice"
    option: str
    wanted: str
    known: list[str]  # names


class OptionUnused(VizError):
    """An option of the command line does nothing for what was asked."""

    code = "option_unused"
    option: str
    model: str
    form: str  # of the file


class ModelsTooFew(VizError):
    """The command line compares models and was given fewer."""

    code = "models_too_few"
    needed: int


class Busy(VizError):
    """The queue is full."""

    code = "busy"
    retry_s: float


class TooManyRequests(VizError):
    """This session already waits for as many answers as one session may."""

    code = "too_many_requests"
    limit: int


class DeadlinePassed(VizError):
    """The request waited longer than its deadline."""

    code = "deadline_passed"
    deadline_s: float


class Cancelled(VizError):
    """Stopped by the person who asked."""

    code = "cancelled"


class OutOfMemory(VizError):
    """Too big for the memory even after making room."""

    code = "out_of_memory"
    model: str
    needed_mb: float
    budget_mb: float


class ExportAbandoned(VizError):
    """A file was being written for a visitor who has left."""

    code = "export_abandoned"


class InternalError(VizError):
    """A mistake of ours, translated at a border; the log has the rest."""

    code = "internal"
    where: str


class BenchmarksMissing(VizError):
    """Only a source checkout has the benchmarks."""

    code = "benchmarks_missing"
    folder: str  # where they were looked for
