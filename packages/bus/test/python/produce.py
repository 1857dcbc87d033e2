"""Produces inference requests with a plain Avro encoder and the registry's schema id: no library of driftloop's.

    python produce.py BROKERS REGISTRY_URL TOPIC COUNT [COMPRESSION]
"""
import io
import json
import struct
import sys
import urllib.request

import fastavro
from confluent_kafka import Producer

brokers, registry, topic, count, *rest = sys.argv[1:]
with urllib.request.urlopen(f"{registry}/subjects/{topic}-value/versions/latest") as answer:
    latest = json.load(answer)
schema = fastavro.parse_schema(json.loads(latest["schema"]))
header = struct.pack(">bI", 0, latest["id"])  # Confluent wire format

producer = Producer(
    {
        "bootstrap.servers": brokers,
        "partitioner": "murmur2_random",  # as Java and driftloop do, so that a key has one partition
        "compression.type": rest[0] if rest else "none",
        "enable.idempotence": True,
        "linger.ms": 20,
    }
)
failed = []
for i in range(int(count)):
    body = io.BytesIO()
    request = {
        "requestId": f"py-{i}",
        "model": "elec",
        "eventTime": 1_700_000_000_000 + i,
        "features": [i + 0.5, -1.25, float("nan"), 3.0e38],
    }
    fastavro.schemaless_writer(body, schema, request)
    producer.produce(
        topic,
        key=request["requestId"],
        value=header + body.getvalue(),
        on_delivery=lambda error, _: failed.append(str(error)) if error else None,
    )
producer.flush(30)
if failed:
    sys.exit(f"{len(failed)} requests were not delivered: {failed[0]}")
