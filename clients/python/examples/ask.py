"""Asks a model, tells a label, and shows its newest answers.

    pip install ./clients/python pandas
    python clients/python/examples/ask.py --brokers … --registry … --clickhouse … [--model elec]
"""
import argparse

from driftloop import Client

arguments = argparse.ArgumentParser()
arguments.add_argument("--brokers", required=True)
arguments.add_argument("--registry", required=True)
arguments.add_argument("--clickhouse", required=True)
arguments.add_argument("--prefix", default="")
arguments.add_argument("--model", default=None, help="default: the first that is registered")
options = arguments.parse_args()

with Client(options.brokers, options.registry, prefix=options.prefix, clickhouse=options.clickhouse) as client:
    model = options.model or client.models()[0]
    spec = client.spec(model)
    row = {feature.name: feature.categories[0] if feature.is_text else 0.5 for feature in spec.features}
    answer = client.predict(model, row, timeout=10)
    print(f"{row} → {answer.class_name or answer.predicted} {answer.outputs}, by version {answer.version}")
    client.label(model, answer.request_id, answer.class_name or answer.predicted)
    client.flush()
    print(client.history(model, limit=5))
