"""
Writes shapes.json: output shapes of nodes as onnx.shape_inference tells them. Needs: pip install onnx==1.23.2
Each case: operator, attributes, inputs (dims, or values for small int64 constants), expected dims per output.
"""

import json

import numpy as np
from onnx import TensorProto as T
from onnx import helper as h
from onnx import numpy_helper as nh
from onnx import shape_inference

CASES = []


def case(operator, inputs, outputs=1, opset=17, **attributes):
    names, infos, constants = [], [], []
    for i, given in enumerate(inputs):
        name = f"i{i}"
        names.append("" if given is None else name)
        if given is None:
            continue
        if isinstance(given, dict):
            constants.append(nh.from_array(np.array(given["integers"], np.int64), name))
        else:
            infos.append(h.make_tensor_value_info(name, T.FLOAT, given))
    outs = [f"o{i}" for i in range(outputs)]
    node = h.make_node(operator, names, outs, **attributes)
    graph = h.make_graph([node], "g", infos, [h.make_empty_tensor_value_info(o) for o in outs], constants)
    model = h.make_model(graph, opset_imports=[h.make_opsetid("", opset)])
    inferred = shape_inference.infer_shapes(model, strict_mode=True, data_prop=True)
    shapes = {}
    for value in list(inferred.graph.output) + list(inferred.graph.value_info):
        dims = value.type.tensor_type.shape.dim
        shapes[value.name] = [d.dim_value if d.HasField("dim_value") else (d.dim_param or None) for d in dims]
    CASES.append(
        {
            "operator": operator,
            "attributes": attributes,
            "inputs": inputs,
            "opset": opset,
            "expected": [shapes.get(o) for o in outs],
        }
    )


def values(*numbers):
    return {"integers": list(numbers)}


case("Add", [["n", 3, 1], [4]])
case("Add", [[2, 1, 5], [3, 1]])
case("Gemm", [["n", 4], [4, 3], [3]])
case("Gemm", [[4, "n"], [3, 4]], transA=1, transB=1)
case("MatMul", [["n", 4], [4, 3]])
case("MatMul", [[2, "n", 4], [4, 3]])
case("MatMul", [[4], [5, 4, 3]])
case("MatMul", [[2, 4], [4]])
case("Reshape", [["n", 4, 7, 7], values(-1, 196)])
case("Reshape", [[2, 3, 4], values(0, -1, 2)])
case("Flatten", [["n", 3, 4]], axis=1)
case("Flatten", [[2, 3, 4]], axis=2)
case("Squeeze", [["n", 1, 3, 1], values(1, -1)])
case("Unsqueeze", [["n", 3], values(0, -1)])
case("Transpose", [["n", 3, 4]], perm=[2, 0, 1])
case("Transpose", [["n", 3]])
case("Concat", [["n", 3], ["n", 5]], axis=1)
case("Concat", [[2, 3], [4, 3]], axis=-2)
case("Split", [[2, 7], values(3, 4)], outputs=2, axis=1)
case("Split", [[2, 6]], outputs=3, axis=1)
case("Slice", [[5, 6], values(1), values(-1), values(1), values(2)])
case("Slice", [[5, 6], values(-1), values(-100), values(0), values(-2)])
case("Gather", [[10, 4], values(1, 2, 3)], axis=0)
case("Gather", [["n", 10, 4], values(1, 2)], axis=1)
case("Pad", [["n", 3, 4], values(0, 1, 2, 0, 0, 1)])
case("Expand", [[3, 1], values(2, 1, 6)])
case("Tile", [[3, 2], values(2, 3)])
case("ReduceSum", [["n", 3, 4], values(1)], keepdims=0)
case("ReduceSum", [["n", 3, 4], values(-1)], keepdims=1)
case("ReduceMean", [["n", 3, 4]], axes=[1, 2], keepdims=0)
case("ReduceMean", [["n", 3, 4]], keepdims=0)
case("ReduceMean", [["n", 3, 4], values(1)], opset=18, keepdims=0)
case("ArgMax", [["n", 3]], axis=1, keepdims=0)
case("Softmax", [["n", 3]], axis=1)
case("Conv", [["n", 3, 28, 28], [8, 3, 5, 5]], pads=[2, 2, 2, 2], strides=[2, 2])
case("Conv", [["n", 4, 11], [6, 2, 3]], group=2, dilations=[2])
case("Conv", [[1, 3, 7, 7], [8, 3, 3, 3]], auto_pad="SAME_UPPER", strides=[2, 2])
case("Conv", [[1, 3, 7, 7], [8, 3, 3, 3]], auto_pad="VALID")
case("ConvTranspose", [["n", 8, 5, 5], [8, 3, 3, 3]], strides=[2, 2], pads=[1, 1, 1, 1], output_padding=[1, 1])
case("ConvTranspose", [["n", 8, 5], [8, 2, 3]], group=2)
case("MaxPool", [["n", 3, 28, 28]], kernel_shape=[2, 2], strides=[2, 2])
case("MaxPool", [["n", 3, 7, 7]], kernel_shape=[3, 3], strides=[2, 2], pads=[1, 1, 1, 1], ceil_mode=1)
case("AveragePool", [["n", 3, 6, 6]], kernel_shape=[3, 3], strides=[2, 2], ceil_mode=1)
case("GlobalAveragePool", [["n", 3, 7, 7]])
case("BatchNormalization", [["n", 3, 7], [3], [3], [3], [3]])
case("LayerNormalization", [["n", 3, 4], [4], [4]], outputs=3)
case("Dropout", [["n", 3]], outputs=2)
case("Shape", [["n", 3, 4]])
case("Shape", [["n", 3, 4]], start=1)
case("Size", [["n", 3, 4]])
case("ConstantOfShape", [values(2, 3)])
case("Cast", [["n", 3]], to=7)
case("ScatterElements", [[4, 3], {"integers": [[1, 2, 0]]}, [1, 3]], axis=0)

with open("shapes.json", "w") as out:
    out.write("[\n" + ",\n".join(json.dumps(c) for c in CASES) + "\n]\n")
print(len(CASES), "cases")
