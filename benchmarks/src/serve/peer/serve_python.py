"""The peer: consumes Avro requests, runs them through onnxruntime in batches, and produces Avro predictions.

confluent-kafka, fastavro and onnxruntime on one thread each, as one would write it by hand.
"""
import io
import os
import signal
import struct
import time

import fastavro
import numpy as np
import onnxruntime as ort
from confluent_kafka import Consumer, Producer

request_schema = fastavro.parse_schema({
    'type': 'record', 'name': 'InferenceRequest', 'fields': [
        {'name': 'requestId', 'type': 'string'},
        {'name': 'model', 'type': 'string'},
        {'name': 'eventTime', 'type': 'long'},
        {'name': 'features', 'type': {'type': 'array', 'items': 'float'}},
    ]})
prediction_schema = fastavro.parse_schema({
    'type': 'record', 'name': 'InferencePrediction', 'fields': [
        {'name': 'requestId', 'type': 'string'},
        {'name': 'model', 'type': 'string'},
        {'name': 'version', 'type': 'int'},
        {'name': 'eventTime', 'type': 'long'},
        {'name': 'servedAt', 'type': 'long'},
        {'name': 'outputs', 'type': {'type': 'array', 'items': 'float'}},
        {'name': 'predicted', 'type': 'double'},
    ]})

options = ort.SessionOptions()
options.intra_op_num_threads = 1
session = ort.InferenceSession(os.environ['PEER_MODEL'], options)
consumer = Consumer({
    'bootstrap.servers': os.environ['KAFKA_BROKERS'],
    'group.id': os.environ['PEER_GROUP'],
    'auto.offset.reset': 'earliest',
})
consumer.subscribe([os.environ['PEER_FROM']])
producer = Producer({
    'bootstrap.servers': os.environ['KAFKA_BROKERS'],
    'linger.ms': 5,
    'acks': 1,
    'queue.buffering.max.messages': 1000000,
})
topic = os.environ['PEER_TO']
header = b'\0' + struct.pack('>i', 1)
left = int(os.environ['PEER_COUNT'])

while left > 0:
    messages = [message for message in consumer.consume(5000, 0.05) if not message.error()]
    if not messages:
        continue
    requests = [fastavro.schemaless_reader(io.BytesIO(message.value()[5:]), request_schema) for message in messages]
    outputs = session.run(None, {'x': np.array([request['features'] for request in requests], np.float32)})[0]
    predicted = outputs.argmax(1)
    now = int(time.time() * 1000)
    for row, request in enumerate(requests):
        body = io.BytesIO()
        body.write(header)
        fastavro.schemaless_writer(body, prediction_schema, {
            'requestId': request['requestId'],
            'model': request['model'],
            'version': 1,
            'eventTime': request['eventTime'],
            'servedAt': now,
            'outputs': outputs[row].tolist(),
            'predicted': float(predicted[row]),
        })
        producer.produce(topic, body.getvalue(), messages[row].key())
    producer.poll(0)
    left -= len(messages)

producer.flush()
# The benchmark stops it once it has seen the last answer on Kafka.
signal.pause()
