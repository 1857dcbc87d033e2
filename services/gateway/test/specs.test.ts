import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import fc from 'fast-check';
import { differences } from '../src/specs/diff.ts';
import { auditOf, tokenFor } from './access-fixture.ts';
import { type GatewayFixture, startGateway } from './fixture.ts';

let gateway: GatewayFixture;
before(async () => {
  gateway = await startGateway();
});
after(() => gateway.close());

const SPEC = '/models/prices/spec';
const read = async () => (await gateway.app.inject({ method: 'GET', url: SPEC })).json();
const put = (spec: object, query = '') =>
  gateway.app.inject({ method: 'PUT', url: `${SPEC}${query}`, payload: { spec, reason: 'fewer alarms' } });
const specs = async () => (await gateway.context.bus.offsets('model.specs'))[0]?.high ?? 0;

test('a dry run says what would be different and changes nothing; the change says the same', async () => {
  const spec = await read();
  const before = await specs();
  const wanted = { ...spec, drift: { ...spec.drift, expectedWindowsBetweenFalseAlarms: 500 } };
  const expected = [{ path: '/drift/expectedWindowsBetweenFalseAlarms', before: 100, after: 500 }];
  const dry = (await put(wanted, '?dryRun=true')).json();
  assert.deepEqual([dry.changed, dry.differences], [false, expected]);
  assert.equal(await specs(), before);
  const done = (await put(wanted)).json();
  assert.deepEqual([done.changed, done.differences], [true, expected]);
  assert.equal((await read()).drift.expectedWindowsBetweenFalseAlarms, 500);
  const entry = (await auditOf(gateway)).at(-1);
  assert.deepEqual(
    [entry?.action, entry?.model, entry?.reason, entry?.before, entry?.after],
    [
      'PUT /models/:model/spec',
      'prices',
      'fewer alarms',
      '{"/drift/expectedWindowsBetweenFalseAlarms":100}',
      '{"/drift/expectedWindowsBetweenFalseAlarms":500}',
    ],
  );
});

test('what is no spec, of another model, or made from an old one is refused, and changes nothing', async () => {
  const spec = await read();
  const before = await specs();
  for (const [wanted, status, code] of [
    [{ ...spec, features: [] }, 400, 'SPEC_INVALID'],
    [{ ...spec, model: 'weather' }, 400, 'SPEC_INVALID'],
    [{ ...spec, model: '../prices' }, 400, 'SPEC_INVALID'],
    [
      { ...spec, retrain: { ...spec.retrain, enabled: false }, updatedAt: spec.updatedAt - 1 },
      409,
      'SPEC_CHANGED',
    ],
  ] as const)
    for (const query of ['', '?dryRun=true']) {
      const answer = await put(wanted, query);
      assert.deepEqual([answer.statusCode, answer.json().code], [status, code], answer.body);
    }
  assert.equal(await specs(), before);
});

test('differences put onto the one give the other', () => {
  const json = fc.jsonValue({ maxDepth: 3 });
  fc.assert(
    fc.property(json, json, (one, other) => {
      const found = differences(one, other);
      assert.equal(found.length === 0, JSON.stringify(one) === JSON.stringify(other) || sameJson(one, other));
      for (const { before: was, after: is } of found) assert.ok(!Object.is(was, is));
    }),
  );
  assert.deepEqual(differences({ a: { 'b/c': 1 }, d: [1, 2] }, { a: { 'b/c': 2 }, d: [1] }), [
    { path: '/a/b~1c', before: 1, after: 2 },
    { path: '/d/1', before: 2, after: undefined },
  ]);
});

test('the files of a version are listed and given, and no others', async () => {
  const base = '/models/prices/versions/2/files';
  const { files } = (await gateway.app.inject({ method: 'GET', url: base })).json();
  const [model] = files.filter(({ name }: { name: string }) => name === 'model.onnx');
  const answer = await gateway.app.inject({ method: 'GET', url: `${base}/model.onnx` });
  assert.equal(answer.rawPayload.length, model.sizeBytes);
  for (const name of ['none', '..%2f..%2fetc%2fpasswd', '%2e%2e', 'toString', '__proto__']) {
    const none = await gateway.app.inject({ method: 'GET', url: `${base}/${name}` });
    assert.equal(none.statusCode, 404, name);
  }
  assert.equal(
    (await gateway.app.inject({ method: 'GET', url: '/models/prices/versions/9/files' })).statusCode,
    404,
  );
});

test('status says how far each reader is', async () => {
  const { reading, gateway: own } = (await gateway.app.inject({ method: 'GET', url: '/status' })).json();
  assert.equal(own.ready, true);
  assert.deepEqual(
    reading.find(({ group }: { group: string }) => group === 'inference'),
    { group: 'inference', topic: 'inference.requests', lag: null },
  );
});

test('whatever stands in names and texts, it is answered in the shape of problems, and harms nothing', async () => {
  const { headers } = await tokenFor(gateway, 'admin');
  const nasty = [
    "'; DROP DATABASE driftloop; --",
    '<script>alert(1)</script>',
    '../../../../etc/passwd',
    '{{database}}',
    '\u0000',
    '%00',
    '__proto__',
    '\u{1F4A9}'.repeat(40),
  ];
  for (const text of nasty) {
    const name = encodeURIComponent(text);
    for (const url of [
      `/models/${name}`,
      `/models/${name}/spec`,
      `/models/${name}/drift`,
      `/models/prices/requests/${name}`,
      `/dead-letters/${name}/0/0`,
      `/tokens/${name}`,
    ]) {
      const method = url.startsWith('/tokens') ? 'DELETE' : 'GET';
      const answer = await gateway.app.inject({ method, url, headers });
      assert.ok([400, 404, 414].includes(answer.statusCode), `${url}: ${answer.body}`);
      assert.match(String(answer.headers['content-type']), /^application\/problem\+json/, url);
      assert.equal(answer.json().status, answer.statusCode);
    }
    for (const url of [
      `/audit?actor=${name}&model=${name}`,
      `/dead-letters?model=${name}&code=${name}&topic=${name}`,
      `/audit?cursor=${name}`,
      `/audit?since=${name}`,
    ]) {
      const answer = await gateway.app.inject({ method: 'GET', url, headers });
      assert.ok(answer.statusCode < 500, `${url}: ${answer.body}`);
    }
  }
  assert.equal(
    (await gateway.app.inject({ method: 'GET', url: '/models', headers })).json().models.length,
    1,
  );
  const big = await gateway.app.inject({
    method: 'POST',
    url: '/tokens',
    headers,
    payload: { name: 'x'.repeat(3_000), role: 'viewer' },
  });
  assert.equal(big.statusCode, 413);
});

test('the audit log is read in pages, each entry once, by ISO times too', async () => {
  const { headers } = await tokenFor(gateway, 'operator');
  const written = await auditOf(gateway);
  const { warehouse, bus } = gateway.context;
  const ends = await bus.offsets('access.audit');
  await warehouse.waitForIngest(
    'access.audit',
    ends.map(({ partition, high }) => ({ partition, offset: high })),
  );
  const ids: string[] = [];
  let cursor: string | null = null;
  do {
    const query: string = cursor === null ? '' : `&cursor=${cursor}`;
    const page: { entries: { id: string }[]; nextCursor: string | null } = (
      await gateway.app.inject({ method: 'GET', url: `/audit?limit=3${query}`, headers })
    ).json();
    ids.push(...page.entries.map(({ id }) => id));
    cursor = page.nextCursor;
  } while (cursor !== null);
  assert.deepEqual(ids, written.map(({ auditId }) => auditId).reverse());
  const at = new Date(written[0]?.at ?? 0).toISOString();
  const since = async (text: string) =>
    (await gateway.app.inject({ method: 'GET', url: `/audit?since=${text}&outcome=done`, headers })).json();
  assert.ok((await since(at)).entries.length > 0);
  assert.deepEqual((await since('2100-01-01T00:00:00%2B02:00')).entries, []);
  for (const wrong of ['yesterday', '2100-01-01T00:00:00', '-1'])
    assert.equal((await since(wrong)).code, 'REQUEST_INVALID', wrong);
});

/** Whether two JSON values say the same, in whatever order of names. */
function sameJson(one: unknown, other: unknown): boolean {
  try {
    assert.deepEqual(one, other);
    return true;
  } catch {
    return false;
  }
}
