"""Asks a model by NVIDIA's clients of the Open Inference Protocol and prints what they were told, as JSON.

Arguments: address of HTTP, address of gRPC, model. The model has the features age, Größe in cm and Beruf (BYTES).
"""
import json
import sys

import numpy as np
import tritonclient.grpc as grpc
import tritonclient.http as http
from tritonclient.utils import InferenceServerException

http_address, grpc_address, model = sys.argv[1:]
AGE = np.array([[31], [64], [18]], np.float32)
SIZE = np.array([181, 165, 177], np.int64)
JOB = np.array(['Bäcker', 'Schlosser', 'Bäcker'], np.object_)


def columns(module, **how):
    # In another order than the spec's, in two shapes, of three types.
    inputs = [
        module.InferInput('Beruf', [3], 'BYTES'),
        module.InferInput('Größe in cm', [3], 'INT64'),
        module.InferInput('age', [3, 1], 'FP32'),
    ]
    for tensor, values in zip(inputs, [JOB, SIZE, AGE]):
        tensor.set_data_from_numpy(values, **how)
    return inputs


def matrix(module):
    tensor = module.InferInput('rows', [3, 3], 'FP64')
    tensor.set_data_from_numpy(np.array([[31, 181, 0], [64, 165, 1], [18, 177, 0]], np.float64))
    return [tensor]


def told(result):
    response = result.get_response()
    return {
        'probabilities': result.as_numpy('probabilities').tolist(),
        # Text where it came as JSON.
        'label': [t.decode() if isinstance(t, bytes) else t for t in result.as_numpy('label').tolist()],
        'version': response['model_version'] if isinstance(response, dict) else response.model_version,
        'id': response.get('id', '') if isinstance(response, dict) else response.id,
    }


def refusal(call):
    try:
        call()
    except InferenceServerException as error:
        return {'status': error.status(), 'message': error.message()}
    return None


def wrong(module):
    tensor = module.InferInput('rows', [1, 2], 'FP32')
    tensor.set_data_from_numpy(np.zeros([1, 2], np.float32))
    return [tensor]


over_http = http.InferenceServerClient(http_address)
over_grpc = grpc.InferenceServerClient(grpc_address)
json_outputs = [http.InferRequestedOutput(name, binary_data=False) for name in ('probabilities', 'label')]
print(json.dumps({
    'ready': [
        over_http.is_server_live(), over_http.is_server_ready(), over_http.is_model_ready(model),
        over_http.is_model_ready(model, '1'),
        over_grpc.is_server_live(), over_grpc.is_server_ready(), over_grpc.is_model_ready(model),
        over_grpc.is_model_ready(model, '1'),
    ],
    'server': [over_http.get_server_metadata()['name'], over_grpc.get_server_metadata().name],
    'metadata': [
        over_http.get_model_metadata(model),
        over_grpc.get_model_metadata(model, as_json=True),
    ],
    'answers': {
        'http, columns as bytes': told(over_http.infer(model, columns(http), request_id='a')),
        'http, columns as JSON': told(over_http.infer(model, columns(http, binary_data=False), outputs=json_outputs)),
        'http, gzip': told(over_http.infer(
            model, columns(http), request_compression_algorithm='gzip', model_version='1')),
        'http, rows': told(over_http.infer(model, matrix(http))),
        'grpc, columns': told(over_grpc.infer(model, columns(grpc), request_id='b')),
        'grpc, rows': told(over_grpc.infer(model, matrix(grpc), model_version='1')),
    },
    'refusals': {
        'http': refusal(lambda: over_http.infer(model, wrong(http))),
        'grpc': refusal(lambda: over_grpc.infer(model, wrong(grpc))),
        'http version': refusal(lambda: over_http.infer(model, matrix(http), model_version='7')),
        'grpc version': refusal(lambda: over_grpc.infer(model, matrix(grpc), model_version='7')),
    },
}))
