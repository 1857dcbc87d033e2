"""Makes models/xgboost-*, lightgbm-* and catboost-*: each by its usual exporter, with that one's defaults.

python3 -m venv env && env/bin/pip install xgboost==3.2.0 lightgbm==4.7.0 catboost==1.2.10 onnxmltools==1.16.0 skl2onnx==1.20.0
scikit-learn==1.9.1 onnx==1.23.2 onnxruntime==1.32.0 && env/bin/python make_trees.py
"""
import os

import catboost
import lightgbm
import numpy as np
import xgboost
from onnxmltools import convert_lightgbm, convert_xgboost
from onnxmltools.convert.common.data_types import FloatTensorType

from table import CHOICE, LEVEL, NUMBERS, SCORE, numeric, save

NAMES = ["x0", "x1", "x2"]
MISSING = NUMBERS[:20].copy()
MISSING[4, 1] = MISSING[9, 2] = np.nan
ROWS = {name: [None if np.isnan(value) else value for value in MISSING[:, i].tolist()] for i, name in enumerate(NAMES)}
TYPES = [("input", FloatTensorType([None, 3]))]
SMALL = {"n_estimators": 4, "max_depth": 3}
GRADES = ["low", "middle", "high"]


def tell(name, file, entry="input", rows=ROWS, values=MISSING, **more):
    file.graph.name = name
    save(name, file, features=numeric(*NAMES, missing=NAMES), rows=rows, feed={entry: values}, **more)


tell("xgboost-binary", convert_xgboost(xgboost.XGBClassifier(**SMALL).fit(NUMBERS, CHOICE), initial_types=TYPES), classes=["no", "yes"])
tell("xgboost-three", convert_xgboost(xgboost.XGBClassifier(**SMALL).fit(NUMBERS, LEVEL), initial_types=TYPES),
     task="multiclass", classes=GRADES)
tell("xgboost-value", convert_xgboost(xgboost.XGBRegressor(**SMALL).fit(NUMBERS, SCORE), initial_types=TYPES), task="regression")

QUIET = {**SMALL, "verbose": -1}
tell("lightgbm-binary", convert_lightgbm(lightgbm.LGBMClassifier(**QUIET).fit(NUMBERS, CHOICE * 2 - 1), initial_types=TYPES), classes=[-1, 1])
tell("lightgbm-three", convert_lightgbm(lightgbm.LGBMClassifier(**QUIET).fit(NUMBERS, np.array(GRADES)[LEVEL]), initial_types=TYPES),
     task="multiclass", classes=GRADES, order=[1, 2, 0])
tell("lightgbm-value", convert_lightgbm(lightgbm.LGBMRegressor(**QUIET).fit(NUMBERS, SCORE), initial_types=TYPES), task="regression")


def cat(name, model, labels, **more):
    model.fit(NUMBERS, labels)
    model.save_model("catboost.onnx", format="onnx")
    with open("catboost.onnx", "rb") as file:
        content = file.read()
    os.remove("catboost.onnx")
    save(f"catboost-{name}", content, features=numeric(*NAMES), rows={n: NUMBERS[:20, i].tolist() for i, n in enumerate(NAMES)},
         feed={"features": NUMBERS[:20]}, **more)


TINY = {"iterations": 4, "depth": 3, "verbose": False, "random_seed": 1, "allow_writing_files": False}
cat("binary", catboost.CatBoostClassifier(**TINY), CHOICE)
cat("names", catboost.CatBoostClassifier(**TINY), np.array(["no", "yes"])[CHOICE], classes=["yes", "no"], order=[1, 0])
cat("three", catboost.CatBoostClassifier(**TINY, loss_function="MultiClass"), np.array(GRADES)[LEVEL], task="multiclass",
    classes=GRADES, order=[1, 2, 0])
cat("value", catboost.CatBoostRegressor(**TINY), SCORE, task="regression")
