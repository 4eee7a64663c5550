"""How does a verb answer? One line for each input, good or bad, in the order of the arguments."""

from __future__ import annotations

import contextlib
import json
import logging
import sys
from collections.abc import Iterator, Mapping
from typing import Annotated, Any

import typer

from vizcore.errors import FileUnreadable, InternalError, VizError
from vizcore.i18n.sentences import sentence_for
from vizcore.provenance import versions
from vizcore.results import SCHEMA, Provenance, to_plain

log = logging.getLogger(__name__)

AsJson = Annotated[bool, typer.Option("--json", help="One JSON object a line on standard output.")]
Input = str | list[str] | None


class Report:
    """What one verb has to say: results on standard output, everything else on standard error."""

    def __init__(self, verb: str, *, as_json: bool, model: str | None = None) -> None:
        """model: the one that was asked for; the provenance of errors names it."""
        self.verb, self.model = verb, model
        self.as_json = as_json
        self.failed = False
        self._out = sys.stdout
        if hasattr(self._out, "reconfigure"):  # a name that the terminal cannot write must not end the run
            self._out.reconfigure(errors="backslashreplace")

    @contextlib.contextmanager
    def about(self, file: Input) -> Iterator[None]:
        """Work on one input: an error becomes its line, and what libraries print stays off standard output."""
        try:
            with contextlib.redirect_stdout(sys.stderr):
                yield
        except VizError as error:
            self.fail(file, error)
        except (BrokenPipeError, typer.Exit):  # our answers have no reader any more (`... | head -1`), or no place
            raise
        except Exception:  # a border: a mistake of ours about one input must not lose the others' answers
            log.exception("%s of %s", self.verb, file)
            self.fail(file, InternalError(where=self.verb))

    def show(self, file: Input, content: Mapping[str, Any], text: str, provenance: Provenance | None = None) -> None:
        """The answer about one input, as keys for programs and as text for people."""
        self._print(self._line(file, content, provenance) if self.as_json else text)

    def fail(self, file: Input, error: VizError) -> None:
        """The line of an input that gave no answer; the exit status remembers it."""
        self.failed = True
        message = sentence_for(error)
        if self.as_json:
            content = {"error": {**error.values, "code": error.code, "message": message}}
            asked = str(error.values.get("model") or self.model or "")
            self._print(self._line(file, content, Provenance(self.verb, model=asked, versions=versions())))
        else:
            name = " ".join(file) if isinstance(file, list) else file
            typer.echo(f"{name}: {message} [{error.code}]" if name else f"{message} [{error.code}]", err=True)

    def finish(self) -> None:
        """Ends the program: status 2 if any input failed."""
        raise typer.Exit(2 if self.failed else 0)

    def _line(self, file: Input, content: Mapping[str, Any], provenance: Provenance | None) -> str:
        made_by = provenance or Provenance(operation=self.verb, versions=versions())
        line = {"schema": SCHEMA, "file": file, **content, "provenance": made_by}
        return json.dumps(to_plain(line), allow_nan=False)

    def _print(self, text: str) -> None:
        """Ends the program with status 2 where the answers have no place: a full disk."""
        try:
            typer.echo(text, file=self._out)
        except BrokenPipeError:
            raise
        except OSError:
            error = FileUnreadable(file="standard output", reason="unwritable")
            typer.echo(f"{sentence_for(error)} [{error.code}]", err=True)
            raise typer.Exit(2) from None
