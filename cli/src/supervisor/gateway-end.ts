import { isPortTaken } from '../processes/free-port.ts';
import type { End } from './restart-policy.ts';

/**
 * What an end of the gateway comes to where another program has one of its ports: the one of the
 * API was asked for, so nothing helps but a person; for gRPC, whose port nobody asked for, another
 * one does.
 */
export function endOfGateway(
  end: End,
  ports: { readonly http: number; readonly grpc: number },
): { readonly end: End; readonly needsGrpcPort: boolean } {
  if (isPortTaken(end.reason, ports.http))
    return { end: { ...end, mayRecover: false }, needsGrpcPort: false };
  const needsGrpcPort = isPortTaken(end.reason, ports.grpc);
  return { end: needsGrpcPort ? { ...end, mayRecover: true } : end, needsGrpcPort };
}
