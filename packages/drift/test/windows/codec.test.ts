import assert from 'node:assert/strict';
import { test } from 'node:test';
import { codecOf } from '../../src/windows/codec.ts';
import { bytesOf } from '../../src/windows/room.ts';
import type { ReducerState } from '../../src/windows/state.ts';
import { chunkWith, foldWith, groupOf, NAMES, windowOf, windowsOf } from './named-rows.ts';

const codec = codecOf('prediction', NAMES);
const waitingBytes = (state: ReducerState<string[]>) =>
  [...state.models.values()]
    .flatMap(({ queue }) => [...queue.values()].flat())
    .reduce((sum, chunk) => sum + bytesOf(chunk), 0);

/** A state in which nothing is as in an empty one. */
const STATE: ReducerState<string[]> = {
  signal: 'prediction',
  topicId: 'now',
  before: ['older', 'old'],
  partitions: 3,
  clocks: new Map([
    [0, { end: 10, time: 20 }],
    [2, { end: 30, time: 40 }],
  ]),
  heard: new Map([[0, 60]]),
  settledUpTo: 17,
  waitingBytes: 0,
  left: new Map([[1, 23]]),
  models: new Map([
    ['empty', foldWith()],
    [
      'm',
      foldWith({
        queue: new Map([
          [
            0,
            [
              chunkWith({ chunkStart: 30, windows: [{ start: 200, names: ['g'] }] }),
              chunkWith({ chunkStart: 40 }),
            ],
          ],
          [
            2,
            [chunkWith({ partition: 2, windows: [{ start: 300, version: 4, layout: 'x', names: ['h'] }] })],
          ],
        ]),
        partitions: new Map([
          [
            0,
            {
              end: 30,
              logTime: 90,
              recent: [150, 160],
              steps: [
                { end: 10, frontier: null, late: 0 },
                { end: 20, frontier: 160, late: 2 },
              ],
            },
          ],
        ]),
        since: 5,
        recent: [140, 150, 160],
        windows: windowsOf(
          windowOf(100, [groupOf(['a', 'b'], 1), groupOf(['c'], 2, 'layout')], 80),
          windowOf(200, [groupOf(['d'], 2)]),
        ),
        pending: new Map([
          ['1', { ...groupOf(['e'], 1), start: 0 }],
          ['layout', { ...groupOf(['f'], 3, 'layout'), start: 50 }],
        ]),
        closedEnd: 100,
        late: 6,
        ahead: 7,
        memory: new Map([
          [2, { ks: { seen: 1 } }],
          [1, {}],
        ]),
      }),
    ],
  ]),
};

/** Bytes of sketches are of one kind, whatever buffer holds them. */
const plain = (state: ReducerState<string[]>) =>
  structuredClone({
    ...state,
    models: new Map(
      [...state.models].map(([name, fold]) => [
        name,
        {
          ...fold,
          queue: new Map(
            [...fold.queue].map(([partition, chunks]) => [
              partition,
              chunks.map((chunk) => ({
                ...chunk,
                windows: chunk.windows.map((window) => ({ ...window, sketch: [...window.sketch] })),
              })),
            ]),
          ),
        },
      ]),
    ),
  });

test('a state that was saved is restored as it was, in the same order', () => {
  const restored = codec.decode(codec.encode(STATE));
  assert.deepEqual(plain({ ...restored, waitingBytes: 0 }), plain(STATE));
  assert.equal(codec.encode(restored), codec.encode(STATE));
  const names = (map: ReadonlyMap<unknown, unknown> | undefined) => [...(map?.keys() ?? [])];
  const fold = restored.models.get('m');
  assert.deepEqual(
    [names(fold?.memory), names(fold?.windows)],
    [
      [2, 1],
      ['100/200', '200/300'],
    ],
  );
});

test('what the chunks take that wait is counted again', () => {
  assert.ok(waitingBytes(STATE) > 1_000);
  assert.equal(codec.decode(codec.encode({ ...STATE, waitingBytes: 0 })).waitingBytes, waitingBytes(STATE));
});

test('contents are restored for the version of their rows', () => {
  const versions: number[] = [];
  const noting = codecOf('prediction', {
    ...NAMES,
    decode(bytes, version) {
      versions.push(version);
      return NAMES.decode(bytes, version);
    },
  });
  noting.decode(noting.encode(STATE));
  assert.deepEqual(versions.sort(), [1, 1, 2, 2, 3]);
});

test('the saved state is JSON with a format of its own, and says which signal it is of', () => {
  assert.equal(codec.format, 4);
  const saved = JSON.parse(codec.encode(STATE)) as { signal: string; models: [string, unknown][] };
  assert.equal(saved.signal, 'prediction');
  assert.deepEqual(
    saved.models.map(([name]) => name),
    ['empty', 'm'],
  );
  assert.throws(() => codecOf('data', NAMES).decode(codec.encode(STATE)), {
    code: 'DATA_INVALID',
    message: /is of signal prediction, expected data: delete it and read the log again/,
  });
});
