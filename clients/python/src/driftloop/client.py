"""Requests, answers, labels and history of the models of one installation."""
import ssl
import time
import uuid
from collections.abc import Iterable, Mapping, Sequence
from concurrent.futures import Future
from concurrent.futures import TimeoutError as FutureTimeout
from datetime import datetime
from threading import Lock
from types import TracebackType
from typing import TYPE_CHECKING, Any

from confluent_kafka import KafkaError, KafkaException, Producer

from .answers import Answer, Awaited
from .errors import AnswerOverdue, DriftloopError, HistoryUnavailable, KafkaUnavailable, ModelUnknown, NotDelivered, RowInvalid
from .follower import CALL_S, Follower
from .history import Warehouse
from .rows import Row, columns_of, label_fields, milliseconds_of, new_id, rows_of
from .specs import Spec
from .wire import Registry, Writer

if TYPE_CHECKING:
    import pandas

Time = datetime | int | None
#: The end of 2199 and a millisecond: event times end there.
END_OF_TIME = 7_258_118_400_000


class Client:
    """Asks models over Kafka, waits for their answers, tells their labels, and reads their history.

    brokers: host:port, separated by commas, or a list of them. registry: address of the schema registry. prefix: of topics,
    as TOPIC_PREFIX of the services. clickhouse: address of ClickHouse's HTTP interface, for `history`.
    kafka: settings of librdkafka for the producer and the consumer alike (security.protocol, sasl.*, ssl.*).
    registry_auth, clickhouse_auth: user and password. context: TLS of the registry and of ClickHouse.
    answers: follow answers from the start; without, only requests and labels are sent.
    remember: how many of the newest requests can be asked for their answers.

    Safe to use from several threads. Close it, or use it in `with`: what is on its way is then delivered.
    """

    def __init__(
        self,
        brokers: str | Sequence[str],
        registry: str,
        *,
        prefix: str = "",
        clickhouse: str | None = None,
        kafka: Mapping[str, Any] | None = None,
        registry_auth: tuple[str, str] | None = None,
        clickhouse_auth: tuple[str, str] | None = None,
        context: ssl.SSLContext | None = None,
        answers: bool = True,
        remember: int = 100_000,
    ) -> None:
        servers = brokers if isinstance(brokers, str) else ",".join(brokers)
        # What is said by the settings of the caller goes before.
        common = {"bootstrap.servers": servers, "client.id": "driftloop-python", **(kafka or {})}
        self._registry = Registry(registry, auth=registry_auth, context=context)
        self._warehouse = (
            None if clickhouse is None else Warehouse(clickhouse, prefix, auth=clickhouse_auth, context=context)
        )
        self._requests_topic = f"{prefix}inference.requests"
        self._labels_topic = f"{prefix}inference.labels"
        self._requests = Writer(self._registry, self._requests_topic)
        self._labels = Writer(self._registry, self._labels_topic)
        self._awaits = answers
        self._awaited = Awaited(remember)
        self._lock = Lock()
        self._lost: list[str] = []
        # The partitioner of Java and of driftloop: a key has one partition, whoever sends it.
        producing = {"enable.idempotence": True, "linger.ms": 5, "partitioner": "murmur2_random"}
        self._producer = Producer({**producing, **common})
        reading = {"group.id": f"driftloop-python-{uuid.uuid4().hex}", "enable.auto.commit": False}
        self._follower = Follower({**reading, **common}, self._registry, prefix, self._awaited, answers=answers)

    def __enter__(self) -> "Client":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def models(self) -> list[str]:
        """Names of the models that are registered."""
        return self._follower.models()

    def spec(self, model: str) -> Spec:
        """Columns and classes of a model."""
        found = self._follower.spec(model)
        if found is None:
            known = ", ".join(self.models()) or "none"
            raise ModelUnknown(f"No model '{model}' is registered; there are: {known}.")
        return found

    def request(self, model: str, row: Row, *, id: str | None = None, event_time: Time = None) -> str:
        """Asks for a prediction of one row and waits for nothing; gives the request's id.

        row: columns by name ({'age': 40, 'job': 'clerk'}), or numbers in the order of the spec's features. None and NaN are
        missing values. id: unique per model; a label names it later. event_time: a datetime or epoch milliseconds.
        """
        spec = self.spec(model)
        request_id = new_id(model) if id is None else _id(id)
        record = {
            "requestId": request_id,
            "model": model,
            "eventTime": milliseconds_of(event_time),
            **columns_of(row, spec),
        }
        value = self._requests.bytes_of(record)
        if self._awaits:
            self._awaited.again(model, request_id)
        self._send(self._requests_topic, request_id, value, model)
        return request_id

    def requests(
        self,
        model: str,
        rows: "Iterable[Row] | pandas.DataFrame",
        *,
        ids: Iterable[str] | None = None,
        event_times: Iterable[Time] | None = None,
    ) -> list[str]:
        """As `request`, for each row of a list or of a pandas data frame; gives the ids in their order."""
        listed = list(rows_of(rows))
        names = _one_each(ids, listed, "ids")
        times = _one_each(event_times, listed, "event_times")
        return [self.request(model, row, id=name, event_time=at) for row, name, at in zip(listed, names, times)]

    def answer(self, model: str, id: str, *, timeout: float = 5.0) -> Answer:
        """Waits for the answer to a request, seconds. Of requests that others send it hears from now on.

        Raises RequestRefused where the service gave it up, and AnswerOverdue.
        """
        return self._wait(model, id, time.monotonic() + timeout, timeout)

    def predict(
        self, model: str, row: Row, *, id: str | None = None, event_time: Time = None, timeout: float = 5.0
    ) -> Answer:
        """Asks for a prediction of one row and waits for the answer, at most `timeout` seconds."""
        return self.answer(model, self.request(model, row, id=id, event_time=event_time), timeout=timeout)

    def predict_all(
        self,
        model: str,
        rows: "Iterable[Row] | pandas.DataFrame",
        *,
        ids: Iterable[str] | None = None,
        event_times: Iterable[Time] | None = None,
        timeout: float = 30.0,
    ) -> list[Answer]:
        """Asks for all rows at once and waits for all answers, at most `timeout` seconds together."""
        deadline = time.monotonic() + timeout
        sent = self.requests(model, rows, ids=ids, event_times=event_times)
        return [self._wait(model, request_id, deadline, timeout) for request_id in sent]

    def label(self, model: str, id: str, label: Any, *, event_time: Time = None) -> None:
        """Tells the truth about a request: a class by name or index, or the value of a regression.

        Where all names of classes are numbers, a number is the name. event_time: when the truth became known.
        """
        fields = label_fields(label, self.spec(model))
        record = {
            "requestId": _id(id),
            "model": model,
            "eventTime": milliseconds_of(event_time),
            **fields,
        }
        self._send(self._labels_topic, id, self._labels.bytes_of(record))

    def history(
        self,
        model: str,
        *,
        since: Time = 0,
        until: Time = END_OF_TIME,
        limit: int = 100_000,
        shadow: bool = False,
    ) -> "pandas.DataFrame":
        """The newest answers of a model with their labels as a data frame, oldest first.

        What was just answered is there some seconds later. since, until: event times. shadow: answers in shadow, too.
        """
        if self._warehouse is None:
            raise HistoryUnavailable("History is read from ClickHouse: give its address to Client(clickhouse=…).")
        return self._warehouse.answers(
            model, since=milliseconds_of(since), until=milliseconds_of(until), limit=limit, shadow=shadow
        )

    def flush(self, timeout: float = 30.0) -> None:
        """Waits until Kafka has all that was sent, at most `timeout` seconds; raises NotDelivered where it has not."""
        left = self._producer.flush(timeout)
        with self._lock:
            lost, self._lost = self._lost, []
        if left > 0 or lost:
            reasons = f": {lost[0]}" if lost else ""
            raise NotDelivered(f"Kafka has not taken {left + len(lost)} requests or labels{reasons}. Send them again.")

    def close(self, timeout: float = 30.0) -> None:
        """Delivers what is on its way and ends the client."""
        try:
            self.flush(timeout)
        finally:
            self._follower.close()
            self._awaited.fail(KafkaUnavailable("The client was closed while an answer was waited for."))

    def _send(self, topic: str, key: str, value: bytes, model: str | None = None) -> None:
        def delivered(error: KafkaError | None, _: Any) -> None:
            if error is None:
                return
            if model is not None and self._awaits:
                self._awaited.fail_one(model, key, NotDelivered(f"Kafka has not taken request '{key}': {error.str()}"))
            with self._lock:
                self._lost.append(error.str())

        deadline = time.monotonic() + CALL_S
        while True:
            try:
                self._producer.produce(topic, key=key.encode(), value=value, on_delivery=delivered)
                break
            except BufferError as error:
                if time.monotonic() > deadline:
                    raise KafkaUnavailable("Kafka takes nothing, and what waits for it fills the memory for it.") from error
                self._producer.poll(0.1)
            except KafkaException as error:
                raise KafkaUnavailable(f"Kafka refuses '{key}': {error.args[0].str()}") from error
        self._producer.poll(0)

    def _wait(self, model: str, request_id: str, deadline: float, timeout: float) -> Answer:
        if not self._awaits:
            raise DriftloopError("This client does not follow answers: make it without answers=False.")
        future: Future[Answer] = self._awaited.expect(model, request_id)
        while True:
            left = deadline - time.monotonic()
            try:
                # What the producer has to say about deliveries, it says in its poll.
                return future.result(min(max(left, 0.0), 0.1))
            except FutureTimeout:
                if future.done():
                    continue
                self._producer.poll(0)
                if self._follower.failure is not None:
                    raise self._follower.failure from None
                if left <= 0:
                    raise AnswerOverdue(model, request_id, timeout) from None


def _id(value: str) -> str:
    if isinstance(value, str) and value != "":
        return value
    raise RowInvalid(f"{value!r} is no request id: give a text that is not empty.")


def _one_each(values: Iterable[Any] | None, rows: Sequence[Row], what: str) -> Sequence[Any]:
    if values is None:
        return [None] * len(rows)
    found = list(values)
    if len(found) != len(rows):
        raise RowInvalid(f"{what} has {len(found)} values for {len(rows)} rows.")
    return found
