import { GraphBuilder, serializeModel } from '@driftloop/onnx';
import type { InferenceSession, Tensor } from 'onnxruntime-node';

/** Creates a session whose `deviceOutputs` stay in device memory. */
type CreateSession = (model: Uint8Array, deviceOutputs: readonly string[]) => Promise<InferenceSession>;

/**
 * Moves tensors between host and device. onnxruntime-node 1.30 cannot download a tensor by itself
 * (getData aborts the process), so a session with one Identity node does it, whose output is on the
 * other side.
 */
export class DeviceTransfer {
  readonly #create: CreateSession;
  #uploading: Promise<InferenceSession> | undefined;
  #downloading: Promise<InferenceSession> | undefined;

  constructor(create: CreateSession) {
    this.#create = create;
  }

  /** A copy in device memory, to be disposed of by its owner. */
  async upload(tensor: Tensor): Promise<Tensor> {
    this.#uploading ??= this.#create(identityModel(), ['y']);
    return copyThrough(await this.#uploading, tensor);
  }

  /** A copy in host memory. */
  async download(tensor: Tensor): Promise<Tensor> {
    this.#downloading ??= this.#create(identityModel(), []);
    return copyThrough(await this.#downloading, tensor);
  }
}

async function copyThrough(session: InferenceSession, tensor: Tensor): Promise<Tensor> {
  const { y } = await session.run({ x: tensor });
  if (y === undefined) throw new TypeError('the identity graph returned nothing');
  return y;
}

function identityModel(): Uint8Array {
  const builder = new GraphBuilder({ name: 'transfer' });
  builder.input('x', 'float32');
  builder.output(builder.node('Identity', ['x'], {}, 'y'));
  return serializeModel(builder.build());
}
