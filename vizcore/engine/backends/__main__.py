"""`python -m vizcore.engine.backends REPLICAS CHANGES ALLOWED WAIT`: puts replicas onto a cluster and ends.

A process of its own, so that the one that looks after the cluster need not hold Ray in memory. CHANGES and ALLOWED are
JSON; WAIT is "wait" or "later". Status 2, and one JSON object with an error's code, if the cluster cannot be used.
"""

from __future__ import annotations

import json
import sys

from vizcore.engine.backends.deployment import deploy
from vizcore.engine.backends.ray_cluster import join_cluster
from vizcore.errors import VizError
from vizcore.settings import current


def main(replicas: str, changes: str, allowed: str, wait: str) -> int:
    try:
        join_cluster(current())
        deploy(int(replicas), changes=json.loads(changes), allowed=json.loads(allowed), wait=wait == "wait")
    except VizError as error:
        sys.stdout.write(json.dumps({"code": error.code, **error.values}) + "\n")
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
