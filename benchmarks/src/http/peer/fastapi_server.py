"""The peer: the same ONNX file behind FastAPI and uvicorn, as one would write it by hand; no Kafka, nothing is kept."""
import os

import numpy as np
import onnxruntime as ort
import uvicorn
from fastapi import FastAPI, Request

options = ort.SessionOptions()
options.intra_op_num_threads = 1
session = ort.InferenceSession(os.environ['PEER_MODEL'], options)
app = FastAPI()


@app.post('/v2/models/{model}/infer')
async def infer(model: str, request: Request):
    body = await request.json()
    tensor = body['inputs'][0]
    rows = np.array(tensor['data'], np.float32).reshape(tensor['shape'])
    probabilities = session.run(None, {'x': rows})[0]
    return {
        'model_name': model,
        'model_version': '1',
        'outputs': [
            {
                'name': 'probabilities',
                'datatype': 'FP32',
                'shape': list(probabilities.shape),
                'data': probabilities.ravel().tolist(),
            },
            {
                'name': 'label',
                'datatype': 'INT64',
                'shape': [len(rows)],
                'data': probabilities.argmax(1).tolist(),
            },
        ],
    }


if __name__ == '__main__':
    uvicorn.run(app, host='127.0.0.1', port=int(os.environ['PEER_PORT']), log_level='error', access_log=False)
