import math
import unittest
from dataclasses import replace
from datetime import datetime, timedelta, timezone

import numpy
import pandas

from driftloop import Feature, RowInvalid, Spec
from driftloop.answers import Awaited
from driftloop.history import database_of
from driftloop.rows import columns_of, label_fields, milliseconds_of
from driftloop.specs import spec_of

SPEC = Spec(
    model="m",
    task="binary",
    classes=2,
    class_names=("-1", "1"),
    features=(
        Feature("x", "numeric", True, ()),
        Feature("flag", "categorical", True, ("false", "true")),
        Feature("code", "categorical", True, ("7", "8")),
        Feature("on", "numeric", True, ()),
    ),
)


class RowsTest(unittest.TestCase):
    def test_values_go_where_the_spec_has_them(self):
        row = {"x": numpy.float32(0.5), "flag": True, "code": 7.0, "on": numpy.bool_(True), "other": object()}
        self.assertEqual(
            columns_of(row, SPEC), {"features": [], "numbers": {"x": 0.5, "on": 1.0}, "texts": {"flag": "true", "code": "7"}}
        )

    def test_all_kinds_of_missing_are_left_out(self):
        for missing in (None, math.nan, numpy.nan, pandas.NA, pandas.NaT, numpy.float32("nan")):
            self.assertEqual(columns_of({"x": missing, "code": "8", "flag": missing}, SPEC)["numbers"], {})
            self.assertEqual(columns_of({"x": missing, "code": "8", "flag": missing}, SPEC)["texts"], {"code": "8"})

    def test_by_place_a_missing_value_is_nan(self):
        features = columns_of([1, None, numpy.int8(3)], SPEC)["features"]
        self.assertEqual(features[::2], [1.0, 3.0])
        self.assertTrue(math.isnan(features[1]))

    def test_what_is_no_value_is_named(self):
        with self.assertRaisesRegex(RowInvalid, "column 'x' is the text 'a'"):
            columns_of({"x": "a"}, SPEC)
        with self.assertRaisesRegex(RowInvalid, "neither a number nor a text"):
            columns_of({"x": [1]}, SPEC)

    def test_labels_by_name_and_by_number(self):
        self.assertEqual(label_fields("1", SPEC), {"label": 0.0, "labelName": "1"})
        self.assertEqual(label_fields(numpy.int64(-1), SPEC), {"label": -1.0})
        self.assertEqual(label_fields(True, SPEC), {"label": 1.0})
        flags = replace(SPEC, class_names=("false", "true"))
        self.assertEqual(label_fields(False, flags), {"label": 0.0, "labelName": "false"})
        with self.assertRaisesRegex(RowInvalid, "'yes' is no class of model 'm'; they are: -1, 1"):
            label_fields("yes", SPEC)

    def test_free_text_and_embeddings(self):
        spec = spec_of(
            {
                "model": "m",
                "task": "binary",
                "classes": 2,
                "features": [
                    {"name": "age", "kind": "numeric"},
                    {"name": "review", "kind": "text"},
                    {"name": "picture", "kind": "embedding", "size": 2},
                ],
            }
        )
        for picture in ([0.5, 1], (0.5, 1.0), numpy.array([0.5, 1], dtype="float32")):
            self.assertEqual(
                columns_of({"age": 3, "review": "came late", "picture": picture}, spec),
                {"features": [], "numbers": {"age": 3.0}, "texts": {"review": "came late"}, "vectors": {"picture": [0.5, 1.0]}},
            )
        for missing in (None, math.nan, pandas.NA):
            self.assertNotIn("vectors", columns_of({"age": 3, "picture": missing}, spec))
        with self.assertRaisesRegex(RowInvalid, "column 'picture' is 7; the model has a list of numbers there"):
            columns_of({"picture": 7}, spec)

    def test_labels_of_several_targets(self):
        record = {"model": "m", "task": "multilabel", "classes": 0, "features": []}
        labels = spec_of({**record, "outputs": [{"name": "new"}, {"name": "rich"}]})
        for told in (["rich"], {"rich"}, [False, True], {"new": 0, "rich": 1}, numpy.array([0, 1])):
            self.assertEqual(label_fields(told, labels), {"label": 0.0, "values": [0.0, 1.0]})
        self.assertEqual(label_fields([], labels), {"label": 0.0, "values": [0.0, 0.0]})
        for wrong in (1, [1], [1, None], {"new": 1}, ["old"]):
            with self.assertRaises(RowInvalid):
                label_fields(wrong, labels)
        outputs = [{"name": "low", "quantile": 0.1}, {"name": "high", "quantile": 0.9}]
        quantiles = spec_of({**record, "task": "regression", "outputs": outputs})
        self.assertEqual((quantiles.outputs, quantiles.targets), (("low", "high"), ()))
        self.assertEqual(label_fields(2, quantiles), {"label": 2.0})

    def test_times_are_in_utc_unless_they_say(self):
        self.assertEqual(milliseconds_of(datetime(1970, 1, 1, 0, 0, 1)), 1000)
        self.assertEqual(milliseconds_of(datetime(1970, 1, 1, 2, tzinfo=timezone(timedelta(hours=2)))), 0)
        self.assertEqual(milliseconds_of(pandas.Timestamp("2026-03-01T12:00:00.123Z")), 1_772_366_400_123)

    def test_the_class_of_an_answer(self):
        self.assertEqual([SPEC.class_name(0.0), SPEC.class_name(1.0), SPEC.class_name(2.0)], ["-1", "1", None])

    def test_databases_are_named_as_the_services_name_them(self):
        self.assertEqual([database_of(""), database_of("a.b-"), database_of("t1.")], ["driftloop", "driftloop_a_b", "driftloop_t1"])


class AwaitedTest(unittest.TestCase):
    def test_the_oldest_are_forgotten(self):
        awaited = Awaited(2)
        for request_id in ("a", "b", "c"):
            awaited.expect("m", request_id)
        self.assertEqual([len(awaited.models_of(one)) for one in "abc"], [0, 1, 1])

    def test_one_that_is_sent_again_waits_again(self):
        awaited = Awaited(9)
        first = awaited.again("m", "a")
        awaited.fail_one("m", "a", ValueError())
        self.assertTrue(awaited.expect("m", "a") is first and first.done())
        self.assertFalse(awaited.again("m", "a").done())

    def test_ids_are_of_one_model(self):
        awaited = Awaited(9)
        awaited.expect("m", "a")
        other = awaited.expect("n", "a")
        awaited.fail_one("m", "a", ValueError())
        self.assertFalse(other.done())
        self.assertEqual(awaited.models_of("a"), {"m", "n"})


if __name__ == "__main__":
    unittest.main()
