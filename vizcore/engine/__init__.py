"""Runs operations on models for everybody at once: models pooled, requests in a fair line, long work step by step."""

from vizcore.engine.engine import Engine, shared_engine
from vizcore.engine.handles import JobHandle, ResultHandle
from vizcore.engine.pool import PooledModel
from vizcore.engine.requests import NO_MODEL, Request
from vizcore.engine.status import EngineStatus
from vizcore.engine.worker import PROBE_SESSION

__all__ = [
    "NO_MODEL",
    "PROBE_SESSION",
    "Engine",
    "EngineStatus",
    "JobHandle",
    "PooledModel",
    "Request",
    "ResultHandle",
    "shared_engine",
]
