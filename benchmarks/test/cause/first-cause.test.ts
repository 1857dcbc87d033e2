import assert from 'node:assert/strict';
import { test } from 'node:test';
import { firstCause } from '../../src/cause/first-cause.ts';
import { PLANTS } from '../../src/cause/plants.ts';
import { TABLES } from '../../src/cause/tables.ts';

// Seeds that rules were made on; `bench cause` has the figures on others.
for (const [i, plant] of PLANTS.entries())
  test(`the first cause of '${plant.kind}' is ${plant.truth}`, () => {
    const seed = i % TABLES.length;
    assert.equal(firstCause(plant, TABLES[seed]!, seed).cause, plant.truth);
  });
