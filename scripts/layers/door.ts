/**
 * What opens Kafka, ClickHouse, the registry or the artifacts, by the package that has it: services
 * and commands get them from packages/connections.
 */
const OPENERS: Readonly<Record<string, readonly string[]>> = {
  '@driftloop/bus': ['createBus'],
  '@driftloop/registry': ['openRegistry', 'createArtifactStore'],
  '@driftloop/warehouse': ['createWarehouse'],
};

/**
 * The door itself, what stands in for it (a backtest's registry lies in memory), and what measures
 * parts by themselves. Tests may, too.
 */
const MAY_OPEN = [
  'packages/connections',
  'packages/replay/src/loop',
  'simulation',
  'invariance',
  'faults',
  'benchmarks',
];

/** Names between braces, or a whole package as one name. */
const NAMED = /\b(?:import|export)\s+(?:type\s+)?(\{[^}]*\}|\*(?:\s+as\s+\w+)?)\s*from\s*['"]([^'"]+)['"]/g;

/**
 * Where a source text goes to the outside by another way than the one door.
 *
 * @param file relative to the repository
 * @returns one line per name that it may not import
 */
export function besideTheDoor(file: string, source: string): string[] {
  if (/(^|\/)test\//.test(file) || MAY_OPEN.some((folder) => file.startsWith(`${folder}/`))) return [];
  const code = source.replace(/\/\*[\s\S]*?\*\//g, '').replace(/^\s*\/\/.*$/gm, '');
  return [...code.matchAll(NAMED)].flatMap(([, names = '', specifier = '']) =>
    (OPENERS[specifier] ?? [])
      .filter((opener) => names.startsWith('*') || new RegExp(`\\b${opener}\\b`).test(names))
      .map((opener) => `${file} imports ${opener} of ${specifier}: open it by openConnections`),
  );
}
