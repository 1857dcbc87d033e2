import { requireModel } from '@driftloop/registry';
import type { LeastRole } from '../access/identity.ts';
import type { GatewayContext } from '../context.ts';
import { infer } from '../v2/infer.ts';
import { metadataOf, SERVER_METADATA } from '../v2/metadata.ts';
import { requireVersion } from '../v2/served-versions.ts';
import { callOf, responseOf } from './call.ts';
import type { ModelInferRequest, ModelRequest } from './messages.ts';

/** A method of the service: takes a message and answers one. */
export interface Method {
  /** Least role of who calls it. */
  readonly role: LeastRole;
  /** The model that a message is about. */
  modelOf?(request: never): string;
  /** @param deadlineMs that the caller gives it, ms from now */
  answer(request: never, deadlineMs: number): unknown;
}

/** The methods of inference.GRPCInferenceService. */
export function methodsOf(context: GatewayContext): Readonly<Record<string, Method>> {
  const entryOf = ({ name, version }: ModelRequest) => {
    const entry = requireModel(context.registry, name);
    requireVersion(entry, version);
    return entry;
  };
  return {
    ServerLive: { role: 'anyone', answer: () => ({ live: true }) },
    ServerReady: { role: 'anyone', answer: () => ({ ready: context.isReady() }) },
    ServerMetadata: { role: 'anyone', answer: () => SERVER_METADATA },
    ModelReady: {
      role: 'viewer',
      modelOf: ({ name }: ModelRequest) => name,
      answer: (request: ModelRequest) => ({
        ready: entryOf(request).state.live !== null && context.isReady(),
      }),
    },
    ModelMetadata: {
      role: 'viewer',
      modelOf: ({ name }: ModelRequest) => name,
      answer: (request: ModelRequest) => metadataOf(entryOf(request)),
    },
    ModelInfer: {
      role: 'operator',
      modelOf: ({ model_name }: ModelInferRequest) => model_name,
      async answer(request: ModelInferRequest, deadlineMs: number) {
        return responseOf(await infer({ ...callOf(request), deadlineMs }, context), request);
      },
    },
  };
}
