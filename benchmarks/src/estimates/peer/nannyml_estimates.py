"""NannyML on the same rows: how far its estimates are from what the labels say, and its CPU milliseconds.

Arguments: the folder with the car loans, the folder with the prices.
"""

import json
import sys
import time
import warnings

import nannyml as nml
import pandas as pd

warnings.filterwarnings("ignore")
data, prices = sys.argv[1:3]
METRICS = ["accuracy", "roc_auc", "f1", "precision", "recall", "specificity"]
figures = {}


def gap(frame, metric):
    return float((frame[(metric, "value")] - frame[(metric, "realized")]).abs().mean())


reference = pd.read_csv(f"{data}/nannyml_synthetic_car_loan_reference.csv.gz")
analysis = pd.read_csv(f"{data}/nannyml_synthetic_car_loan_analysis.csv.gz")
targets = pd.read_csv(f"{data}/nannyml_synthetic_car_loan_analysis_target.csv.gz")
analysis = analysis.merge(targets, on="id")
start = time.process_time()
cbpe = nml.CBPE(
    problem_type="classification_binary",
    y_pred_proba="y_pred_proba",
    y_pred="y_pred",
    y_true="repaid",
    metrics=METRICS,
    chunk_size=5000,
)
cbpe.fit(reference)
estimates = cbpe.estimate(analysis)
figures["cbpe ms"] = 1000 * (time.process_time() - start)
frame = estimates.filter(period="analysis").to_df()
for metric in METRICS:
    figures[f"cbpe {metric}"] = gap(frame, metric)

for chunk, alert in enumerate(frame[("accuracy", "alert")]):
    figures[f"cbpe alert {chunk}"] = int(alert)

for kind in ["unused", "tooSure"]:
    cbpe = nml.CBPE(
        problem_type="classification_binary",
        y_pred_proba="y_pred_proba",
        y_pred="y_pred",
        y_true="y_true",
        metrics=["accuracy"],
        chunk_size=1000,
    )
    cbpe.fit(pd.read_csv(f"{prices}/{kind}-reference.csv"))
    estimates = cbpe.estimate(pd.read_csv(f"{prices}/{kind}-analysis.csv"))
    figures[f"planted {kind}"] = gap(estimates.filter(period="analysis").to_df(), "accuracy")

reference = pd.read_csv(f"{prices}/prices-reference.csv")
analysis = pd.read_csv(f"{prices}/prices-analysis.csv")
start = time.process_time()
dle = nml.DLE(
    feature_column_names=[name for name in reference.columns if name.startswith("x")],
    y_pred="y_pred",
    y_true="y_true",
    metrics=["mae"],
    chunk_size=1000,
)
dle.fit(reference)
estimates = dle.estimate(analysis)
figures["loss ms"] = 1000 * (time.process_time() - start)
figures["loss mae"] = gap(estimates.filter(period="analysis").to_df(), "mae")

print(json.dumps(figures))
