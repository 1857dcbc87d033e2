import { fileURLToPath } from 'node:url';
import { DriftloopError } from '@driftloop/errors';
import { type handleUnaryCall, Server, ServerCredentials, type ServiceDefinition } from '@grpc/grpc-js';
import { loadSync } from '@grpc/proto-loader';
import type { FastifyBaseLogger } from 'fastify';
import type { GatewayContext } from '../context.ts';
import { tokenCheck } from '../http/authorize.ts';
import { createRateLimit } from './rate-limit.ts';
import { type Method, methodsOf } from './service.ts';
import { serviceErrorOf } from './status.ts';

/** How the protocol is served over gRPC. */
export interface GrpcOptions {
  readonly host: string;
  /** 0 takes a free one. */
  readonly port: number;
  /** As in `AppOptions`. */
  readonly token: string | undefined;
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
    Object.fromEntries(Object.entries(methodsOf(context)).map(([name, method]) => [name, guarded(method)])),
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

/** Lets a method answer whoever may call it. */
function guardOf(context: GatewayContext, { token, rateLimit, logger }: GrpcOptions) {
  const checkToken = tokenCheck(token);
  const mayPass = createRateLimit(rateLimit);
  const clientOf = (peer: string) => peer.replace(/:\d+$/, '');
  return (method: Method): handleUnaryCall<unknown, unknown> =>
    async (call, callback) => {
      try {
        if (!mayPass(clientOf(call.getPeer()), context.now())) throw tooMany();
        if (method.isGuarded) checkToken(call.metadata.get('authorization')[0]?.toString());
        callback(null, await method.answer(call.request as never, Number(call.getDeadline()) - Date.now()));
      } catch (error) {
        const problem = serviceErrorOf(error);
        if (problem.code === INTERNAL) logger?.error({ err: error }, 'a gRPC call failed');
        callback(problem);
      }
    };
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
