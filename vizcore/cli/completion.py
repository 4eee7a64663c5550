"""How do verbs and options complete themselves in a shell? `eval "$(python -m vizcore completion bash)"`."""

from __future__ import annotations

import os
import shlex
import sys
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

import vizcore

COMPLETE_VARIABLE = "_VIZCORE_COMPLETE"
BASH = """vizcore() {{ {program} "$@"; }}
_vizcore_completion() {{
    local IFS=$'\\n'
    COMPREPLY=( $(COMP_WORDS="${{COMP_WORDS[*]}}" COMP_CWORD=$COMP_CWORD {variable}=complete_bash {program}) )
}}
complete -o default -F _vizcore_completion vizcore"""
ZSH = """vizcore() {{ {program} "$@"; }}
_vizcore_completion() {{
    eval "$(_TYPER_COMPLETE_ARGS="${{words[1,$CURRENT]}}" {variable}=complete_zsh {program})"
}}
compdef _vizcore_completion vizcore"""


class Shell(StrEnum):
    """The shells whose completion we write."""

    bash = "bash"
    zsh = "zsh"


SCRIPTS = {Shell.bash: BASH, Shell.zsh: ZSH}


def completion(shell: Annotated[Shell, typer.Argument(metavar="SHELL", help="bash or zsh.")]) -> None:
    """Print lines for your shell that define `vizcore` and complete its verbs and options."""
    source = Path(vizcore.__file__).parent.parent
    python = f"PYTHONPATH={shlex.quote(str(source))} {shlex.quote(sys.executable)}"
    typer.echo(SCRIPTS[shell].format(program=f"{python} -m vizcore", variable=COMPLETE_VARIABLE))


def prepare() -> None:
    """Makes typer ready to answer a shell, where one is asking."""
    if COMPLETE_VARIABLE in os.environ:
        from typer._completion_classes import completion_init  # what typer's own option calls

        completion_init()
