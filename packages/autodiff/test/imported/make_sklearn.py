"""Makes models/sklearn-*.onnx and trees/sklearn-forest.onnx by skl2onnx, with what scikit-learn itself answers.

python3 -m venv env && env/bin/pip install scikit-learn skl2onnx 'onnx<1.18' && env/bin/python make_sklearn.py
"""
import numpy
from skl2onnx import to_onnx
from skl2onnx.common.data_types import DoubleTensorType, FloatTensorType
from sklearn.ensemble import RandomForestClassifier
from sklearn.linear_model import LinearRegression, LogisticRegression
from sklearn.multiclass import OneVsRestClassifier
from sklearn.neural_network import MLPClassifier, MLPRegressor
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import MinMaxScaler, StandardScaler

from answers import save_answers

random = numpy.random.RandomState(1)
ROWS = (random.randn(300, 6) * 2 + 1).astype(numpy.float32)
SUMS = ROWS @ random.randn(6)
BINARY = (SUMS > numpy.median(SUMS)).astype(int)
THREE = numpy.digitize(SUMS, numpy.quantile(SUMS, [1 / 3, 2 / 3]))


def save(name, model, labels, double=False, **options):
    model.fit(ROWS, labels)
    kind = DoubleTensorType if double else FloatTensorType
    file = to_onnx(model, initial_types=[("X", kind([None, 6]))], **options)
    with open(f"models/{name}.onnx", "wb") as out:
        out.write(file.SerializeToString())
    rows = ROWS[:5].round(5)
    save_answers(name, rows, (model.predict_proba if hasattr(model, "predict_proba") else model.predict)(rows))


def logistic():
    return LogisticRegression(max_iter=300)


def network(kind, **settings):
    return kind(hidden_layer_sizes=(8,), max_iter=30, random_state=1, **settings)


save("sklearn-logistic-binary", logistic(), BINARY)
save("sklearn-logistic-three", logistic(), THREE, options={"zipmap": False}, target_opset=12)
save("sklearn-logistic-ovr", OneVsRestClassifier(logistic()), THREE)
save("sklearn-logistic-names", logistic(), numpy.array(["no", "yes"])[BINARY])
save("sklearn-scaled-logistic-double", make_pipeline(StandardScaler(), logistic()), THREE, double=True)
save("sklearn-mlp-binary", network(MLPClassifier), BINARY)
save("sklearn-mlp-three", make_pipeline(StandardScaler(), network(MLPClassifier, activation="tanh")), THREE)
save("sklearn-mlp-double", network(MLPClassifier), THREE, double=True)
save("sklearn-mlp-regressor", make_pipeline(MinMaxScaler(), network(MLPRegressor)), SUMS)
save("sklearn-linear", make_pipeline(StandardScaler(), LinearRegression()), SUMS)

# What cannot be trained by gradients.
forest = to_onnx(RandomForestClassifier(2, max_depth=2, random_state=1).fit(ROWS, THREE), ROWS[:1])
with open("trees/sklearn-forest.onnx", "wb") as out:
    out.write(forest.SerializeToString())
