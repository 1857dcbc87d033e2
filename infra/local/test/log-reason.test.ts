import assert from 'node:assert/strict';
import { test } from 'node:test';
import { reasonOf } from '../src/processes/log-reason.ts';

const line = (fields: object) => `${JSON.stringify(fields)}\n`;

test('of a JSON log the entry that ended the process is told, with its code', () => {
  const stack = `Error: far away\n${'    at somewhere (file:///a.ts:1:1)\n'.repeat(40)}`;
  const text =
    line({ level: 30, msg: 'starting' }) +
    line({
      level: 60,
      msg: 'the start failed: stopping',
      error: { code: 'KAFKA_UNAVAILABLE', message: 'No broker\nanswers.', stack },
    }) +
    line({ level: 50, msg: 'the stop failed', err: { message: 'x' } }) +
    line({ level: 30, msg: 'ended' });
  assert.equal(reasonOf(text), 'KAFKA_UNAVAILABLE: No broker answers.');
});

test('of a crash of Node the line that names the error is told', () => {
  const text =
    line({ level: 30, msg: 'starting' }) +
    "file:///a.ts:3\nimport x from 'y';\n       ^\n\nSyntaxError: no export named x\n    at ModuleJob (node:internal:1:2)\n\nNode.js v22.23.3\n";
  assert.equal(reasonOf(text), 'SyntaxError: no export named x');
});

test('of a JVM the exception, else the last line', () => {
  assert.equal(
    reasonOf('INFO starting\njava.net.BindException: Address in use\n\tat x.y(Z.java:1)\n\t... 12 more\n'),
    'java.net.BindException: Address in use',
  );
  assert.equal(reasonOf('one\nthe reason\n'), 'the reason');
  assert.equal(reasonOf(''), '');
});

test('a reason is short and has no password', () => {
  const reason = reasonOf(`failed at https://u:secret@h ${'x'.repeat(5_000)}`);
  assert.ok(reason.length <= 300);
  assert.doesNotMatch(reason, /secret/);
});
