import { fileURLToPath } from 'node:url';
import { DriftloopError } from '@driftloop/errors';
import { type handleUnaryCall, Server, ServerCredentials, type ServiceDefinition } from '@grpc/grpc-js';
import { loadSync } from '@grpc/proto-loader';
import type { FastifyBaseLogger } from 'fastify';
import { requireAllowed } from '../access/allow.ts';
import { auditCall, leftOutText, MOST_UNKNOWN_PER_MINUTE } from '../access/audit-log.ts';
import { createFlood } from '../access/flood.ts';
import type { Identity } from '../access/identity.ts';
import { createRecognition, type Doors, unknownCaller } from '../access/recognise.ts';
import type { GatewayContext } from '../context.ts';
import { createRateLimit } from './rate-limit.ts';
import { type Method, methodsOf } from './service.ts';
import { serviceErrorOf } from './status.ts';

/** How the protocol is served over gRPC. */
export interface GrpcOptions extends Doors {
  readonly host: string;
  /** 0 takes a free one. */
  readonly port: number;
  /** Calls per minute and client address. */
  readonly rateLimit: number;
  readonly bodyLimitBytes: number;
  readonly logger?: Pick<FastifyBaseLogger, 'error'>;
}

/** A server that takes calls. */
export interface GrpcServer {
  readonly port: number;
  /** Takes no more calls, and resolves when those in hand are answered. */
  close(): Promise<void>;
}

const PROTO = fileURLToPath(new URL('../../proto/open_inference_grpc.proto', import.meta.url));
const SERVICE = 'inference.GRPCInferenceService';
const INTERNAL = 13;

/**
 * Opens the Open Inference Protocol over gRPC, in clear text.
 *
 * @throws DriftloopError CONFIG_INVALID where the port cannot be had
 */
export async function startGrpc(context: GatewayContext, options: GrpcOptions): Promise<GrpcServer> {
  const { host, bodyLimitBytes } = options;
  const server = new Server({ 'grpc.max_receive_message_length': bodyLimitBytes });
  const definition = loadSync(PROTO, {
    keepCase: true,
    longs: String,
    enums: String,
    defaults: true,
    oneofs: true,
  });
  const guarded = guardOf(context, options);
  server.addService(
    definition[SERVICE] as ServiceDefinition,
    Object.fromEntries(
      Object.entries(methodsOf(context)).map(([name, method]) => [name, guarded(name, method)]),
    ),
  );
  const port = await new Promise<number>((resolve, reject) => {
    server.bindAsync(`${host}:${options.port}`, ServerCredentials.createInsecure(), (cause, bound) =>
      cause ? reject(portRefused(options, cause)) : resolve(bound),
    );
  });
  return {
    port,
    close: () =>
      new Promise((resolve) => {
        server.tryShutdown(() => resolve());
      }),
  };
}

/** Lets a method answer whoever may call it, and writes down who may not. */
function guardOf(context: GatewayContext, options: GrpcOptions) {
  const { rateLimit, logger } = options;
  const recognise = createRecognition({ ...options, tokens: context.tokens, now: context.now });
  const mayPass = createRateLimit(rateLimit);
  const flood = createFlood(MOST_UNKNOWN_PER_MINUTE);
  const check = (method: Method, authorization: string | undefined, seen: Seen) => {
    if (method.role === 'anyone') return;
    seen.caller = recognise({ authorization });
    if (seen.caller === undefined || (seen.caller.via === 'anonymous' && method.role !== 'viewer'))
      throw unknownCaller(options);
    requireAllowed(seen.caller, { role: method.role, model: seen.model });
  };
  return (name: string, method: Method): handleUnaryCall<unknown, unknown> =>
    async (call, callback) => {
      const model = method.modelOf?.(call.request as never);
      const seen: Seen = model === undefined ? {} : { model };
      const address = clientOf(call.getPeer());
      try {
        if (!mayPass(address, context.now())) throw tooMany();
        check(method, call.metadata.get('authorization')[0]?.toString(), seen);
        callback(null, await method.answer(call.request as never, Number(call.getDeadline()) - Date.now()));
      } catch (error) {
        const answered = serviceErrorOf(error);
        if (answered.code === INTERNAL) logger?.error({ err: error }, 'a gRPC call failed');
        const status = STATUS_OF_REFUSAL[answered.code ?? INTERNAL];
        // What only reads is not written down over HTTP, either.
        const isUnknown = seen.caller === undefined || seen.caller.via === 'anonymous';
        const isWritten = status !== undefined && method.role === 'operator';
        const leftOut = isWritten && isUnknown ? flood.take(context.now()) : 0;
        if (isWritten && leftOut !== undefined)
          await auditCall(
            {
              ...seen,
              ...(leftOut > 0 ? { reason: leftOutText(leftOut) } : {}),
              action: `gRPC ${name}`,
              target: `/${SERVICE}/${name}`,
              status,
              code: status === 401 ? 'UNAUTHORIZED' : 'FORBIDDEN',
              remoteAddress: address,
            },
            { producer: context.producer, logger, now: context.now },
          );
        callback(answered);
      }
    };
}

/** What is known of a call by the time it fails. */
interface Seen {
  readonly model?: string;
  caller?: Identity | undefined;
}

/** UNAUTHENTICATED and PERMISSION_DENIED, as HTTP has them. */
const STATUS_OF_REFUSAL: Readonly<Record<number, number>> = { 16: 401, 7: 403 };

function clientOf(peer: string): string {
  return peer.replace(/:\d+$/, '');
}

function tooMany(): DriftloopError {
  return new DriftloopError(
    'RATE_LIMITED',
    'More calls came in this minute than GATEWAY_RATE_LIMIT allows; wait, or produce to Kafka directly.',
  );
}

function portRefused({ host, port }: GrpcOptions, cause: Error): DriftloopError {
  return new DriftloopError(
    'CONFIG_INVALID',
    `gRPC cannot use ${host}:${port}: ${cause.message} Choose another GATEWAY_GRPC_PORT; 0 is none.`,
    { cause },
  );
}
