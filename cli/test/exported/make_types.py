"""Makes models/onnx-*: element types that few exporters write, by hand.

python3 -m venv env && env/bin/pip install onnx==1.23.2 onnxruntime==1.32.0 && env/bin/python make_types.py
"""
import numpy as np
from onnx import TensorProto, helper, numpy_helper

from table import numeric, save

random = np.random.RandomState(11)


def tensor(name, values, kind=TensorProto.FLOAT):
    return helper.make_tensor(name, kind, values.shape, values.ravel())


def weights(*shape):
    return random.randn(*shape).astype(np.float32)


def tell(name, nodes, inputs, initializers, feed, opset=23, output=("probabilities", 2), **more):
    graph = helper.make_graph(
        nodes,
        name,
        [helper.make_tensor_value_info(one, kind, ["rows", width]) for one, kind, width in inputs],
        [helper.make_tensor_value_info(output[0], TensorProto.FLOAT, ["rows", output[1]])],
        initializers,
    )
    file = helper.make_model(graph, opset_imports=[helper.make_opsetid("", opset)], ir_version=11)
    flat = np.hstack([values.astype(float) for values in feed.values()])
    names = [f"x{i}" for i in range(flat.shape[1])]
    rows = {one: flat[:, i].tolist() for i, one in enumerate(names)}
    save(f"onnx-{name}", file, features=numeric(*names), rows=rows, feed=feed, **more)


def logits(cast="x"):
    return [
        helper.make_node("Gemm", [cast, "w", "b"], ["logits"]),
        helper.make_node("Softmax", ["logits"], ["probabilities"]),
    ]


to_float = {"to": TensorProto.FLOAT}
# Weights in bfloat16, which a CPU multiplies as float32.
tell(
    "bfloat16",
    [
        helper.make_node("Cast", ["w16"], ["w"], **to_float),
        helper.make_node("Cast", ["b16"], ["b"], **to_float),
        *logits(),
    ],
    [("x", TensorProto.FLOAT, 4)],
    [tensor("w16", weights(4, 2), TensorProto.BFLOAT16), tensor("b16", weights(2), TensorProto.BFLOAT16)],
    {"x": random.randn(20, 4).astype(np.float32)},
)
for kind, numbers in {"int16": np.int16, "uint16": np.uint16, "int8": np.int8, "uint32": np.uint32, "uint64": np.uint64}.items():
    least = -100 if np.issubdtype(numbers, np.signedinteger) else 0
    tell(
        kind,
        [helper.make_node("Cast", ["x"], ["f"], **to_float), *logits("f")],
        [("x", getattr(TensorProto, kind.upper()), 3)],
        [numpy_helper.from_array(weights(3, 2) / 50, "w"), numpy_helper.from_array(weights(2), "b")],
        {"x": random.randint(least, 100, (20, 3)).astype(numbers)},
    )
# Switches beside numbers; the answer is a value.
tell(
    "bool",
    [
        helper.make_node("Where", ["on", "x", "zero"], ["f"]),
        helper.make_node("Gemm", ["f", "w", "b"], ["value"]),
    ],
    [("on", TensorProto.BOOL, 3), ("x", TensorProto.FLOAT, 3)],
    [
        numpy_helper.from_array(weights(3, 1), "w"),
        numpy_helper.from_array(weights(1), "b"),
        numpy_helper.from_array(np.zeros([], np.float32), "zero"),
    ],
    {"on": random.rand(20, 3) < 0.5, "x": random.randn(20, 3).astype(np.float32)},
    output=("value", 1),
    task="regression",
)
