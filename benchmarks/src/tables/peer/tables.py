"""Writes tables that Python packages carry, each split into rows to train on and rows to test on, and prints how well
scikit-learn's MLP (features and values scaled) and gradient-boosted trees (both with defaults) do on them: accuracy, or R2 of values.

    python tables.py <folder for CSV files> <folder with this project's data>
"""

import json
import os
import sys
import warnings

import numpy as np
import pandas as pd
from river import datasets as river
from sklearn import compose, datasets, ensemble, neural_network, pipeline, preprocessing

FOLDER, DATA = sys.argv[1:]
SPLITS = 3
warnings.filterwarnings("ignore")


def of_sklearn(load):
    features, labels = load(return_X_y=True)
    return pd.DataFrame(features), labels


def of_river(dataset):
    rows = list(dataset)
    return pd.DataFrame([x for x, _ in rows]), np.array([y for _, y in rows])


def yeast():
    rows = pd.read_csv(os.path.join(os.path.dirname(river.__file__), "yeast.csv.gz"))
    return rows.filter(like="Att"), rows["Class1"]


def car_loans():
    rows = pd.read_csv(os.path.join(DATA, "nannyml_synthetic_car_loan_reference.csv.gz"))
    labels = rows["repaid"]
    return rows.drop(columns=["id", "repaid", "timestamp", "y_pred_proba", "y_pred"]), labels


def elec():
    rows = pd.read_csv(os.path.join(DATA, "elec.csv.gz"))
    return rows.drop(columns="target"), rows["target"]


# Name: (how to load it, whether labels are values, whether the order of rows is time).
TABLES = {
    "breast cancer": (lambda: of_sklearn(datasets.load_breast_cancer), False, False),
    "digits": (lambda: of_sklearn(datasets.load_digits), False, False),
    "wine": (lambda: of_sklearn(datasets.load_wine), False, False),
    "iris": (lambda: of_sklearn(datasets.load_iris), False, False),
    "diabetes": (lambda: of_sklearn(datasets.load_diabetes), True, False),
    "bananas": (lambda: of_river(river.Bananas()), False, False),
    "image segments": (lambda: of_river(river.ImageSegments()), False, False),
    "yeast": (yeast, False, False),
    "chick weights": (lambda: of_river(river.ChickWeights()), True, False),
    "Trump approval": (lambda: of_river(river.TrumpApproval()), True, False),
    "phishing, by time": (lambda: of_river(river.Phishing()), False, True),
    "car loans, by time": (car_loans, False, True),
    "Elec2, by time": (elec, False, True),
}


def fitted(kind, is_value, seed, features, labels):
    if kind == "mlp":
        model = neural_network.MLPRegressor if is_value else neural_network.MLPClassifier
        scaled = pipeline.make_pipeline(preprocessing.StandardScaler(), model(random_state=seed))
        if is_value:
            scaled = compose.TransformedTargetRegressor(scaled, transformer=preprocessing.StandardScaler())
        return scaled.fit(features, labels)
    model = ensemble.HistGradientBoostingRegressor if is_value else ensemble.HistGradientBoostingClassifier
    return model(random_state=seed).fit(features, labels)


figures = {}
for name, (load, is_value, by_time) in TABLES.items():
    features, labels = load()
    features = pd.get_dummies(features).astype(float).to_numpy()
    labels = np.asarray(labels, dtype=float) if is_value else pd.factorize(labels, sort=True)[0]
    scores = {"mlp": [], "trees": []}
    for split in range(SPLITS):
        rows = np.arange(len(labels))
        if not by_time:
            np.random.default_rng(split).shuffle(rows)
        cut = len(rows) - len(rows) // 5
        train, test = rows[:cut], rows[cut:]
        kind = "values" if is_value else "classes"
        for part, chosen in (("train", train), ("test", test)):
            if by_time and split > 0:
                continue
            path = os.path.join(FOLDER, f"{name}.{split}.{kind}.{part}.csv")
            frame = pd.DataFrame(features[chosen]).add_prefix("f")
            frame.assign(label=labels[chosen]).to_csv(path, index=False)
        for kind, found in scores.items():
            if kind == "trees" and by_time and split > 0:
                continue
            model = fitted(kind, is_value, split, features[train], labels[train])
            found.append(model.score(features[test], labels[test]))
    for kind, found in scores.items():
        figures[f"{name}/{kind}"] = float(np.mean(found))
print(json.dumps(figures))
