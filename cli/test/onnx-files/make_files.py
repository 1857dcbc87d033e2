"""Makes the ONNX files that ../admit.test.ts admits or refuses, and expected.json with what ONNX Runtime answers to rows.

python3 -m venv env && env/bin/pip install onnx==1.23.2 onnxruntime==1.32.0 ml_dtypes && env/bin/python make_files.py

Each file is named with its task: r regression, b binary, m three classes. Three features, unless the name ends in a number of them.
"""

import json
import os
import tempfile

import ml_dtypes
import numpy as np
import onnx
import onnxruntime as ort
from onnx import TensorProto as T
from onnx import helper as h
from onnx import numpy_helper as nh
from onnxruntime.quantization import CalibrationDataReader, QuantFormat, quantize_dynamic, quantize_static

random = np.random.RandomState(3)
ROWS = random.randn(5, 3).astype(np.float32).round(3)
expected = {}


def info(name, shape, kind=T.FLOAT):
    return h.make_tensor_value_info(name, kind, shape)


def weight(name, *dims):
    return nh.from_array((random.randn(*dims) / 2).astype(np.float32), name)


def model(nodes, weights=(), inputs=None, outputs=None, opset=17, imports=None, functions=(), ir=10):
    graph = h.make_graph(
        list(nodes),
        "made",
        inputs if inputs is not None else [info("x", ["rows", 3])],
        outputs if outputs is not None else [info("y", ["rows", 1])],
        list(weights),
    )
    opsets = imports if imports is not None else [h.make_opsetid("", opset)]
    return h.make_model(graph, opset_imports=opsets, functions=list(functions), ir_version=ir, producer_name="make_files")


def save(name, made, answered=True):
    """Writes a file; with `answered`, ONNX Runtime must run it as it is, and says what it answers."""
    onnx.save(made, f"{name}.onnx")
    if not answered:
        return
    session = ort.InferenceSession(made.SerializeToString())
    entry = session.get_inputs()[0]
    kinds = {"tensor(double)": np.float64, "tensor(float)": np.float32}
    width = int(name[-1]) if name[-1].isdigit() else 3
    feed = ROWS[:, :width].astype(kinds[entry.type])
    outputs = session.run(None, {entry.name: feed})
    chosen = next(o for o in outputs if isinstance(o, np.ndarray) and o.dtype.kind == "f" and o.shape[0] == 5)
    expected[name] = np.asarray(chosen, np.float64).round(6).tolist()


def gemm(x, w, b, y):
    return h.make_node("Gemm", [x, w, b], [y])


def mlp(out, end=None, **more):
    nodes = [gemm("x", "w1", "b1", "h1"), h.make_node("Relu", ["h1"], ["h2"]), gemm("h2", "w2", "b2", "s" if end else "y")]
    if end:
        nodes.append(h.make_node(end, ["s"], ["y"]))
    weights = [weight("w1", 3, 4), weight("b1", 4), weight("w2", 4, out), weight("b2", out)]
    return model(nodes, weights, outputs=[info("y", ["rows", out])], **more)


# What needs nothing.
save("plain-r", mlp(1))
save("plain-b", mlp(2, "Softmax"))
save("plain-m", mlp(3, "Softmax"))

# Nodes out of order, and other ways to say the same.
made = mlp(1)
made.graph.node.extend(reversed([made.graph.node.pop() for _ in range(3)][::-1]))
made.graph.node.sort(key=lambda node: node.output[0], reverse=True)
save("unsorted-r", made)
made = mlp(1)
made.opset_import[0].domain = "ai.onnx"
for node in made.graph.node:
    node.domain = "ai.onnx"
save("alias-domain-r", made)
made = mlp(1)
made.graph.output[0].ClearField("type")
save("undeclared-output-r", made)
made = mlp(1)
made.graph.input[0].type.tensor_type.ClearField("shape")
save("undeclared-shape-r", made)
made = mlp(1, ir=3)
made.graph.input.extend(info(w.name, list(w.dims)) for w in made.graph.initializer)
save("weights-as-inputs-r", made)
made = mlp(1)
made.graph.input.append(info("unread", ["rows", 2]))
save("unread-input-r", made, answered=False)
made = mlp(1)
made.graph.input[0].type.tensor_type.shape.dim[0].dim_value = 1
save("one-row-r", made, answered=False)
two = mlp(1)
two.graph.output.insert(0, info("h2", ["rows", 4]))
save("two-outputs-r", two, answered=False)
# Keras names shapes like weights.
save(
    "slashed-names-r",
    model(
        [h.make_node("Reshape", ["x", "layer/shape"], ["flat"]), gemm("flat", "layer/w", "layer/b", "y")],
        [nh.from_array(np.array([-1, 3]), "layer/shape"), weight("layer/w", 3, 1), weight("layer/b", 1)],
    ),
)
save(
    "double-r",
    model(
        [h.make_node("MatMul", ["x", "w"], ["h"]), h.make_node("Cast", ["h"], ["y"], to=T.FLOAT)],
        [nh.from_array(random.randn(3, 1), "w")],
        inputs=[info("x", ["rows", 3], T.DOUBLE)],
    ),
)

# Newer element types: weights that are cast or dequantised.
for name, dtype in [
    ("float16", np.float16),
    ("bfloat16", ml_dtypes.bfloat16),
    ("float8", ml_dtypes.float8_e4m3fn),
]:
    w = random.randn(3, 1).astype(np.float32).astype(dtype)
    save(
        f"{name}-weights-r",
        model(
            [h.make_node("Cast", ["w"], ["wide"], to=T.FLOAT), h.make_node("MatMul", ["x", "wide"], ["y"])],
            [nh.from_array(w, "w")],
            opset=21,
        ),
    )
save(
    "int4-weights-r",
    model(
        [h.make_node("DequantizeLinear", ["w", "scale"], ["wide"]), h.make_node("MatMul", ["x", "wide"], ["y"])],
        [h.make_tensor("w", T.INT4, [3, 1], [3, -7, 5]), nh.from_array(np.float32(0.1), "scale")],
        opset=21,
    ),
)
# Half of the net in half precision, the other half can be trained.
save(
    "float16-middle-r",
    model(
        [
            h.make_node("Cast", ["x"], ["x16"], to=T.FLOAT16),
            h.make_node("MatMul", ["x16", "w16"], ["h16"]),
            h.make_node("Cast", ["h16"], ["h"], to=T.FLOAT),
            h.make_node("MatMul", ["h", "w"], ["y"]),
        ],
        [nh.from_array(random.randn(3, 4).astype(np.float16), "w16"), weight("w", 4, 1)],
    ),
)

# Quantised by ONNX Runtime's own tools.


class Reader(CalibrationDataReader):
    def __init__(self):
        self.rows = iter([{"x": random.randn(64, 3).astype(np.float32)} for _ in range(4)])

    def get_next(self):
        return next(self.rows, None)


with tempfile.TemporaryDirectory() as folder:
    source, target = os.path.join(folder, "in.onnx"), os.path.join(folder, "out.onnx")
    for name, out in [("r", 1), ("m", 3)]:
        onnx.save(mlp(out), source)
        quantize_dynamic(source, target)
        save(f"int8-dynamic-{name}", onnx.load(target))
        quantize_static(source, target, Reader(), quant_format=QuantFormat.QDQ)
        save(f"int8-qdq-{name}", onnx.load(target))
        quantize_static(source, target, Reader(), quant_format=QuantFormat.QOperator)
        save(f"int8-qoperator-{name}", onnx.load(target))

# Functions of the file's own.
double = h.make_function("own", "Twice", ["a"], ["b"], [h.make_node("Add", ["a", "a"], ["b"])], [h.make_opsetid("", 17)])
own = [h.make_opsetid("", 17), h.make_opsetid("own", 1)]
twice = h.make_node("Twice", ["x"], ["x2"], domain="own")
save("function-first-r", model([twice, gemm("x2", "w", "b", "y")], [weight("w", 3, 1), weight("b", 1)], imports=own, functions=[double]))
after = h.make_node("Twice", ["h"], ["y"], domain="own")
save("function-last-r", model([gemm("x", "w", "b", "h"), after], [weight("w", 3, 1), weight("b", 1)], imports=own, functions=[double]))
shaped = model([twice, gemm("x2", "w", "b", "y")], [weight("w", 3, 1), weight("b", 1)], imports=own, functions=[double])
shaped.graph.value_info.append(info("x2", ["rows", 3]))
save("function-shapes-r", shaped)
older = [h.make_opsetid("", 13), h.make_opsetid("own", 1)]
double13 = h.make_function("own", "Twice", ["a"], ["b"], [h.make_node("Add", ["a", "a"], ["b"])], [h.make_opsetid("", 13)])
made = model([twice, gemm("x2", "w", "b", "y")], [weight("w", 3, 1), weight("b", 1)], imports=older, functions=[double13])
made.graph.value_info.append(info("x2", ["rows", 3]))
save("function-opset13-r", made)


# Graphs within the graph, which read values around them.
def branch(name, nodes, out, shape, weights=()):
    return h.make_graph(nodes, name, [], [info(out, shape)], list(weights))


def choose(opset, out=1, end=None):
    last = "y" if end is None else "s"
    nodes = [
        h.make_node("ReduceSum", ["x"], ["sum"], keepdims=0) if opset >= 13 else h.make_node("ReduceSum", ["x"], ["sum"], keepdims=0, axes=[0, 1]),
        h.make_node("Greater", ["sum", "zero"], ["positive"]),
        h.make_node(
            "If",
            ["positive"],
            ["h"],
            then_branch=branch("then", [h.make_node("MatMul", ["x", "outer"], ["t"])], "t", ["rows", 4]),
            else_branch=branch("else", [h.make_node("MatMul", ["x", "inner"], ["e"])], "e", ["rows", 4], [weight("inner", 3, 4)]),
        ),
        gemm("h", "w", "b", last),
    ]
    if end:
        nodes.append(h.make_node(end, ["s"], ["y"]))
    weights = [nh.from_array(np.float32(0), "zero"), weight("outer", 3, 4), weight("w", 4, out), weight("b", out)]
    return model(nodes, weights, outputs=[info("y", ["rows", out])], opset=opset)


save("if-r", choose(17))
save("if-opset13-r", choose(13))
made = choose(17)
made.graph.value_info.append(info("h", ["rows", 4]))
save("if-shapes-r", made)
# Scores out: the softmax is added to a file that is left as it is.
save("if-opset13-m", choose(13, 3))
# A weight that the graph and a branch of it share.
made = choose(17)
made.graph.node.insert(0, gemm("x", "outer", "", "straight"))
made.graph.node.append(h.make_node("MatMul", ["straight", "w"], ["more"]))
made.graph.node.append(h.make_node("Add", ["y0", "more"], ["y"]))
made.graph.node[4].output[0] = "y0"
save("if-shared-weight-r", made)
# A branch that reads what a layer makes, and what nothing else reads.
made = model(
    [
        h.make_node("ReduceSum", ["x"], ["sum"], keepdims=0),
        h.make_node("Greater", ["sum", "zero"], ["positive"]),
        gemm("x", "w1", "b1", "h"),
        h.make_node("Relu", ["x"], ["only"]),
        h.make_node(
            "If",
            ["positive"],
            ["more"],
            then_branch=branch("then", [h.make_node("MatMul", ["h", "v"], ["t"])], "t", ["rows", 1]),
            else_branch=branch("else", [h.make_node("MatMul", ["only", "u"], ["e"])], "e", ["rows", 1]),
        ),
        gemm("h", "w2", "b2", "y0"),
        h.make_node("Add", ["y0", "more"], ["y"]),
    ],
    [nh.from_array(np.float32(0), "zero"), weight("w1", 3, 4), weight("b1", 4), weight("v", 4, 1), weight("u", 3, 1), weight("w2", 4, 1), weight("b2", 1)],
)
made.graph.value_info.append(info("more", ["rows", 1]))
save("if-reads-layer-r", made)
# Rewritten, because an output is left out: what only a branch reads is kept.
made = model(
    [
        h.make_node("ReduceSum", ["x"], ["sum"], keepdims=0),
        h.make_node("Greater", ["sum", "zero"], ["positive"]),
        h.make_node("Relu", ["x"], ["only"]),
        h.make_node(
            "If",
            ["positive"],
            ["h"],
            then_branch=branch("then", [h.make_node("Identity", ["only"], ["t"])], "t", ["rows", 3]),
            else_branch=branch("else", [h.make_node("Neg", ["only"], ["e"])], "e", ["rows", 3]),
        ),
        gemm("h", "w", "b", "y"),
        h.make_node("Identity", ["sum"], ["left_out"]),
    ],
    [nh.from_array(np.float32(0), "zero"), weight("w", 3, 1), weight("b", 1)],
    outputs=[info("y", ["rows", 1]), info("left_out", [])],
)
made.graph.value_info.append(info("h", ["rows", 3]))
save("if-rewritten-r", made)
body = h.make_graph(
    [
        h.make_node("MatMul", ["state", "square"], ["next"]),
        h.make_node("Identity", ["go"], ["on"]),
    ],
    "body",
    [info("i", [], T.INT64), info("go", [], T.BOOL), info("state", ["rows", 3])],
    [info("on", [], T.BOOL), info("next", ["rows", 3])],
)
save(
    "loop-r",
    model(
        [h.make_node("Loop", ["times", "yes", "x"], ["h"], body=body), h.make_node("MatMul", ["h", "w"], ["y"])],
        [nh.from_array(np.int64(3), "times"), nh.from_array(np.bool_(True), "yes"), weight("square", 3, 3), weight("w", 3, 1)],
    ),
)
sparse = h.make_sparse_tensor(nh.from_array(np.array([0.5, -2], np.float32), "w"), nh.from_array(np.array([0, 2]), "at"), [3, 1])
made = model([h.make_node("MatMul", ["x", "w"], ["y"])])
made.graph.sparse_initializer.append(sparse)
save("sparse-weights-r", made)

# Operator sets: only ai.onnx.ml, others, none.
ML = "ai.onnx.ml"
tree = dict(
    nodes_treeids=[0] * 3,
    nodes_nodeids=[0, 1, 2],
    nodes_featureids=[1, 0, 0],
    nodes_modes=["BRANCH_LEQ", "LEAF", "LEAF"],
    nodes_values=[0.25, 0.0, 0.0],
    nodes_truenodeids=[1, 0, 0],
    nodes_falsenodeids=[2, 0, 0],
)
regressor = h.make_node(
    "TreeEnsembleRegressor", ["x"], ["y"], domain=ML, n_targets=1,
    target_treeids=[0, 0], target_nodeids=[1, 2], target_ids=[0, 0], target_weights=[-1.5, 2.5], **tree,
)
only_ml = [h.make_opsetid(ML, 3)]
save("ml-only-tree-r", model([regressor], imports=only_ml))
linear = h.make_node("LinearRegressor", ["x"], ["y"], domain=ML, coefficients=[1.0, -2.0, 0.5], intercepts=[0.25])
save("ml-only-linear-r", model([linear], imports=only_ml))


def classifier(transform):
    return h.make_node(
        "TreeEnsembleClassifier", ["x"], ["label", "p"], domain=ML, classlabels_int64s=[0, 1, 2], post_transform=transform,
        class_treeids=[0] * 6, class_nodeids=[1, 1, 1, 2, 2, 2], class_ids=[0, 1, 2] * 2, class_weights=[2.0, -1.0, 0.5, -3.0, 0.25, 1.0], **tree,
    )


label, chances = info("label", ["rows"], T.INT64), info("p", ["rows", 3])
save("ml-only-tree-m", model([classifier("SOFTMAX")], imports=only_ml, outputs=[label, chances]))
save("ml-only-scores-m", model([classifier("NONE")], imports=only_ml, outputs=[label, chances]), answered=False)
made = model(
    [classifier("SOFTMAX"), h.make_node("ZipMap", ["p"], ["map"], domain=ML, classlabels_int64s=[0, 1, 2])],
    imports=only_ml,
    outputs=[label, h.make_value_info("map", h.make_sequence_type_proto(h.make_map_type_proto(T.INT64, h.make_tensor_type_proto(T.FLOAT, []))))],
)
save("ml-only-zipmap-m", made, answered=False)
save("ml-only-labels-m", model([classifier("SOFTMAX")], imports=only_ml, outputs=[label]), answered=False)
scale = h.make_node("Scaler", ["x"], ["scaled"], domain=ML, offset=[0.5] * 3, scale=[2.0] * 3)
save("default-nodes-not-imported-r", model([scale, gemm("scaled", "w", "b", "y")], [weight("w", 3, 1), weight("b", 1)], imports=only_ml))
save("no-imports-r", model([gemm("x", "w", "b", "y")], [weight("w", 3, 1), weight("b", 1)], imports=[]), answered=False)
made = model([gemm("x", "w", "b", "y")], [weight("w", 3, 1), weight("b", 1)])
made.opset_import[0].version = 99
save("opset-of-the-future-r", made, answered=False)
made.opset_import[0].version = 5
save("opset-of-the-past-r", made, answered=False)
save(
    "microsoft-domain-r",
    model(
        [h.make_node("FusedMatMul", ["x", "w"], ["y"], domain="com.microsoft", alpha=0.5)],
        [weight("w", 3, 1)],
        imports=[h.make_opsetid("", 17), h.make_opsetid("com.microsoft", 1)],
    ),
)
save("unknown-operator-r", model([h.make_node("Guess", ["x"], ["y"], domain="else")], imports=own[:1] + [h.make_opsetid("else", 1)]), answered=False)

# Shapes and types that requests do not have.
same = [h.make_node("Identity", ["x"], ["y"])]
wide = [info("x", ["rows", 4])]
save("four-features-r", model([gemm("x", "w", "b", "y")], [weight("w", 4, 1), weight("b", 1)], inputs=wide), answered=False)
save("four-features-undeclared-r", model([gemm("x", "w", "b", "y")], [weight("w", 4, 1), weight("b", 1)], inputs=[info("x", ["rows", "features"])]), answered=False)
save("two-answers-r", mlp(2), answered=False)
made = mlp(2)
made.graph.output[0].type.tensor_type.shape.dim[1].dim_param = "answers"
save("two-answers-undeclared-r", made, answered=False)
save("four-classes-m", mlp(4, "Softmax"), answered=False)
save(
    "one-answer-for-all-r",
    model([h.make_node("ReduceSum", ["x"], ["y"], keepdims=1)], outputs=[info("y", ["rows", "width"])]),
    answered=False,
)
save(
    "one-row-inside-r",
    model(
        [h.make_node("Reshape", ["x", "shape"], ["flat"]), gemm("flat", "w", "b", "y")],
        [nh.from_array(np.array([1, 3]), "shape"), weight("w", 3, 1), weight("b", 1)],
        inputs=[info("x", [1, 3])],
        outputs=[info("y", [1, 1])],
    ),
    answered=False,
)
save("float16-input-r", model(
    [h.make_node("MatMul", ["x", "w"], ["h"]), h.make_node("Cast", ["h"], ["y"], to=T.FLOAT)],
    [nh.from_array(random.randn(3, 1).astype(np.float16), "w")],
    inputs=[info("x", ["rows", 3], T.FLOAT16)],
), answered=False)
save("string-input-r", model(
    [h.make_node("Cast", ["x"], ["h"], to=T.FLOAT), gemm("h", "w", "b", "y")],
    [weight("w", 3, 1), weight("b", 1)],
    inputs=[info("x", ["rows", 3], T.STRING)],
), answered=False)
both = [info("a", ["rows", 3]), info("b", ["rows", 1])]
save("two-inputs-r", model([gemm("a", "w", "b", "y")], [weight("w", 3, 1)], inputs=both), answered=False)
save("no-inputs-r", model([h.make_node("Identity", ["w"], ["y"])], [weight("w", 3, 1)], inputs=[]), answered=False)
save("no-nodes-r", model([], outputs=[info("x", ["rows", 3])]), answered=False)
save("no-nodes-r1", model([], inputs=[info("x", ["rows", 1])], outputs=[info("x", ["rows", 1])]))
save("no-outputs-r", model([gemm("x", "w", "b", "y")], [weight("w", 3, 1), weight("b", 1)], outputs=[]), answered=False)
save("circle-r", model([h.make_node("Add", ["x", "b"], ["a"]), h.make_node("Add", ["a", "y"], ["b"]), h.make_node("ReduceSum", ["b"], ["y"])]), answered=False)
save("outputs-nothing-makes-r", model([h.make_node("Identity", ["x"], ["h"])]), answered=False)
made = model([gemm("x", "w", "b", "y")], [weight("w", 3, 1), weight("b", 1)])
made.graph.initializer[0].raw_data = made.graph.initializer[0].raw_data[:7]
save("torn-weights-r", made, answered=False)
save("nan-r", model([h.make_node("Sqrt", ["x"], ["h"]), gemm("h", "w", "b", "y")], [weight("w", 3, 1), weight("b", 1)]), answered=False)

# Weights in another file, which is not even there.


def elsewhere(tensor):
    onnx.external_data_helper.set_external_data(tensor, "weights.bin", 0, len(tensor.raw_data))
    tensor.ClearField("raw_data")


made = model([gemm("x", "w", "b", "y")], [weight("w", 3, 1), weight("b", 1)])
elsewhere(made.graph.initializer[0])
made.graph.initializer[0].data_location = T.EXTERNAL
save("external-weights-r", made, answered=False)
made = choose(17)
inner = next(a for a in made.graph.node[2].attribute if a.name == "else_branch").g.initializer[0]
elsewhere(inner)
inner.data_location = T.EXTERNAL
save("external-in-branch-r", made, answered=False)
made = model([h.make_node("Constant", [], ["w"], value=weight("v", 3, 1)), h.make_node("MatMul", ["x", "w"], ["y"])])
elsewhere(made.graph.node[0].attribute[0].t)
made.graph.node[0].attribute[0].t.data_location = T.EXTERNAL
save("external-constant-r", made, answered=False)
# An output that is left out may read them.
made = mlp(1)
made.graph.node.append(h.make_node("MatMul", ["x", "far"], ["z"]))
made.graph.initializer.append(weight("far", 3, 4))
elsewhere(made.graph.initializer[-1])
made.graph.initializer[-1].data_location = T.EXTERNAL
made.graph.output.append(info("z", ["rows", 4]))
save("external-unread-r", made, answered=False)

with open("expected.json", "w") as out:
    rows = ",\n    ".join(json.dumps(row) for row in ROWS.astype(float).round(3).tolist())
    answers = ",\n    ".join(f"{json.dumps(name)}: {json.dumps(answer)}" for name, answer in expected.items())
    out.write(f'{{\n  "rows": [\n    {rows}\n  ],\n  "answers": {{\n    {answers}\n  }}\n}}\n')
