"""Writes encodings.onnx: the same numbers in every way an ONNX file may keep them. Needs: pip install onnx==1.23.2"""

import numpy as np
import onnx
from onnx import TensorProto as T
from onnx import helper as h
from onnx import numpy_helper as nh

floats = [[1.5, -2.0, 0.25], [3.0e-5, 65504.0, -0.0]]
flat = [x for row in floats for x in row]
integers = [0, 1, -3, 2**40]
tensors = [
    h.make_tensor("float_fields", T.FLOAT, [2, 3], flat),
    nh.from_array(np.array(floats, np.float32), "float_raw"),
    h.make_tensor("double_fields", T.DOUBLE, [2, 3], flat),
    nh.from_array(np.array(floats, np.float64), "double_raw"),
    h.make_tensor("half_fields", T.FLOAT16, [2, 3], flat),
    nh.from_array(np.array(floats, np.float16), "half_raw"),
    h.make_tensor("int64_fields", T.INT64, [4], integers),
    nh.from_array(np.array(integers, np.int64), "int64_raw"),
    h.make_tensor("int32_fields", T.INT32, [3], [1, -2, 3]),
    nh.from_array(np.array([1, -2, 3], np.int32), "int32_raw"),
    nh.from_array(np.array([1, -2, 3], np.int8), "int8_raw"),
    nh.from_array(np.array([1, 2, 65535], np.uint16), "uint16_raw"),
    h.make_tensor("bool_fields", T.BOOL, [3], [True, False, True]),
    nh.from_array(np.array([True, False, True]), "bool_raw"),
    nh.from_array(np.array(7.0, np.float32), "scalar"),
]
graph = h.make_graph(
    [h.make_node("Identity", ["x"], ["y"], name="only")],
    "encodings",
    [h.make_tensor_value_info("x", T.FLOAT, ["rows", 3])],
    [h.make_tensor_value_info("y", T.FLOAT, ["rows", 3])],
    tensors,
)
model = h.make_model(graph, opset_imports=[h.make_opsetid("", 17)], ir_version=8, producer_name="make_encodings")
onnx.checker.check_model(model)
onnx.save(model, "encodings.onnx")
