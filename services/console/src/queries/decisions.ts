import { gateway, told } from '../api/client.ts';

/** Something that a person may decide about a model. */
export type Decision =
  | { readonly kind: 'retrain'; readonly rollout: 'publish' | 'shadow' }
  | { readonly kind: 'rollback'; readonly to: number }
  | { readonly kind: 'promote'; readonly version: number }
  | { readonly kind: 'reject'; readonly version: number };

/**
 * Has the gateway do it.
 *
 * @param reason why, as the person typed it
 * @returns what came of it, in a sentence
 * @throws GatewayProblem where it is refused
 */
export async function decide(model: string, decision: Decision, reason: string): Promise<string> {
  const params = { path: { model } };
  switch (decision.kind) {
    case 'retrain': {
      const { rollout } = decision;
      const body = { reason, rollout };
      const { commandId } = await told(gateway.POST('/models/{model}/retrain', { params, body }));
      return `A retrain is asked for (command ${commandId.slice(0, 12)}); the gate still decides about its result.`;
    }
    case 'rollback': {
      const body = { reason, to: decision.to };
      const { live } = await told(gateway.POST('/models/{model}/rollback', { params, body }));
      return `Version ${live} is live again.`;
    }
    case 'promote': {
      const body = { reason, version: decision.version };
      const { version, is } = await told(gateway.POST('/models/{model}/promote', { params, body }));
      return `Version ${version} is ${is} now.`;
    }
    case 'reject': {
      const body = { reason, version: decision.version };
      const { rejected } = await told(gateway.POST('/models/{model}/reject', { params, body }));
      return `Version ${rejected} is given up.`;
    }
  }
}
