"""What becomes of requests: answers, and the dead letters of those that were refused."""
from collections import OrderedDict
from collections.abc import Mapping
from concurrent.futures import Future
from dataclasses import dataclass
from datetime import datetime
from threading import Lock
from typing import Any

from .errors import RequestRefused
from .specs import Spec


@dataclass(frozen=True)
class Answer:
    """What the live version (or a canary) answered to one request."""

    request_id: str
    model: str
    version: int
    #: live or canary.
    role: str
    #: Index of the most probable class, or the value of a regression.
    predicted: float
    #: The class by its name, where the spec has one.
    class_name: str | None
    #: Probabilities by class, or the value of a regression.
    outputs: tuple[float, ...]
    event_time: datetime
    served_at: datetime


def answer_of(record: Mapping[str, Any], spec: Spec | None) -> Answer:
    """The answer that a record of inference.predictions holds."""
    return Answer(
        request_id=record["requestId"],
        model=record["model"],
        version=record["version"],
        role=record["role"],
        predicted=record["predicted"],
        class_name=None if spec is None else spec.class_name(record["predicted"]),
        outputs=tuple(record["outputs"]),
        event_time=record["eventTime"],
        served_at=record["servedAt"],
    )


class Awaited:
    """Requests whose answers are waited for, or may be asked for: the newest `most` of them. Safe between threads."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._lock = Lock()
        self._by_request: OrderedDict[tuple[str, str], Future[Answer]] = OrderedDict()
        self._models: dict[str, set[str]] = {}

    def expect(self, model: str, request_id: str) -> Future[Answer]:
        """The answer to come, or that has come."""
        with self._lock:
            known = self._by_request.get((model, request_id))
            if known is not None:
                return known
            future: Future[Answer] = Future()
            self._by_request[(model, request_id)] = future
            self._models.setdefault(request_id, set()).add(model)
            while len(self._by_request) > self._most:
                self._drop(next(iter(self._by_request)))
            return future

    def again(self, model: str, request_id: str) -> Future[Answer]:
        """As `expect`, for a request that is sent (again): what came before is forgotten once it is there."""
        with self._lock:
            known = self._by_request.get((model, request_id))
            if known is not None and known.done():
                self._drop((model, request_id))
        return self.expect(model, request_id)

    def models_of(self, request_id: str) -> frozenset[str]:
        """The models of which a request with this id is awaited. Ids are unique per model only."""
        with self._lock:
            return frozenset(self._models.get(request_id, ()))

    def answered(self, answer: Answer) -> None:
        """The first answer counts; a repeated one is the same."""
        with self._lock:
            future = self._pending(answer.model, answer.request_id)
            if future is not None:
                future.set_result(answer)

    def refused(self, model: str, request_id: str, code: str, reason: str) -> None:
        """The service has given up a request."""
        self.fail_one(model, request_id, RequestRefused(request_id, code, reason))

    def fail_one(self, model: str, request_id: str, error: Exception) -> None:
        """Ends the waiting for one."""
        with self._lock:
            future = self._pending(model, request_id)
            if future is not None:
                future.set_exception(error)

    def fail(self, error: Exception) -> None:
        """Ends all waiting."""
        with self._lock:
            for future in self._by_request.values():
                if not future.done():
                    future.set_exception(error)

    def _pending(self, model: str, request_id: str) -> "Future[Answer] | None":
        future = self._by_request.get((model, request_id))
        return None if future is None or future.done() else future

    def _drop(self, key: tuple[str, str]) -> None:
        del self._by_request[key]
        models = self._models[key[1]]
        models.discard(key[0])
        if not models:
            del self._models[key[1]]
