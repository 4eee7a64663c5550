"""How is a cluster of replicas started, on one machine or on several?"""

from __future__ import annotations

import signal
import time
from dataclasses import replace
from itertools import chain, repeat
from pathlib import Path
from types import FrameType
from typing import TYPE_CHECKING, Annotated

import typer

from vizcore.cli.report import AsJson, Report
from vizcore.i18n import _

if TYPE_CHECKING:
    from vizcore.engine.backends.node import Node

LOOK_S = 0.5
AGAIN_S = (2.0, 5.0, 10.0, 30.0)  # between two attempts to join again; the last for as long as it takes


def _address(given: str | None) -> str | None:
    from vizcore.settings import host_and_port

    try:
        if given is not None:
            host_and_port(given)
    except ValueError:
        raise typer.BadParameter(f"{given} is no address such as 127.0.0.1:26379") from None
    return given


def cluster(
    replicas: Annotated[int, typer.Option(min=1, max=64, help="Of the whole cluster.")] = 2,
    here: Annotated[int | None, typer.Option(min=0, max=64, help="How many of them on this machine.")] = None,
    join: Annotated[bool, typer.Option("--join", help="Be one more machine of the cluster at --address.")] = False,
    address: Annotated[
        str | None, typer.Option(help="Of the cluster; default: the setting.", callback=_address)
    ] = None,
    own_address: Annotated[str, typer.Option(help="Of this machine, where it has several.")] = "",
    store_mb: Annotated[int, typer.Option(min=80, help="Memory for pictures on their way.")] = 200,
    as_json: AsJson = False,
) -> None:
    """Start replicas that do the app's work (VIZCORE_BACKEND=ray) until Ctrl+C; needs requirements-ray.txt."""
    from vizcore.engine.backends.node import Node
    from vizcore.settings import current

    report = Report("cluster", as_json=as_json)
    with report.about(address):
        settings = replace(current(), cluster=address or current().cluster)
        node = Node(settings, replicas if here is None else here, store_mb, own_address, joins=join)
        previous = {each: signal.signal(each, _interrupt) for each in (signal.SIGINT, signal.SIGTERM)}
        try:
            _serve(node, replicas, report)
        except KeyboardInterrupt:
            pass
        finally:
            for each, handler in previous.items():
                signal.signal(each, handler)
            node.stop()
    report.finish()


def _serve(node: Node, replicas: int, report: Report) -> None:
    """Returns when the cluster's processes have ended by themselves; a machine that had joined it joins again."""
    node.start()
    if not node.joins:
        node.deploy(replicas, wait=node.here >= replicas)
    address = node.settings.cluster
    content = {"address": address, "replicas": replicas, "here": node.here, "joined": node.joins}
    report.show(None, content, _("The cluster is ready at {address}. End it with Ctrl+C.").format(address=address))
    while _stays(node):
        join_again(node)
    report.failed = True
    typer.echo(_("The cluster's process on this machine ended by itself."), err=True)


def _stays(node: Node) -> bool:
    """Waits for the end of Ray's processes here; whether this machine should come back after it."""
    while node.alive():
        time.sleep(LOOK_S)
    return node.joins


def join_again(node: Node) -> None:
    """Tries until the machine is part of the cluster again: Ray gives up one that it has not heard of for a while, and
    a cluster may be started anew. Errors: BackendMissing, ClusterDenied, ClusterForeign."""
    from vizcore.errors import ClusterFailed, ClusterUnreachable

    typer.echo(_("The cluster is lost; this machine joins again as soon as it can."), err=True)
    for wait_s in chain(AGAIN_S, repeat(AGAIN_S[-1])):
        node.stop()
        try:
            node.start()
        except ClusterUnreachable:
            time.sleep(wait_s)
        except ClusterFailed as error:
            Path(error.log).unlink(missing_ok=True)  # one more copy each time would fill the disk
            time.sleep(wait_s)
        else:
            break
    typer.echo(_("This machine is part of the cluster again."), err=True)


def _interrupt(number: int, frame: FrameType | None) -> None:
    raise KeyboardInterrupt
