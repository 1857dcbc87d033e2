import { requireModel } from '@driftloop/registry';
import type { GatewayContext } from '../context.ts';
import { infer } from '../v2/infer.ts';
import { metadataOf, SERVER_METADATA } from '../v2/metadata.ts';
import { requireVersion } from '../v2/served-versions.ts';
import { callOf, responseOf } from './call.ts';
import type { ModelInferRequest, ModelRequest } from './messages.ts';

/** A method of the service: takes a message and answers one. */
export interface Method {
  /** Needs the token where there is one. */
  readonly isGuarded?: true;
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
    ServerLive: { answer: () => ({ live: true }) },
    ServerReady: { answer: () => ({ ready: context.isReady() }) },
    ServerMetadata: { answer: () => SERVER_METADATA },
    ModelReady: {
      answer: (request: ModelRequest) => ({
        ready: entryOf(request).state.live !== null && context.isReady(),
      }),
    },
    ModelMetadata: { answer: (request: ModelRequest) => metadataOf(entryOf(request)) },
    ModelInfer: {
      isGuarded: true,
      async answer(request: ModelInferRequest, deadlineMs: number) {
        return responseOf(await infer({ ...callOf(request), deadlineMs }, context), request);
      },
    },
  };
}
