"""Makes models/keras-*: by Keras's own exporter (`model.export`), which is tf2onnx underneath, and by tf2onnx itself.

python3 -m venv env && env/bin/pip install tensorflow-cpu==2.21.0 keras==3.15.1 tf2onnx==1.17.0 onnx==1.23.2 onnxruntime==1.32.0 &&
env/bin/python make_keras.py
"""
import os

import keras
import numpy as np
import onnx
import tensorflow as tf
import tf2onnx
from keras import layers

from table import CATEGORIES, CHOICE, LEVEL, NUMBERS, SCORE, TABLE, asked, categorical, column, numeric, save

keras.utils.set_random_seed(3)
FILE = "keras.onnx"
NAMES = ["x0", "x1", "x2"]
ROWS = {name: NUMBERS[:20, i].tolist() for i, name in enumerate(NAMES)}
FEED = NUMBERS[:20]


def trained(model, rows, labels, loss):
    model.compile("adam", loss)
    model.fit(rows, labels, epochs=3, verbose=0)
    return model


def export(model):
    """By Keras's own exporter, which names inputs and outputs itself."""
    model.export(FILE, format="onnx", verbose=False)
    return load()


def load():
    file = onnx.load(FILE)
    os.remove(FILE)
    return file


def network(*end):
    # Constants of layers.Normalization become inputs of the file: a fault of Keras 3.15's exporter.
    return keras.Sequential([keras.Input((3,)), layers.BatchNormalization(), layers.Dense(8, "relu"), layers.Dropout(0.2), *end])


def plain(name, model, **more):
    file = export(model)
    save(f"keras-{name}", file, features=numeric(*NAMES), rows=ROWS, feed={file.graph.input[0].name: FEED}, **more)


plain("softmax", trained(network(layers.Dense(3, "softmax")), NUMBERS, LEVEL, "sparse_categorical_crossentropy"),
      task="multiclass", classes=["low", "middle", "high"])
plain("value", trained(network(layers.Dense(1)), NUMBERS, SCORE, "mse"), task="regression")

# One probability, of the second class, by tf2onnx with a name and an opset of the caller's.
sigmoid = trained(network(layers.Dense(1, "sigmoid")), NUMBERS, CHOICE, "binary_crossentropy")
sigmoid.output_names = ["output"]
tf2onnx.convert.from_keras(sigmoid, input_signature=(tf.TensorSpec((None, 3), tf.float32, name="x"),), opset=13, output_path=FILE)
save("keras-sigmoid", load(), features=numeric(*NAMES), rows=ROWS, feed={"x": FEED}, classes=["no", "yes"])

# The functional way: an input for each column, of which one holds codes of categories.
age, city = keras.Input((1,), name="age"), keras.Input((1,), dtype="int32", name="city")
joined = layers.concatenate([layers.Rescaling(1 / 50)(age), layers.Flatten()(layers.Embedding(3, 4)(city))])
columns = keras.Model({"age": age, "city": city}, layers.Dense(2, "softmax")(layers.Dense(8, "tanh")(joined)))
codes = np.array([CATEGORIES["city"].index(one) for one in TABLE["city"]], np.int32).reshape(-1, 1)
ages = TABLE["Age"].reshape(-1, 1)
trained(columns, {"age": ages, "city": codes}, CHOICE, "sparse_categorical_crossentropy")
rows = asked()
save("keras-columns", export(columns), features=[*numeric("age"), *categorical("city")],
     rows={"age": rows["Age"], "city": rows["city"]}, feed={"age": ages[:20], "city": codes[:20]})
