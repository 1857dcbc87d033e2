"""Asks driftloop for predictions from Python, with a plain Avro encoder: nothing of driftloop is needed.

    pip install -r requirements.txt
    python produce.py --brokers 127.0.0.1:9092 --registry http://127.0.0.1:8081 --count 100
"""
import argparse
import io
import json
import random
import struct
import time
import urllib.request

import fastavro
from confluent_kafka import Producer

arguments = argparse.ArgumentParser()
arguments.add_argument("--brokers", required=True)
arguments.add_argument("--registry", required=True, help="base address of the Confluent-compatible registry")
arguments.add_argument("--topic", default="inference.requests", help="with the topic prefix, if there is one")
arguments.add_argument("--model", default="elec")
arguments.add_argument("--features", type=int, default=6)
arguments.add_argument("--count", type=int, default=100)
arguments.add_argument("--event-time", type=int, default=None, help="epoch milliseconds of the first request")
options = arguments.parse_args()

# The newest schema of the topic, and its id.
with urllib.request.urlopen(f"{options.registry}/subjects/{options.topic}-value/versions/latest") as answer:
    latest = json.load(answer)
schema = fastavro.parse_schema(json.loads(latest["schema"]))
# Confluent wire format: a zero byte, the schema id, then the Avro body.
header = struct.pack(">bI", 0, latest["id"])

producer = Producer(
    {
        "bootstrap.servers": options.brokers,
        "partitioner": "murmur2_random",  # as Java clients do
        "enable.idempotence": True,
        "linger.ms": 5,
    }
)
start = options.event_time or int(time.time() * 1000)
for row in range(options.count):
    request = {
        "requestId": f"python-{start}-{row}",
        "model": options.model,
        "eventTime": start + row,
        "features": [random.random() for _ in range(options.features)],
    }
    body = io.BytesIO()
    fastavro.schemaless_writer(body, schema, request)
    producer.produce(options.topic, key=request["requestId"], value=header + body.getvalue())
if producer.flush(30) > 0:
    raise SystemExit("Kafka did not take all requests within 30 s.")
print(f"sent {options.count} requests")
