/** What a room may import. Paths are relative to the repository, without a trailing slash. */
export interface Room {
  /** Folder, or `parent/*` for each folder below it. */
  readonly folder: string;
  /** Workspace packages it may import, without the scope. */
  readonly workspace: readonly string[];
  /** Node's own modules it may import: all, or the named ones. */
  readonly node: 'all' | readonly string[];
}

const PURE = [
  'errors',
  'schemas',
  'spec',
  'stats',
  'detectors',
  'estimates',
  'drift',
  'onnx',
  'autodiff',
  'continual',
  'payloads',
];
const SHELL = [
  ...PURE,
  'service',
  'bus',
  'streams',
  'warehouse',
  'registry',
  'connections',
  'drift-stages',
  'dead-letters',
  'access',
  'notifications',
  'engine-ort',
  'engine-tfjs',
  'replay',
  'studies',
];

/** Pure packages compute; a hash is a computation too. */
const NO_IO = ['node:crypto'];

/** The rooms, first match holds. Tests may import anything that their package lists. */
export const ROOMS: readonly Room[] = [
  { folder: 'packages/errors', workspace: [], node: [] },
  { folder: 'schemas', workspace: ['errors'], node: ['node:fs', 'node:url'] },
  { folder: 'packages/spec', workspace: ['errors', 'schemas'], node: [] },
  { folder: 'vectors', workspace: [], node: ['node:fs', 'node:path'] },
  { folder: 'packages/stats', workspace: ['errors'], node: [] },
  { folder: 'packages/wasm', workspace: [], node: [] },
  { folder: 'packages/detectors', workspace: ['errors', 'schemas', 'stats', 'wasm'], node: [] },
  { folder: 'packages/estimates', workspace: ['errors', 'stats'], node: [] },
  {
    folder: 'packages/drift',
    workspace: ['errors', 'schemas', 'spec', 'stats', 'detectors', 'estimates'],
    node: NO_IO,
  },
  { folder: 'packages/onnx', workspace: ['errors'], node: [] },
  { folder: 'packages/autodiff', workspace: ['errors', 'onnx'], node: [] },
  { folder: 'packages/continual', workspace: PURE, node: NO_IO },
  { folder: 'packages/payloads', workspace: ['errors', 'schemas', 'spec'], node: [] },
  { folder: 'packages/tables', workspace: ['errors'], node: 'all' },
  { folder: 'packages/service', workspace: ['errors'], node: 'all' },
  { folder: 'packages/bus', workspace: ['errors', 'schemas', 'service'], node: 'all' },
  { folder: 'packages/streams', workspace: ['errors', 'schemas', 'service', 'bus'], node: 'all' },
  { folder: 'packages/warehouse', workspace: ['errors', 'schemas', 'spec', 'service'], node: 'all' },
  {
    folder: 'packages/registry',
    workspace: ['errors', 'schemas', 'spec', 'drift', 'onnx', 'service', 'bus'],
    node: 'all',
  },
  {
    folder: 'packages/connections',
    workspace: ['errors', 'service', 'bus', 'registry', 'warehouse'],
    node: [],
  },
  {
    folder: 'packages/dead-letters',
    workspace: ['errors', 'schemas', 'bus', 'warehouse'],
    node: NO_IO,
  },
  { folder: 'packages/access', workspace: ['errors', 'schemas', 'bus'], node: NO_IO },
  { folder: 'packages/notifications', workspace: ['errors', 'schemas', 'bus'], node: NO_IO },
  {
    folder: 'packages/drift-stages',
    workspace: ['errors', 'schemas', 'spec', 'drift', 'service', 'bus', 'streams', 'registry', 'connections'],
    node: [],
  },
  {
    folder: 'packages/replay',
    workspace: [...PURE, 'bus', 'warehouse', 'registry', 'connections', 'service'],
    node: NO_IO,
  },
  {
    folder: 'packages/studies',
    workspace: ['errors', 'schemas', 'stats', 'service', 'bus', 'replay'],
    node: NO_IO,
  },
  { folder: 'packages/engine-ort', workspace: ['errors', 'onnx', 'autodiff', 'wasm'], node: 'all' },
  { folder: 'packages/engine-tfjs', workspace: ['errors', 'onnx', 'autodiff'], node: 'all' },
  // It runs in browsers, and knows the gateway by its API alone; tests lie beside what they test.
  { folder: 'services/console', workspace: [], node: ['node:assert/strict', 'node:test'] },
  { folder: 'services/*', workspace: SHELL, node: 'all' },
  { folder: 'infra/local', workspace: ['errors', 'service'], node: 'all' },
  { folder: 'infra/kubernetes', workspace: ['errors'], node: 'all' },
  { folder: 'cli', workspace: [...SHELL, 'tables', 'local', 'replay'], node: 'all' },
  { folder: 'scenario', workspace: [...SHELL, 'local', 'cli', 'replay'], node: 'all' },
  { folder: 'invariance', workspace: [...SHELL, 'local', 'cli', 'replay'], node: 'all' },
  { folder: 'faults', workspace: [...SHELL, 'local', 'cli', 'invariance'], node: 'all' },
  {
    folder: 'benchmarks',
    workspace: [...SHELL, 'local', 'vectors', 'cli', 'scenario', 'replay', 'invariance'],
    node: 'all',
  },
  { folder: 'mutation', workspace: [], node: 'all' },
  {
    folder: 'simulation',
    workspace: [
      ...SHELL,
      'service-inference',
      'service-data-drift',
      'service-prediction-drift',
      'service-concept-drift',
      'service-ensemble',
      'service-trainer',
    ],
    node: 'all',
  },
  {
    folder: 'scripts',
    workspace: [...SHELL, 'local', 'kubernetes', 'replay', 'cli', 'scenario'],
    node: 'all',
  },
  {
    folder: 'test',
    workspace: [...SHELL, 'local', 'kubernetes', 'service-operator', 'cli', 'scenario', 'replay'],
    node: 'all',
  },
];

/** Packages that only the named folders may import. */
export const OWNERS: Readonly<Record<string, readonly string[]>> = {
  kafkajs: ['packages/bus', 'benchmarks', 'invariance', 'faults', 'infra/local'],
  '@clickhouse/client': ['packages/warehouse', 'benchmarks', 'infra/local'],
  chdb: ['infra/local'],
  'onnxruntime-node': ['packages/engine-ort', 'services/inference', 'benchmarks'],
  '@bufbuild/protobuf': ['packages/onnx'],
  hyparquet: ['packages/tables'],
  'hyparquet-compressors': ['packages/tables'],
  avsc: ['packages/bus', 'schemas'],
  cloudevents: ['services/payloads'],
  '@opentelemetry/api': ['packages/service', 'packages/bus'],
  '@opentelemetry/sdk-trace': ['packages/service'],
  '@kubernetes/client-node': ['services/operator'],
  nodemailer: ['services/notifier'],
};
