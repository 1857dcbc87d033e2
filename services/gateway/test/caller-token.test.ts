import assert from 'node:assert/strict';
import { test } from 'node:test';
import { DriftloopError } from '@driftloop/errors';
import { callerToken, doorsOf } from '../src/access/doors.ts';
import { createRecognition, unknownCaller } from '../src/access/recognise.ts';

function tokenAt(host: string, token = '', open = false): string | undefined {
  return callerToken({ GATEWAY_HOST: host, GATEWAY_TOKEN: token, GATEWAY_OPEN: open });
}

test('without a token everybody on this machine may change something, and nobody from elsewhere', () => {
  for (const host of ['127.0.0.1', '127.1.2.3', '::1', 'localhost']) assert.equal(tokenAt(host), '', host);
  for (const host of ['0.0.0.0', '::', '10.0.0.1', 'gateway', '127.0.0.1.example.org'])
    assert.equal(tokenAt(host), undefined, host);
  assert.equal(tokenAt('0.0.0.0', 'secret'), 'secret');
  assert.equal(tokenAt('0.0.0.0', '', true), '');
});

test('where nobody may, no header helps, and the error says what to set', () => {
  const doors = { token: undefined, anonymous: 'nobody' } as const;
  const tokens = { find: () => undefined, byId: () => undefined, hasTokens: () => false };
  const recognise = createRecognition({ ...doors, tokens, now: () => 0 });
  const check = (authorization: string | undefined) => {
    if (recognise({ authorization }) === undefined) throw unknownCaller(doors);
  };
  for (const header of [undefined, '', 'Bearer ', 'Bearer undefined'])
    assert.throws(
      () => check(header),
      (error: unknown) =>
        error instanceof DriftloopError &&
        error.code === 'UNAUTHORIZED' &&
        /GATEWAY_TOKEN.*GATEWAY_OPEN/.test(error.message),
    );
});

test('through a proxy, or by a name that only leads here, nobody reads or changes anything unasked', () => {
  const config = { GATEWAY_HOST: '127.0.0.1', GATEWAY_OPEN: false, GATEWAY_ANONYMOUS: '' } as const;
  const away = [{ host: 'driftloop.example' }, { host: '127.0.0.1:8080', isForwarded: true }];
  for (const hasTokens of [false, true]) {
    for (const token of ['', 'secret']) {
      const tokens = { find: () => undefined, byId: () => undefined, hasTokens: () => hasTokens };
      const given = { ...config, GATEWAY_TOKEN: token };
      const recognise = createRecognition({ ...doorsOf(given), tokens, now: () => 0 });
      for (const call of away) assert.equal(recognise(call), undefined);
      const role = token === '' && !hasTokens ? 'admin' : 'viewer';
      assert.equal(recognise({ host: '127.0.0.1:8080' })?.role, role);
      const open = { ...given, GATEWAY_ANONYMOUS: 'viewer' } as const;
      const reading = createRecognition({ ...doorsOf(open), tokens, now: () => 0 });
      assert.equal(reading(away[0] ?? {})?.role, role === 'admin' ? undefined : 'viewer');
    }
  }
});
