import { setTimeout as sleep } from 'node:timers/promises';
import { DriftloopError } from '@driftloop/errors';
import type { PartName } from '@driftloop/local';
import { mountSmallDisk, type SmallDisk } from '../disks/small-disk.ts';
import type { Site } from '../site/site.ts';
import type { Scenario } from './scenario.ts';

/** What is written meanwhile does not fit. */
const FULL_MS = 8_000;

/** Nothing more can be written to a disk. */
export const DISKS: readonly Scenario[] = [
  {
    name: 'the disk of the artifacts is full when a version is registered',
    kind: 'disks',
    needsMounts: true,
    inject: (site) => registerOn(site, { sizeMb: 1 }, (disk) => disk.fill()),
  },
  {
    name: 'the disk of the artifacts is read-only when a version is registered',
    kind: 'disks',
    needsMounts: true,
    inject: (site) => registerOn(site, { sizeMb: 1, readOnly: true }),
  },
  {
    name: 'the disk of clickhouse is full',
    kind: 'disks',
    alone: true,
    needsMounts: true,
    inject: (site) => full(site, 'clickhouse'),
  },
  {
    name: 'the disk of kafka is full',
    kind: 'disks',
    alone: true,
    needsMounts: true,
    feedsOn: false,
    async inject(site) {
      await full(site, 'kafka');
      // A broker whose only disk fails ends; whoever looks after it starts it again.
      await site.stage.kill('kafka');
      await site.stage.start('kafka');
    },
  },
];

async function full({ stage }: Site, part: PartName): Promise<void> {
  const disk = stage.diskOf(part);
  if (!disk) throw new Error(`${part} has no disk of its own here`);
  await disk.fill();
  await sleep(FULL_MS);
  await disk.free();
}

/**
 * Tries to register a version that does not go live, which must be refused in words; then again,
 * when the disk has room.
 */
async function registerOn(
  site: Site,
  options: { readonly sizeMb: number; readonly readOnly?: boolean },
  prepare: (disk: SmallDisk) => Promise<void> = async () => {},
): Promise<void> {
  const disk = await mountSmallDisk(site.artifacts, options);
  if (!disk) throw new Error('nothing can be mounted here');
  try {
    await prepare(disk);
    const refused = await site.registerSpare().then(
      () => undefined,
      (error: unknown) => error,
    );
    if (!(refused instanceof DriftloopError) || refused.code !== 'ARTIFACTS_UNAVAILABLE')
      throw new Error(`registering did not say that the disk takes nothing: ${String(refused)}`);
  } finally {
    await disk.unmount();
  }
  await site.registerSpare();
}
