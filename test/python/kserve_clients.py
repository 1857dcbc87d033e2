"""Asks a model by KServe's clients and prints what they were told, as JSON. Arguments: as of triton_clients.py."""
import asyncio
import json
import sys

import numpy as np
from kserve import InferenceGRPCClient, InferenceRESTClient, InferInput, InferRequest, RESTConfig

http_address, grpc_address, model = sys.argv[1:]


def request(how):
    inputs = [
        InferInput('Beruf', [3], 'BYTES'),
        InferInput('Größe in cm', [3], 'INT64'),
        InferInput('age', [3, 1], 'FP32'),
    ]
    values = [
        np.array(['Bäcker', 'Schlosser', 'Bäcker'], np.object_),
        np.array([181, 165, 177], np.int64),
        np.array([[31], [64], [18]], np.float32),
    ]
    for tensor, data in zip(inputs, values):
        tensor.set_data_from_numpy(data, binary_data=how)
    return InferRequest(model, inputs)


def told(response):
    outputs = {output.name: output.as_numpy() for output in response.outputs}
    return {
        'probabilities': outputs['probabilities'].tolist(),
        'label': [text.decode() if isinstance(text, bytes) else text for text in outputs['label'].tolist()],
    }


async def main():
    rest = InferenceRESTClient(RESTConfig(protocol='v2'))
    base = f'http://{http_address}'
    grpc = InferenceGRPCClient(grpc_address, use_ssl=False)
    print(json.dumps({
        'ready': [
            await rest.is_server_live(base), await rest.is_server_ready(base), await rest.is_model_ready(base, model),
            await grpc.is_server_live(), await grpc.is_server_ready(), await grpc.is_model_ready(model),
        ],
        'answers': {
            'kserve REST, JSON': told(await rest.infer(base, request(False), model_name=model)),
            'kserve REST, bytes': told(await rest.infer(base, request(True), model_name=model)),
            'kserve gRPC': told(await grpc.infer(request(True))),
        },
    }))
    await rest.close()
    await grpc.close()


asyncio.run(main())
