"""Makes models/outputs-*: answers of several targets, labels and quantiles, and ranking scores.

python3 -m venv env && env/bin/pip install scikit-learn==1.5.2 skl2onnx==1.20.0 onnx==1.17.0 'protobuf<6' onnxruntime==1.32.0 pandas
lightgbm==4.7.0 onnxmltools==1.16.0 && env/bin/python make_outputs.py
"""
import json

import lightgbm
import numpy as np
import onnx
import onnxruntime as ort
from onnx import compose
from onnxmltools import convert_lightgbm
from onnxmltools.convert.common.data_types import FloatTensorType as MlFloats
from skl2onnx import to_onnx
from skl2onnx.common.data_types import FloatTensorType
from sklearn.ensemble import GradientBoostingRegressor, RandomForestClassifier, RandomForestRegressor
from sklearn.linear_model import LinearRegression, LogisticRegression
from sklearn.multiclass import OneVsRestClassifier
from sklearn.multioutput import MultiOutputClassifier, MultiOutputRegressor
from sklearn.neural_network import MLPClassifier
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from table import CHOICE, LEVEL, NUMBERS, SCORE, numeric

NAMES = ["x0", "x1", "x2"]
TYPES = [("X", FloatTensorType([None, 3]))]
ASKED = NUMBERS[:20]
TARGETS = np.column_stack([SCORE, 40 + 3 * SCORE - NUMBERS[:, 0] / 7])
TAGS = np.column_stack([CHOICE, NUMBERS[:, 0] > 50, NUMBERS[:, 1] > 60]).astype(int)


def save(name, file, answers, task, outputs=None, tolerance=1e-6):
    """answers: of the results of ONNX Runtime, rows × outputs."""
    data = file.SerializeToString()
    with open(f"models/outputs-{name}.onnx", "wb") as out:
        out.write(data)
    session = ort.InferenceSession(data, providers=["CPUExecutionProvider"])
    results = session.run(None, {one.name: ASKED for one in session.get_inputs()})
    told = np.asarray(answers(results), dtype=np.float64).reshape(len(ASKED), -1)
    spec = {"task": task, "classes": 0, "features": numeric(*NAMES)}
    if outputs is not None:
        spec["outputs"] = outputs
    rows = {one: ASKED[:, i].tolist() for i, one in enumerate(NAMES)}
    with open(f"models/outputs-{name}.json", "w") as out:
        json.dump({"spec": spec, "tolerance": tolerance, "rows": rows, "answers": told.round(9).tolist()}, out)
        out.write("\n")
    print(name, len(data), [(one.name, one.shape) for one in session.get_outputs()], told[:2].round(3).tolist())


def first(results):
    return results[0]


def last(results):
    return results[-1]


def applying(results):
    return np.column_stack([two[:, 1] for two in results[-1]])


def dictionaries(results):
    return [list(row.values()) for row in results[-1]]


def sk(model, labels, options=None):
    model.fit(NUMBERS, labels)
    last = model[-1] if hasattr(model, "steps") else model
    return to_onnx(model, initial_types=TYPES, options=None if options is None else {id(last): options})


VALUES = [{"name": "price"}, {"name": "days"}]
LABELS = [{"name": "new"}, {"name": "old"}, {"name": "rich"}]
save("linear", sk(make_pipeline(StandardScaler(), LinearRegression()), TARGETS), first, "regression", VALUES)
save("multi-regressor", sk(MultiOutputRegressor(GradientBoostingRegressor(n_estimators=4, max_depth=2)), TARGETS), first, "regression", VALUES)
# skl2onnx declares one column where there are two.
save("forest", sk(RandomForestRegressor(3, max_depth=3, random_state=1), TARGETS), first, "regression", VALUES)

save("multi-classifier", sk(MultiOutputClassifier(LogisticRegression()), TAGS), applying, "multilabel", LABELS)
save("rest", sk(OneVsRestClassifier(LogisticRegression()), TAGS, {"zipmap": False}), last, "multilabel", LABELS)
save("rest-dictionaries", sk(OneVsRestClassifier(LogisticRegression()), TAGS), dictionaries, "multilabel", LABELS)
forest = sk(RandomForestClassifier(3, max_depth=3, random_state=1), TAGS, {"zipmap": False})
save("forest-labels", forest, lambda results: results[-1][:, :, 1].T, "multilabel", LABELS)
save("network-labels", sk(make_pipeline(StandardScaler(), MLPClassifier((4,), max_iter=60, random_state=1)), TAGS, {"zipmap": False}), last, "multilabel", LABELS)
only = sk(MultiOutputClassifier(LogisticRegression()), TAGS)
del only.graph.output[1:]
save("only-labels", only, first, "multilabel", LABELS)

# A model for each quantile, glued in one file with an output for each.
glued = None
for level in (0.1, 0.5, 0.9):
    one = sk(GradientBoostingRegressor(loss="quantile", alpha=level, n_estimators=4, max_depth=2), SCORE)
    one = compose.add_prefix(one, f"q{round(100 * level)}_", rename_inputs=False)
    one.graph.input[0].name = "X"
    for node in one.graph.node:
        for place, value in enumerate(node.input):
            if value.endswith("_X"):
                node.input[place] = "X"
    if glued is None:
        glued = one
        continue
    joined = onnx.helper.make_graph([*glued.graph.node, *one.graph.node], "quantiles", glued.graph.input,
                                    [*glued.graph.output, *one.graph.output], [*glued.graph.initializer, *one.graph.initializer])
    glued = onnx.helper.make_model(joined, opset_imports=glued.opset_import, ir_version=glued.ir_version)
LEVELS = [{"name": "p10", "quantile": 0.1}, {"name": "p50", "quantile": 0.5}, {"name": "p90", "quantile": 0.9}]
save("quantiles", glued, np.column_stack, "regression", LEVELS)

ranker = lightgbm.LGBMRanker(n_estimators=4, num_leaves=4, min_child_samples=5, verbose=-1, random_state=1)
ranker.fit(NUMBERS, LEVEL, group=[10] * 40)
booster = convert_lightgbm(ranker, initial_types=[("input", MlFloats([None, 3]))], target_opset=15)
save("ranker", booster, first, "ranking")

# Networks as PyTorch's exporter writes them (Gemm with transB, an output for each head), without PyTorch.
weights = np.random.RandomState(3)


def network(name, width, end, outputs, task, heads=None):
    """end: operators behind the last layer; heads: outputs and the column of each."""
    sizes = {"body.0.weight": [5, 3], "body.0.bias": [5], "body.2.weight": [width, 5], "body.2.bias": [width]}
    given = [onnx.numpy_helper.from_array(weights.randn(*dims).astype(np.float32), key) for key, dims in sizes.items()]
    given.append(onnx.numpy_helper.from_array(np.float32(40), "forty"))
    node = onnx.helper.make_node
    nodes = [node("Div", ["rows", "forty"], ["scaled"]), node("Gemm", ["scaled", "body.0.weight", "body.0.bias"], ["inner"], transB=1),
             node("Tanh", ["inner"], ["told"]), node("Gemm", ["told", "body.2.weight", "body.2.bias"], ["layer"], transB=1)]
    value = "layer"
    for operator in end:
        nodes.append(node(operator, [value], [operator.lower()]))
        value = operator.lower()
    told = {"y": None} if heads is None else heads
    for key, column in told.items():
        if column is None:
            nodes.append(node("Identity", [value], [key]))
            continue
        given.append(onnx.numpy_helper.from_array(np.int64(column), f"at_{key}"))
        nodes.append(node("Gather", [value, f"at_{key}"], [key], axis=1))
    shape = ["rows", width] if heads is None else ["rows"]
    floats = onnx.TensorProto.FLOAT
    graph = onnx.helper.make_graph(nodes, name, [onnx.helper.make_tensor_value_info("rows", floats, ["rows", 3])],
                                   [onnx.helper.make_tensor_value_info(key, floats, shape) for key in told], given)
    file = onnx.helper.make_model(graph, opset_imports=[onnx.helper.make_opsetid("", 17)], ir_version=8)
    order = list(range(len(told))) if heads is None else [list(heads).index(one["name"]) for one in outputs]
    save(name, file, lambda results: np.column_stack([results[place] for place in order]), task, outputs)


# Outputs are called as the spec calls them, in another order.
network("heads", 2, [], VALUES, "regression", {"days": 1, "price": 0})
network("sigmoid", 3, ["Sigmoid"], LABELS, "multilabel")
network("pinball", 3, [], LEVELS, "regression")
