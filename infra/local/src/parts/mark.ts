import type { PartName } from '../part-name.ts';

/** What stands in the command line of a part of this folder. */
export function partMark(folder: string, name: PartName): string {
  return `${name}:${folder}`;
}
