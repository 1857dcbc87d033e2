"""Makes models/keras-*.onnx by tf2onnx, with what Keras itself answers.

python3 -m venv env && env/bin/pip install tensorflow-cpu==2.15.1 tf2onnx 'onnx<1.17' 'numpy<2' && env/bin/python make_keras.py
"""
import numpy
import tensorflow as tf
import tf2onnx
from tensorflow.keras import Sequential, layers

from answers import save_answers

tf.keras.utils.set_random_seed(1)
random = numpy.random.RandomState(1)


def save(name, model, shape, outputs, opset):
    # A few steps, so that no bias is zero and the statistics of batch normalisation are not those of the start.
    loss = "mse" if outputs == 1 else "categorical_crossentropy"
    rows = (random.randn(64, *shape) * 2 + 1).astype(numpy.float32)
    model.compile("sgd", loss)
    model.fit(rows, random.rand(64, outputs), epochs=2, verbose=0)
    signature = (tf.TensorSpec((None, *shape), tf.float32, name="x"),)
    tf2onnx.convert.from_keras(model, input_signature=signature, opset=opset, output_path=f"models/{name}.onnx")
    save_answers(name, rows[:5].round(5), model.predict(rows[:5].round(5), verbose=0))


save(
    "keras-mlp",
    Sequential([layers.Dense(16, "relu"), layers.BatchNormalization(), layers.Dropout(0.3), layers.Dense(8, "elu"), layers.Dense(3, "softmax")]),
    (8,), 3, 15,
)
save(
    "keras-cnn",
    Sequential([
        layers.Conv2D(4, 3, padding="same"), layers.BatchNormalization(), layers.ReLU(), layers.MaxPooling2D(),
        layers.Conv2D(6, 3, activation="relu"), layers.GlobalAveragePooling2D(), layers.Dense(3, "softmax"),
    ]),
    (8, 8, 1), 3, 13,
)
save("keras-binary", Sequential([layers.Normalization(mean=1.0, variance=4.0), layers.Dense(8, "tanh"), layers.Dense(1, "sigmoid")]), (8,), 1, 12)
