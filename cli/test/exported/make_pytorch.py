"""Makes models/pytorch-*: networks over tokens, codes, images and halves, by both of PyTorch's exporters, and quantised ones.

python3 -m venv env && env/bin/pip install torch==2.15.0 onnxscript==0.7.2 onnx==1.23.2 onnxruntime==1.32.0 &&
env/bin/python make_pytorch.py
"""
import os

import numpy as np
import onnx
import torch
from onnxruntime.quantization import CalibrationDataReader, QuantFormat, quantize_dynamic, quantize_static
from torch import nn

from table import numeric, save

torch.manual_seed(5)
random = np.random.RandomState(5)
FILE = "pytorch.onnx"


def export(model, inputs, opset=17, dynamo=False, **more):
    """The file, with the given inputs by name and an open number of rows."""
    names = list(inputs)
    given = tuple(torch.from_numpy(value[:2]) for value in inputs.values())
    if dynamo:
        rows = torch.export.Dim("rows")
        torch.onnx.export(model.eval(), given, FILE, dynamo=True, input_names=names, output_names=["y"], opset_version=opset,
                          dynamic_shapes=tuple({0: rows} for _ in names), **more)
    else:
        axes = {name: {0: "rows"} for name in [*names, "y"]}
        torch.onnx.export(model.eval(), given, FILE, dynamo=False, input_names=names, output_names=["y"], opset_version=opset,
                          dynamic_axes=axes, **more)
    return onnx.load(FILE)


def tell(name, file, inputs, kinds=None, **more):
    """One feature for each number of the inputs, in their order."""
    flat = np.hstack([value.reshape(len(value), -1) for value in inputs.values()])
    names = [f"x{i}" for i in range(flat.shape[1])]
    rows = {one: flat[:, i].astype(float).tolist() for i, one in enumerate(names)}
    save(f"pytorch-{name}", file, features=kinds or numeric(*names), rows=rows, feed=inputs, **more)


class Tokens(nn.Module):
    def __init__(self, inner=None):
        super().__init__()
        self.embedding = nn.Embedding(30, 8)
        self.inner = inner or nn.Identity()
        self.end = nn.Linear(8, 2)

    def forward(self, tokens):
        return torch.softmax(self.end(self.inner(self.embedding(tokens)).mean(1)), -1)


class Codes(nn.Module):
    """Two codes and two numbers, as two inputs; a vector of values."""

    def __init__(self):
        super().__init__()
        self.embedding = nn.Embedding(12, 4)
        self.layers = nn.Sequential(nn.Linear(10, 8), nn.ReLU(), nn.Linear(8, 1))

    def forward(self, codes, numbers):
        return self.layers(torch.cat([self.embedding(codes).flatten(1), numbers], 1)).squeeze(1)


class Bytes(nn.Module):
    """An image of bytes [rows, height, width, channels]."""

    def __init__(self):
        super().__init__()
        self.layers = nn.Sequential(nn.Conv2d(3, 4, 3), nn.ReLU(), nn.Flatten(), nn.Linear(64, 3), nn.Softmax(1))

    def forward(self, image):
        return self.layers(image.permute(0, 3, 1, 2).float() / 255)


def layers(*end):
    return nn.Sequential(nn.Linear(4, 8), nn.Tanh(), nn.Linear(8, 3), *end)


tokens = {"tokens": random.randint(0, 30, (20, 6)).astype(np.int64)}
codes = {"codes": random.randint(0, 12, (20, 2)).astype(np.int64), "numbers": random.randn(20, 2).astype(np.float32)}
image = {"image": random.randint(0, 256, (20, 6, 6, 3)).astype(np.uint8)}
plain = {"x": random.randn(20, 4).astype(np.float32)}
three = {"task": "multiclass"}

tell("tokens", export(Tokens(), tokens), tokens)
attention = nn.TransformerEncoderLayer(8, 2, 16, batch_first=True, dropout=0)
tell("transformer", export(Tokens(attention), tokens), tokens)
tell("codes", export(Codes(), codes), codes, task="regression")
tell("bytes", export(Bytes(), image), image, **three)
tell("opset9", export(layers(nn.Softmax(1)), plain, opset=9), plain, **three)
tell("dynamo", export(layers(nn.Softmax(1)), plain, opset=23, dynamo=True, external_data=False), plain, **three)
mixed = Codes()
tell("dynamo-codes", export(mixed, codes, opset=20, dynamo=True, external_data=False), codes, task="regression")
half = {"x": plain["x"].astype(np.float16)}
tell("half", export(layers(nn.Softmax(1)).half(), half), half, tolerance=1e-3, **three)

# Weights in a file beside it, as the newer exporter writes them.
made = export(layers(nn.Softmax(1)), plain, opset=18, dynamo=True, external_data=False)
tell("external", made, plain, **three)
onnx.save_model(made, "models/pytorch-external.onnx", save_as_external_data=True, location="pytorch-external.onnx.data", size_threshold=0)


class Rows(CalibrationDataReader):
    def __init__(self):
        self.left = [plain]

    def get_next(self):
        return self.left.pop() if self.left else None


export(layers(nn.Softmax(1)), plain)
quantize_static(FILE, "quantised.onnx", Rows(), quant_format=QuantFormat.QDQ)
tell("int8-qdq", onnx.load("quantised.onnx"), plain, tolerance=1e-3, **three)
quantize_dynamic(FILE, "quantised.onnx")
tell("int8-dynamic", onnx.load("quantised.onnx"), plain, tolerance=1e-3, **three)
for file in [FILE, "quantised.onnx"]:
    os.remove(file)
