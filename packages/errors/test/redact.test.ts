import assert from 'node:assert/strict';
import { test } from 'node:test';
import { DriftloopError, hideSecret, redactUrls } from '../src/index.ts';

test('credentials before the host are left out, whatever they hold', () => {
  const cases: readonly (readonly [string, string])[] = [
    ['https://user:secret@click.example:8443/db', 'https://***@click.example:8443/db'],
    ['http://token@host', 'http://***@host'],
    ['https://u:p@ss@host/x', 'https://***@host/x'],
    ['https://u:pa/ss@host/x', 'https://***@host/x'],
    ['at http://a:b@one, then http://c:d@two', 'at http://***@one, then http://***@two'],
    ['{"url":"http://a:b@one","next":"x@y"}', '{"url":"http://***@one","next":"x@y"}'],
    ['http://host/?user=me&password=secret&x=1', 'http://host/?user=me&password=***&x=1'],
    ['s3://bucket/a?X-Amz-Signature=abc&access_key=k', 's3://bucket/a?X-Amz-Signature=***&access_key=***'],
  ];
  for (const [text, expected] of cases) assert.equal(redactUrls(text), expected);
});

test('what has no credentials stays as it is', () => {
  for (const text of [
    'http://127.0.0.1:8123/ping?x=1',
    'http://host:8080/@scope/name',
    'mail me@example.org',
    'kafka1:9092,kafka2:9092',
    'file:///data/artifacts',
  ])
    assert.equal(redactUrls(text), text);
});

test('the message of an error has no password, whoever made it', () => {
  const error = new DriftloopError(
    'WAREHOUSE_UNAVAILABLE',
    'CLICKHOUSE_URL is https://u:secret@h, which fails',
  );
  assert.equal(error.message, 'CLICKHOUSE_URL is https://***@h, which fails');
  assert.doesNotMatch(error.stack ?? '', /secret/);
});

test('a secret is hidden whole, as it is, in JSON and in a URL, also one that holds another', () => {
  hideSecret('hunter2');
  hideSecret('hunter2"/and more');
  for (const text of ['hunter2"/and more', 'hunter2\\"/and more', 'hunter2%22%2Fand%20more', 'hunter2'])
    assert.equal(redactUrls(`password ${text}.`), 'password ***.');
});
