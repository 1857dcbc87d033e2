import { userInfo } from 'node:os';
import type { Registry } from '@driftloop/registry';
import type { ModelSpec } from '@driftloop/schemas';
import type { FirstVersion } from './first-version.ts';

/** Where a version is to answer. */
export interface PlaceOptions {
  /** Live at once. */
  readonly publish: boolean;
  /** In shadow beside the live version; `publish` is not looked at then. */
  readonly shadow?: boolean;
  /** A version that was made under the same key is found, instead of making another. */
  readonly once?: string;
}

/** A version as it was made: with its file, or described where others serve it. */
export type MadeVersion = Pick<FirstVersion, 'profile' | 'metrics'> &
  Partial<Pick<FirstVersion, 'memory' | 'measured'>> & {
    readonly onnx: Uint8Array | null;
    readonly reports?: string;
  };

/**
 * Registers a version and brings it where it is to answer.
 *
 * @param eventTime up to which its rows go, epoch ms
 * @returns its number, and what it is now
 */
export async function placeVersion(
  registry: Registry,
  spec: ModelSpec,
  made: MadeVersion,
  eventTime: number,
  { publish, shadow = false, once }: PlaceOptions,
): Promise<{ version: number; is: 'live' | 'registered' | 'in shadow' }> {
  const actor = userInfo().username;
  const reason = made.onnx === null ? 'registered by hand; others serve it' : 'registered by hand';
  const version = await registry.register({
    spec,
    ...made,
    publish: publish && !shadow,
    eventTime,
    reasons: [reason],
    commandId: once ?? null,
    actor,
  });
  if (!shadow) return { version, is: publish ? 'live' : 'registered' };
  await registry.release(spec.model, { version, to: 'shadow', reason, actor });
  return { version, is: 'in shadow' };
}
