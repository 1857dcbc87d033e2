"""Makes models/sklearn-*: pipelines over texts and numbers, by skl2onnx.

python3 -m venv env && env/bin/pip install scikit-learn==1.5.2 skl2onnx==1.20.0 onnx==1.17.0 'protobuf<6' onnxruntime==1.32.0 pandas &&
env/bin/python make_sklearn.py
"""
import numpy as np
import pandas
from skl2onnx import to_onnx
from skl2onnx.common.data_types import DoubleTensorType, FloatTensorType, Int64TensorType, StringTensorType
from sklearn.compose import ColumnTransformer
from sklearn.ensemble import (
    GradientBoostingClassifier,
    HistGradientBoostingClassifier,
    HistGradientBoostingRegressor,
    RandomForestClassifier,
)
from sklearn.impute import SimpleImputer
from sklearn.linear_model import LogisticRegression, Ridge
from sklearn.neural_network import MLPClassifier, MLPRegressor
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import OneHotEncoder, OrdinalEncoder, StandardScaler

from table import CHOICE, LEVEL, NUMBERS, SCORE, TABLE, asked, categorical, column, numeric, save

FRAME = pandas.DataFrame(TABLE)
PLAIN = ["Age", "Income (CHF)"]
TEXTS = ["city", "job"]
YES = np.array(["no", "yes"])[CHOICE]
GRADE = np.array(["high", "low", "middle"])[np.array([1, 2, 0])[LEVEL]]
# As skl2onnx documents: one input for each column, in the table's order.
INPUTS = [(name, FloatTensorType([None, 1]) if name in PLAIN else StringTensorType([None, 1])) for name in TABLE]


def prepared(encoder=None):
    return ColumnTransformer([
        ("texts", encoder or OneHotEncoder(handle_unknown="ignore"), TEXTS),
        ("plain", StandardScaler(), PLAIN),
    ])


def native(rows, missing="nan"):
    return {name: column(rows, name, missing if name in TEXTS else np.nan) for name in rows}


def pipeline(name, model, labels, rows=None, features=None, feed=None, inputs=INPUTS, options=None, target_opset=None, **more):
    model.fit(FRAME, labels)
    rows = rows or asked(unknown=True)
    kwargs = {} if target_opset is None else {"target_opset": target_opset}
    file = to_onnx(model, initial_types=inputs, options=options, **kwargs)
    features = features or numeric(*PLAIN) + categorical(*TEXTS)
    save(f"sklearn-{name}", file, features=features, rows=rows, feed=feed or native(rows), **more)
    return file


def network(kind):
    return kind(hidden_layer_sizes=(6,), max_iter=60, random_state=1)


pipeline("logistic-texts", make_pipeline(prepared(), LogisticRegression()), YES, classes=["no", "yes"])
# The spec has the classes the other way round, and the features in another order.
pipeline("logistic-yes-first", make_pipeline(prepared(), LogisticRegression()), YES, classes=["yes", "no"], order=[1, 0],
         features=categorical("job") + numeric("Income (CHF)") + categorical("city") + numeric("Age"))
multi = make_pipeline(prepared(), LogisticRegression())
pipeline("logistic-three", multi, GRADE, task="multiclass", classes=["low", "middle", "high"], order=[1, 2, 0],
         options={"zipmap": False})
pipeline("mlp-texts", make_pipeline(prepared(), network(MLPClassifier)), GRADE, task="multiclass",
         classes=["low", "middle", "high"], order=[1, 2, 0], options={"zipmap": False})
pipeline("mlp-choice", make_pipeline(prepared(), network(MLPClassifier)), YES, classes=["yes", "no"], order=[1, 0])
pipeline("forest-texts", make_pipeline(prepared(), RandomForestClassifier(4, max_depth=3, random_state=1)), LEVEL + 1,
         task="multiclass", classes=[1, 2, 3])
pipeline("boosting-ordinal",
         make_pipeline(prepared(OrdinalEncoder(handle_unknown="use_encoded_value", unknown_value=-1)),
                       GradientBoostingClassifier(n_estimators=4, max_depth=2, random_state=1)),
         YES, classes=["no", "yes"])
pipeline("logistic-opset9", make_pipeline(prepared(), LogisticRegression()), YES, classes=["no", "yes"],
         target_opset={"": 9, "ai.onnx.ml": 1})

# Missing numbers and texts are filled in.
filled = ColumnTransformer([
    ("texts", make_pipeline(SimpleImputer(missing_values="nan", strategy="most_frequent"), OneHotEncoder(handle_unknown="ignore")), TEXTS),
    ("plain", make_pipeline(SimpleImputer(), StandardScaler()), PLAIN),
])
names = [*PLAIN, *TEXTS]
pipeline("ridge-missing", make_pipeline(filled, Ridge()), SCORE, task="regression",
         rows=asked(unknown=True, missing=["Age", "city", "job"]),
         features=numeric(*PLAIN, missing=names) + categorical(*TEXTS, missing=names))
filled = ColumnTransformer([
    ("texts", make_pipeline(SimpleImputer(missing_values="", strategy="constant", fill_value="Bern"), OneHotEncoder(handle_unknown="ignore")), ["city"]),
    ("plain", StandardScaler(), PLAIN),
])
rows = asked(missing=["city"])
rows.pop("job")
pipeline("ridge-empty-text", make_pipeline(filled, Ridge()), SCORE, task="regression", rows=rows,
         features=numeric(*PLAIN) + categorical("city", missing=["city"]), feed=native(rows, ""),
         inputs=[entry for entry in INPUTS if entry[0] != "job"])

# Two inputs of two columns each, of texts and of numbers.
both = make_pipeline(ColumnTransformer([("texts", OneHotEncoder(handle_unknown="ignore"), [2, 3]), ("plain", StandardScaler(), [0, 1])]),
                     LogisticRegression())
both.fit(FRAME.to_numpy(dtype=object), YES)
rows = asked(unknown=True)
wide = [("plain", FloatTensorType([None, 2])), ("texts", StringTensorType([None, 2]))]
feed = {"plain": np.hstack([column(rows, name) for name in PLAIN]), "texts": np.hstack([column(rows, name) for name in TEXTS])}
save("sklearn-two-wide-inputs", to_onnx(both, initial_types=wide, options={"zipmap": False}), features=numeric(*PLAIN) + categorical(*TEXTS), rows=rows,
     feed=feed, classes=["no", "yes"])


def plain(name, model, labels, kind=FloatTensorType, values=NUMBERS, **more):
    model.fit(values, labels)
    file = to_onnx(model, initial_types=[("X", kind([None, values.shape[1]]))], options=more.pop("options", None))
    if more.pop("only_labels", False):
        del file.graph.output[1:]
    names = [f"x{i}" for i in range(values.shape[1])]
    rows = {one: values[:20, i].tolist() for i, one in enumerate(names)}
    save(f"sklearn-{name}", file, features=numeric(*names), rows=rows, feed={"X": values[:20]}, **more)


plain("histboosting", HistGradientBoostingClassifier(max_iter=4, max_depth=2), LEVEL, task="multiclass", classes=["low", "middle", "high"])
plain("histboosting-value", HistGradientBoostingRegressor(max_iter=4, max_depth=2), SCORE, task="regression")
plain("columns", LogisticRegression(), YES, classes=["yes", "no"], order=[1, 0], options={"zipmap": "columns"}, join=2)
plain("mlp-double", make_pipeline(StandardScaler(), network(MLPRegressor)), SCORE, DoubleTensorType, task="regression")
plain("forest-labels", RandomForestClassifier(4, max_depth=3, random_state=1), YES, classes=["yes", "no"], only_labels=True)
plain("forest-numbers", RandomForestClassifier(4, max_depth=3, random_state=1), CHOICE * 2 - 1, classes=[-1, 1], only_labels=True)
plain("whole-numbers", make_pipeline(StandardScaler(), LogisticRegression()), CHOICE, Int64TensorType,
      values=(NUMBERS * 10).round().astype(np.int64))
