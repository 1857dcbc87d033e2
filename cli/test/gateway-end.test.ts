import assert from 'node:assert/strict';
import { test } from 'node:test';
import { endOfGateway } from '../src/supervisor/gateway-end.ts';

const PORTS = { http: 8080, grpc: 26_072 };
const endWith = (reason: string, mayRecover = false) => ({ at: 0, reason, readyForMs: 0, mayRecover });

test('a port of gRPC that another program took is replaced, and the start may go otherwise', () => {
  const reason =
    'ended with code 1 before it was ready: CONFIG_INVALID: gRPC cannot use 127.0.0.1:26072: No address added out of total 1 resolved errors: [listen EADDRINUSE: address already in use 127.0.0.1:26072]';
  const { end, needsGrpcPort } = endOfGateway(endWith(reason), PORTS);
  assert.deepEqual([end.mayRecover, needsGrpcPort], [true, true]);
});

test('the port of the API was asked for: another start finds it taken, too', () => {
  const { end, needsGrpcPort } = endOfGateway(
    endWith('listen EADDRINUSE: address already in use 127.0.0.1:8080', true),
    PORTS,
  );
  assert.deepEqual([end.mayRecover, needsGrpcPort], [false, false]);
});

test('any other end is as it was', () => {
  for (const mayRecover of [true, false]) {
    const end = endWith('KAFKA_UNAVAILABLE: no broker at 127.0.0.1:26072', mayRecover);
    assert.deepEqual(endOfGateway(end, PORTS), { end, needsGrpcPort: false });
  }
});
