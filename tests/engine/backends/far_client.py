"""Asks a cluster as the app would: python -m tests.engine.backends.far_client ADDRESS SECONDS. Prints one JSON line.

Every photo is full of MARK, so that whoever listens on the way can tell whether it can be read there.
"""

from __future__ import annotations

import json
import sys
import threading
import time
from dataclasses import replace
from itertools import count

import numpy as np

from vizcore.engine import Engine
from vizcore.errors import VizError
from vizcore.features import classify
from vizcore.photo import Photo
from vizcore.settings import current

MARK = b"A-PHOTO-TO-SEE!!"
CLIENTS = 4
PAUSE_S = 0.05


def marked(number: int) -> Photo:
    rgb = np.frombuffer(MARK * 5400, np.uint8).reshape(160, 180, 3).copy()
    rgb[0, 0] = list(number.to_bytes(3, "little"))
    return Photo(rgb, "")


def say(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


def main(address: str, seconds: str) -> None:
    engine = Engine(replace(current(), backend="ray", cluster=address))
    numbers, waits, errors, seen = count(), [], [], set()
    engine.run(classify, "cnn-mini", marked(next(numbers)))
    say("begun")
    until = time.monotonic() + float(seconds)

    def client(name: str) -> None:
        while time.monotonic() < until:
            begun = time.monotonic()
            try:
                engine.run(classify, "cnn-mini", marked(next(numbers)), session=name)
            except VizError as error:
                errors.append(error.code)
            waits.append(time.monotonic() - begun)
            time.sleep(PAUSE_S)

    threads = [threading.Thread(target=client, args=(f"visitor {number}",)) for number in range(CLIENTS)]
    for each in threads:
        each.start()
    while any(each.is_alive() for each in threads):
        seen.add(len(engine.status().replicas))
        time.sleep(0.5)
    there = len(engine.status().replicas)
    engine.close()
    told = {"answers": len(waits), "errors": errors, "longest_s": max(waits), "seen": sorted(seen), "at_the_end": there}
    say(json.dumps(told))


if __name__ == "__main__":
    main(*sys.argv[1:])
