"""The client against real parts: the addresses are in the environment, a model is live (test/clients.test.ts sets both).

The model has the columns age, Größe in cm (may be missing) and Beruf (Bäcker, Schlosser), and the classes nein and ja.
"""
import os
import threading
import time
import unittest
from datetime import datetime, timezone

import numpy
import pandas

from driftloop import AnswerOverdue, Client, KafkaUnavailable, ModelUnknown, NotDelivered, RegistryUnavailable, RequestRefused, RowInvalid

MODEL = os.environ["DRIFTLOOP_MODEL"]
WHERE = {
    "brokers": os.environ["KAFKA_BROKERS"],
    "registry": os.environ["SCHEMA_REGISTRY_URL"],
    "prefix": os.environ["TOPIC_PREFIX"],
}
NOON = datetime(2026, 3, 1, 12, tzinfo=timezone.utc)
SMITH = {"age": 64, "Größe in cm": 165, "Beruf": "Schlosser"}


class ClientTest(unittest.TestCase):
    client: Client

    @classmethod
    def setUpClass(cls):
        cls.client = Client(**WHERE, clickhouse=os.environ["CLICKHOUSE_URL"])

    @classmethod
    def tearDownClass(cls):
        cls.client.close()

    def test_tells_what_is_registered(self):
        self.assertEqual(self.client.models(), [MODEL])
        spec = self.client.spec(MODEL)
        self.assertEqual([feature.name for feature in spec.features], ["age", "Größe in cm", "Beruf"])
        self.assertEqual(spec.features[2].categories, ("Bäcker", "Schlosser"))
        self.assertEqual(spec.class_names, ("nein", "ja"))

    def test_a_row_by_names_is_answered_as_the_same_row_by_place(self):
        by_name = self.client.predict(MODEL, SMITH, id="python-named", event_time=NOON, timeout=30)
        by_place = self.client.predict(MODEL, [64, 165, 1], timeout=30)
        self.assertEqual(by_name.outputs, by_place.outputs)
        self.assertEqual((by_name.request_id, by_name.model, by_name.version, by_name.role), ("python-named", MODEL, 1, "live"))
        self.assertEqual(by_name.event_time, NOON)
        self.assertAlmostEqual(sum(by_name.outputs), 1, 6)
        self.assertEqual(by_name.class_name, ["nein", "ja"][int(by_name.outputs[1] > by_name.outputs[0])])

    def test_a_data_frame_is_answered_row_by_row(self):
        frame = pandas.DataFrame(
            {
                "Beruf": pandas.Categorical(["Bäcker", "Schlosser", "Bäcker"]),
                "Größe in cm": pandas.array([181, None, 177], dtype="Int64"),
                "age": numpy.array([31, 64, 18], dtype=numpy.int8),
                "of no model": ["a", "b", "c"],
            }
        )
        ids = ["python-frame-0", "python-frame-1", "python-frame-2"]
        answers = self.client.predict_all(MODEL, frame, ids=ids, event_times=[NOON, NOON, 1_772_366_400_000])
        self.assertEqual([answer.request_id for answer in answers], ids)
        self.assertEqual([answer.event_time for answer in answers], [NOON, NOON, NOON])
        alone = [
            self.client.predict(MODEL, {"age": 31.0, "Größe in cm": 181, "Beruf": "Bäcker"}, timeout=30),
            self.client.predict(MODEL, {"age": 64, "Größe in cm": float("nan"), "Beruf": "Schlosser"}, timeout=30),
        ]
        # A missing value of this model gives NaN, which nothing equals.
        self.assertEqual(answers[0].outputs, alone[0].outputs)
        self.assertEqual(str(answers[1].outputs), str(alone[1].outputs))

    def test_a_refused_row_ends_the_waiting_with_the_reason(self):
        with self.assertRaises(RequestRefused) as refused:
            self.client.predict(MODEL, {"age": 31, "Beruf": None}, id="python-refused", timeout=30)
        self.assertEqual(refused.exception.code, "FEATURE_MISSING")
        self.assertIn("no column 'Beruf'", str(refused.exception))
        with self.assertRaises(RequestRefused) as refused:
            self.client.predict(MODEL, [1.0], timeout=30)
        self.assertEqual(refused.exception.code, "FEATURES_WRONG_LENGTH")

    def test_what_cannot_be_sent_is_told_before_it_is_sent(self):
        for wrong in (
            lambda: self.client.request(MODEL, {"age": "old", "Beruf": "Bäcker"}),
            lambda: self.client.request(MODEL, {"Age": 31}),
            lambda: self.client.request(MODEL, SMITH, id=""),
            lambda: self.client.request(MODEL, SMITH, event_time="today"),
            lambda: self.client.requests(MODEL, [SMITH, SMITH], ids=["one"]),
            lambda: self.client.label(MODEL, "python-named", None),
        ):
            self.assertRaises(RowInvalid, wrong)
        with self.assertRaises(ModelUnknown) as unknown:
            self.client.request("nobody", SMITH)
        self.assertIn(MODEL, str(unknown.exception))

    def test_an_answer_that_does_not_come_is_overdue(self):
        with self.assertRaises(AnswerOverdue) as overdue:
            self.client.answer(MODEL, "python-never-sent", timeout=0.2)
        self.assertIsInstance(overdue.exception, TimeoutError)

    def test_hears_of_requests_that_others_send(self):
        told = []
        waiting = threading.Thread(target=lambda: told.append(self.client.answer(MODEL, "python-other", timeout=60)))
        waiting.start()
        with Client(**WHERE, answers=False) as other:
            other.request(MODEL, SMITH, id="python-other")
        waiting.join()
        self.assertEqual(told[0].outputs, self.client.predict(MODEL, SMITH, timeout=30).outputs)

    def test_labels_come_back_with_their_answers(self):
        ids = self.client.requests(MODEL, [SMITH] * 3, ids=[f"python-label-{i}" for i in range(3)], event_times=[NOON] * 3)
        for label, request_id in zip(["ja", 0, numpy.int64(1)], ids):
            self.client.label(MODEL, request_id, label, event_time=NOON)
        self.client.flush()
        answers = [self.client.answer(MODEL, request_id, timeout=30) for request_id in ids]
        deadline = time.monotonic() + 60
        while True:
            frame = self.client.history(MODEL, since=NOON, until=datetime(2026, 3, 1, 12, 0, 1))
            mine = frame[frame["request_id"].isin(ids)]
            if len(mine) == 3 and mine["label"].notna().all() or time.monotonic() > deadline:
                break
            time.sleep(0.2)
        self.assertEqual(mine["request_id"].tolist(), ids[::-1])
        self.assertEqual(mine["label_name"].tolist(), ["ja", "nein", "ja"])
        self.assertEqual(mine["predicted_name"].tolist(), [answer.class_name for answer in answers])
        self.assertEqual(mine["event_time"].tolist(), [NOON] * 3)

    def test_parts_that_are_not_there_are_named(self):
        with self.assertRaises(RegistryUnavailable):
            Client(**{**WHERE, "registry": "http://127.0.0.1:9"})
        with self.assertRaises(RegistryUnavailable) as unknown:
            Client(**{**WHERE, "prefix": "nobody."})
        self.assertIn("is the prefix right?", str(unknown.exception))

    def test_whoever_waits_hears_that_nothing_is_read_any_more(self):
        with Client(**WHERE) as client:
            client._follower.failure = KafkaUnavailable("gone")
            with self.assertRaisesRegex(KafkaUnavailable, "gone"):
                client.answer(MODEL, "python-never-sent", timeout=60)

    def test_settings_of_librdkafka_are_passed_on(self):
        with self.assertRaises(Exception) as refused:
            Client(**WHERE, kafka={"security.protocol": "nonsense"})
        self.assertIn("security.protocol", str(refused.exception))
        lone = Client(**WHERE, answers=False, kafka={"message.timeout.ms": 1, "linger.ms": 0, "socket.timeout.ms": 1000})
        lone._producer.purge()
        lone.request(MODEL, SMITH, id="python-purged")
        lone._producer.purge(in_flight=True)
        with self.assertRaises(NotDelivered):
            lone.close()


if __name__ == "__main__":
    unittest.main()
