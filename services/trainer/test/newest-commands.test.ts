import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { BusRecord } from '@driftloop/bus';
import type { RetrainCommand } from '@driftloop/schemas';
import { followNewestCommands } from '../src/commands/newest-commands.ts';
import { commandOf } from './fixtures/command.ts';

type CommandRecord = BusRecord<'retrain.commands'>;

function record(offset: number, fields: Partial<RetrainCommand> = {}, partition = 0): CommandRecord {
  const value = commandOf({ commandId: `${partition}/${offset}`, ...fields });
  return { topic: 'retrain.commands', partition, offset, timestamp: 0, key: value.model, value };
}

test('the newest command is that for the same model, with the same action, in the same partition', async () => {
  const first = record(0);
  const later = [record(1), record(2, { action: 'restore' }), record(3, { model: 'n' }), record(9, {}, 1)];
  const bus = {
    follow: async (_topic: unknown, onRecords: (records: never[]) => void) => {
      onRecords([first, ...later] as never[]);
      return {
        health: () => ({ ok: true, lastAnswerAgeMs: 0 }),
        positions: () => new Map(),
        close: async () => undefined,
      };
    },
  };
  const newest = await followNewestCommands(bus, (error) => assert.fail(String(error)));
  assert.equal(newest.since(first).commandId, '0/1');
  for (const command of later) assert.equal(newest.since(command).commandId, command.value.commandId);
  const unseen = record(20);
  assert.equal(newest.since(unseen).commandId, '0/20', 'what has not been looked ahead to is its own newest');
  await newest.close();
});
