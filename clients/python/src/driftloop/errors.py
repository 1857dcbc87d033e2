"""What can go wrong. All have a stable `code`: driftloop's own where it has one, see docs/errors.md."""


class DriftloopError(Exception):
    """The base of all. Its message says what was wrong, where, and what to do."""

    code: str = "INTERNAL"


class KafkaUnavailable(DriftloopError):
    """No broker answers, or it does not know the topics."""

    code = "KAFKA_UNAVAILABLE"


class NotDelivered(DriftloopError):
    """Kafka has not acknowledged some records. They may still be there: send them again with the same ids."""

    code = "KAFKA_UNAVAILABLE"


class RegistryUnavailable(DriftloopError):
    """The schema registry does not answer, or does not know a schema."""

    code = "REGISTRY_UNAVAILABLE"


class HistoryUnavailable(DriftloopError):
    """ClickHouse does not answer, or refuses the query."""

    code = "WAREHOUSE_UNAVAILABLE"


class ModelUnknown(DriftloopError):
    """No such model is registered."""

    code = "MODEL_UNKNOWN"


class RowInvalid(DriftloopError):
    """A row, an id, a time or a label that cannot be sent as it is."""

    code = "REQUEST_INVALID"


class RequestRefused(DriftloopError):
    """The service has put the request among the dead letters; `code` and `reason` are theirs."""

    def __init__(self, request_id: str, code: str, reason: str) -> None:
        super().__init__(f"{code}: {reason}")
        self.request_id = request_id
        self.code = code
        self.reason = reason


class AnswerOverdue(DriftloopError, TimeoutError):
    """No answer came in time. It may still come: ask for it again by the id."""

    code = "ANSWER_OVERDUE"

    def __init__(self, model: str, request_id: str, seconds: float) -> None:
        super().__init__(
            f"No answer to request '{request_id}' of model '{model}' came within {seconds:g} s. It may still come: call "
            "answer() with its id, or allow more time. `npm run driftloop -- status` shows whether inference runs."
        )
        self.model = model
        self.request_id = request_id
