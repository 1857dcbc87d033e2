import { Metadata, type ServiceError, status } from '@grpc/grpc-js';
import { protocolProblemOf } from '../http/v2/problem.ts';

/** Holds driftloop's code of an error, in the trailing metadata. */
const CODE_KEY = 'driftloop-code';

const STATUS: Readonly<Record<number, status>> = {
  400: status.INVALID_ARGUMENT,
  401: status.UNAUTHENTICATED,
  403: status.PERMISSION_DENIED,
  404: status.NOT_FOUND,
  409: status.FAILED_PRECONDITION,
  413: status.RESOURCE_EXHAUSTED,
  429: status.RESOURCE_EXHAUSTED,
  503: status.UNAVAILABLE,
  504: status.DEADLINE_EXCEEDED,
};

/** An error of a call as gRPC has it; the same message as over HTTP. */
export function serviceErrorOf(error: unknown): Partial<ServiceError> {
  const { status: http, body } = protocolProblemOf(error);
  const metadata = new Metadata();
  metadata.set(CODE_KEY, body.code);
  return { code: STATUS[http] ?? status.INTERNAL, details: body.error, metadata };
}
