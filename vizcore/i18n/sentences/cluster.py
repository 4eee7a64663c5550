"""The sentences of `vizcore.errors.cluster`: replicas that do not do the work."""

from vizcore.i18n import N_

CLUSTER = {
    "cluster_unreachable": N_(
        "The cluster at {address} does not answer; please start it with `python -m vizcore cluster`, or ask the"
        " administrator."
    ),
    "cluster_mismatch": N_(
        "The cluster runs another {part} ({there}) than this app ({here}); please install the same version on both."
    ),
    "cluster_denied": N_(
        "The cluster's secret ({file}) is not here, or not the right one; please copy it from the machine that started"
        " the cluster."
    ),
    "cluster_foreign": N_(
        "What listens at {address} belongs to another user of this machine, so the cluster's secret was not sent to it;"
        " please end it, or choose another address for the cluster."
    ),
    "cluster_failed": N_("The cluster at {address} did not start; the file {log} says why."),
    "cluster_failed:port": N_("Something already listens at {address}; please stop it, or choose another address."),
    "backend_missing": N_("The package {library} is not installed; please run pip install -r requirements-ray.txt."),
    "message_refused": N_(
        "The cluster sent something that this app does not read; it was refused, and nothing of it was run. Please tell"
        " the administrator."
    ),
    "replica_lost": N_(
        "The replicas that did this work stopped, one after the other; please try again, or ask for less at once."
    ),
}
