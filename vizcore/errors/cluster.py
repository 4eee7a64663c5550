"""Why can the cluster not do the work?"""

from __future__ import annotations

from typing import Literal

from vizcore.errors.base import VizError


class ClusterUnreachable(VizError):
    """No replica of the cluster answers."""

    code = "cluster_unreachable"
    address: str


class ClusterMismatch(VizError):
    """The cluster runs something else than this process."""

    code = "cluster_mismatch"
    part: str  # vizcore, code, torch, ray, python ...
    here: str
    there: str


class ClusterDenied(VizError):
    """The cluster does not accept this process's secret, or there is none."""

    code = "cluster_denied"
    file: str  # its name


class ClusterForeign(VizError):
    """What listens at the cluster's address belongs to another user of this machine."""

    code = "cluster_foreign"
    address: str


class ClusterFailed(VizError):
    """A cluster that does not start."""

    code = "cluster_failed"
    reason: Literal["port", "failed"]  # port: something listens there already
    address: str
    log: str


class MessageRefused(VizError):
    """The cluster sent something that is no answer of ours; it was not read."""

    code = "message_refused"


class BackendMissing(VizError):
    """The package behind a backend is not installed."""

    code = "backend_missing"
    library: str


class ReplicaLost(VizError):
    """The replicas that did this piece of work stopped, one after the other."""

    code = "replica_lost"
