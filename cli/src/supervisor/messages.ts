import { type ErrorCode, redactUrls } from '@driftloop/errors';

/** What the supervisor tells the `up` that started it. */
export type SupervisorMessage =
  | { readonly type: 'progress'; readonly text: string }
  | { readonly type: 'ready'; readonly name: string }
  | { readonly type: 'again'; readonly name: string; readonly reason: string; readonly afterMs: number }
  /** Everything takes traffic. */
  | { readonly type: 'up' }
  /** Something does not start; what does stays. */
  | { readonly type: 'failed'; readonly code: ErrorCode; readonly message: string }
  /** What this start had begun has ended. */
  | { readonly type: 'cancelled' };

/** What `up` tells the supervisor. */
export interface UpMessage {
  readonly type: 'cancel';
}

/** What a supervisor is to start; given as its one argument. */
export interface SupervisorOptions {
  readonly dataDir: string;
  readonly prefix: string;
  /** Port of the HTTP API. */
  readonly port: number;
  /** Port of the Open Inference Protocol over gRPC. */
  readonly grpcPort: number;
  /** The parts speak TLS and take passwords. */
  readonly secure: boolean;
}

/** Tells the `up` that started this process, while it is there; resolves when it is on its way. */
export function tellUp(message: SupervisorMessage): Promise<void> {
  if (!process.connected) return Promise.resolve();
  const clean: SupervisorMessage = JSON.parse(redactUrls(JSON.stringify(message)));
  // It may go at any moment; then nobody needs to hear it.
  return new Promise((resolve) => void process.send?.(clean, undefined, undefined, () => resolve()));
}
