"""The table that the models are made from, and what ONNX Runtime answers to some of its rows, for the tests to compare with."""
import json
import re

import numpy as np
import onnx
import onnxruntime as ort

random = np.random.RandomState(7)
COUNT = 400
CITIES = ["Basel", "Bern", "Zürich"]
JOBS = ["cook", "nurse", "pilot", "teacher"]
TABLE = {
    "Age": random.uniform(18, 80, COUNT).round().astype(np.float32),
    "Income (CHF)": random.lognormal(11, 0.4, COUNT).round(2).astype(np.float32),
    "city": random.choice(CITIES, COUNT),
    "job": random.choice(JOBS, COUNT),
}
SCORE = (
    (TABLE["Age"] - 49) / 20
    + np.log(TABLE["Income (CHF)"] / 60000)
    + (TABLE["city"] == "Bern")
    - (TABLE["job"] == "pilot")
    + random.randn(COUNT) / 4
)
CHOICE = (SCORE > np.median(SCORE)).astype(int)
LEVEL = np.digitize(SCORE, np.quantile(SCORE, [0.4, 0.7]))
NUMBERS = np.column_stack([TABLE["Age"], TABLE["Income (CHF)"] / 1000, SCORE + random.randn(COUNT) / 9]).astype(np.float32)

CATEGORIES = {"city": CITIES, "job": JOBS}
# Rows whose answers are told: 20, some with what no model has seen.
ASKED = 20
KINDS = {"tensor(float)": np.float32, "tensor(double)": np.float64, "tensor(float16)": np.float16, "tensor(int64)": np.int64,
         "tensor(int32)": np.int32, "tensor(uint8)": np.uint8, "tensor(bool)": bool, "tensor(string)": object,
         "tensor(int8)": np.int8, "tensor(int16)": np.int16, "tensor(uint16)": np.uint16, "tensor(uint32)": np.uint32,
         "tensor(uint64)": np.uint64}


def asked(unknown=False, missing=()):
    """The first rows; with a city that is no category, and with missing values (None) in these columns."""
    rows = {name: list(values[:ASKED].tolist()) for name, values in TABLE.items()}
    if unknown:
        rows["city"][3] = "Genève"
        rows["city"][11] = "Genève"
    for place, name in enumerate(missing):
        rows[name][5 + place] = None
        rows[name][13] = None
    return rows


def runnable(file):
    """The file as it is run here: letters are made small in a locale that machines have."""
    copy = onnx.ModelProto.FromString(file.SerializeToString())
    for node in copy.graph.node:
        if node.op_type == "StringNormalizer":
            node.attribute.append(onnx.helper.make_attribute("locale", "C.UTF-8"))
    return copy.SerializeToString()


def save(name, file, *, features, rows, feed, task="binary", classes=None, order=None, output=None, join=0, tolerance=1e-6):
    """Writes models/<name>.onnx and .json.

    features: of the spec, in its order. rows: their values by name, None for missing. feed: the file's native inputs.
    classes: the spec's names. order: the class of the file, by position, of each of them. output: position of the answers;
    join: how many of the last outputs are the classes' columns.
    """
    if isinstance(file, bytes):
        file = onnx.load_from_string(file)
    data = file.SerializeToString()
    with open(f"models/{name}.onnx", "wb") as out:
        out.write(data)
    session = ort.InferenceSession(runnable(file), providers=["CPUExecutionProvider"])
    # skl2onnx writes names of inputs without spaces and brackets.
    plain = {re.sub("[^A-Za-z0-9_]", "_", key): value for key, value in feed.items()}
    given = {entry.name: np.asarray(plain[entry.name]).astype(KINDS[entry.type]) for entry in session.get_inputs()}
    results = session.run(None, given)
    answers = results[len(results) - 1 if output is None else output]
    if join:
        answers = np.column_stack(results[-join:])
    if isinstance(answers, list):
        answers = [list(row.values()) for row in answers]
    answers = np.asarray(answers)
    if answers.dtype.kind not in "f":
        answers = (answers.reshape(-1, 1) == np.asarray(classes)).astype(float)
    answers = answers.astype(np.float64).reshape(len(answers), -1)
    if order is not None:
        answers = answers[:, order]
    width = {"regression": 0, "binary": 2}.get(task, answers.shape[1])
    spec = {"task": task, "classes": width, "features": features}
    if classes is not None:
        spec["classNames"] = [str(one) for one in classes]
    content = {"spec": spec, "tolerance": tolerance, "rows": rows, "answers": answers.round(9).tolist()}
    with open(f"models/{name}.json", "w") as out:
        json.dump(content, out, ensure_ascii=False)
        out.write("\n")
    print(name, len(data), answers[:2].round(3).tolist())


def numeric(*names, missing=()):
    return [{"name": name, "kind": "numeric", "allowMissing": name in missing} for name in names]


def categorical(*names, missing=()):
    return [
        {"name": name, "kind": "categorical", "allowMissing": name in missing, "categories": CATEGORIES[name]} for name in names
    ]


def column(rows, name, missing=np.nan):
    values = [missing if value is None else value for value in rows[name]]
    return np.array(values, dtype=object if isinstance(values[0], str) else np.float64).reshape(-1, 1)
