"""A thread that reads specs from their beginning, and answers and dead letters from now on."""
import threading
import time
from collections.abc import Mapping
from typing import Any

from confluent_kafka import Consumer, KafkaError, KafkaException, Message, TopicPartition

from .answers import Awaited, answer_of
from .errors import KafkaUnavailable, RegistryUnavailable
from .specs import Spec, spec_of
from .wire import Registry, record_of

POLL_S = 0.1
BATCH = 500
CALL_S = 10.0
#: How often partitions that were added are looked for.
PARTITIONS_S = 30.0


class Follower:
    """Follows the topics of an installation without joining a group, so that nothing is committed.

    answers: also read answers and dead letters; else specs alone.
    """

    def __init__(
        self, settings: Mapping[str, Any], registry: Registry, prefix: str, awaited: Awaited, *, answers: bool
    ) -> None:
        self._registry = registry
        self._awaited = awaited
        self._specs_topic = f"{prefix}model.specs"
        self._answers_topic = f"{prefix}inference.predictions"
        self._letters_topic = f"{prefix}dead.letters"
        self._topics = [self._specs_topic, *([self._answers_topic, self._letters_topic] if answers else [])]
        self._consumer = Consumer(settings)
        self._specs: dict[str, Spec] = {}
        self._behind: dict[int, int] = {}
        self._caught_up = threading.Event()
        self._ended = threading.Event()
        #: Why nothing is read any more.
        self.failure: Exception | None = None
        try:
            self._assign()
        except KafkaException as error:
            self._consumer.close()
            raise KafkaUnavailable(f"Kafka does not tell its topics: {error.args[0].str()}") from error
        self._thread = threading.Thread(target=self._run, name="driftloop-answers", daemon=True)
        self._thread.start()
        if not self._caught_up.wait(CALL_S):
            self.close()
            raise KafkaUnavailable(f"{self._specs_topic} could not be read within {CALL_S:g} s.")
        if self.failure is not None:
            self.close()
            raise self.failure

    def spec(self, model: str) -> Spec | None:
        """The newest spec of a model that has been read."""
        return self._specs.get(model)

    def models(self) -> list[str]:
        """Names of all models that are registered."""
        return sorted(self._specs)

    def close(self) -> None:
        """Reads nothing more."""
        self._ended.set()
        self._thread.join()
        self._consumer.close()

    def _assign(self) -> None:
        places: list[TopicPartition] = []
        for topic in self._topics:
            for partition in self._partitions(topic):
                first, next_offset = self._consumer.get_watermark_offsets(TopicPartition(topic, partition), timeout=CALL_S)
                is_specs = topic == self._specs_topic
                if is_specs and next_offset > first:
                    self._behind[partition] = next_offset
                places.append(TopicPartition(topic, partition, first if is_specs else next_offset))
        self._consumer.assign(places)
        if not self._behind:
            self._caught_up.set()

    def _partitions(self, topic: str) -> list[int]:
        found = self._consumer.list_topics(topic, timeout=CALL_S).topics[topic]
        if found.error is not None:
            raise KafkaUnavailable(
                f"Kafka has no topic {topic} ({found.error.str()}): run driftloop's services first, or correct the prefix."
            )
        return sorted(found.partitions)

    def _run(self) -> None:
        try:
            looked_at = time.monotonic()
            while not self._ended.is_set():
                for message in self._consumer.consume(BATCH, timeout=POLL_S):
                    self._take(message)
                self._note_position()
                if time.monotonic() - looked_at > PARTITIONS_S:
                    self._add_partitions()
                    looked_at = time.monotonic()
        except Exception as error:  # Whoever waits must hear of it: nothing else would end their waiting.
            self.failure = error if isinstance(error, RegistryUnavailable) else KafkaUnavailable(str(error))
            self._caught_up.set()
            self._awaited.fail(self.failure)

    def _take(self, message: Message) -> None:
        error = message.error()
        if error is not None:
            if error.fatal() or error.code() in (KafkaError.TOPIC_AUTHORIZATION_FAILED, KafkaError._AUTHENTICATION):
                raise KafkaUnavailable(f"Kafka refuses to be read: {error.str()}")
            return  # librdkafka tries again by itself.
        key, value, topic = message.key(), message.value(), message.topic()
        if value is None or key is None:
            return
        if topic == self._specs_topic:
            spec = spec_of(record_of(self._registry, value))
            self._specs[spec.model] = spec
            return
        models = self._awaited.models_of(key.decode("utf-8", "replace"))
        if not models:
            return
        record = record_of(self._registry, value)
        if topic == self._answers_topic:
            if record["role"] != "shadow" and record["model"] in models:
                self._awaited.answered(answer_of(record, self._specs.get(record["model"])))
        elif record["topic"] == "inference.requests":
            for model in models & self._models_of_letter(record, models):
                self._awaited.refused(model, record["key"].decode(), record["code"], record["reason"])

    def _models_of_letter(self, letter: Mapping[str, Any], models: frozenset[str]) -> frozenset[str]:
        """Whose request it was: all that wait where its bytes say nothing."""
        try:
            return frozenset([record_of(self._registry, letter["value"])["model"]])
        except Exception:  # Too large to be kept, or not to be read: that may be why it is a dead letter.
            return models

    def _note_position(self) -> None:
        if self._caught_up.is_set():
            return
        for place in self._consumer.position([TopicPartition(self._specs_topic, p) for p in self._behind]):
            if place.offset >= self._behind[place.partition]:
                del self._behind[place.partition]
        if not self._behind:
            self._caught_up.set()

    def _add_partitions(self) -> None:
        known = {(place.topic, place.partition) for place in self._consumer.assignment()}
        try:
            added = [
                TopicPartition(topic, partition, 0)
                for topic in self._topics
                for partition in self._partitions(topic)
                if (topic, partition) not in known
            ]
        except (KafkaException, KafkaUnavailable):
            return  # Looked for again later.
        if added:
            self._consumer.incremental_assign(added)
