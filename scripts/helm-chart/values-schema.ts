import Type, { type TObject, type TSchema } from 'typebox';

/** Configuration schemas by service. */
export type ServiceSettings = Record<string, TObject>;

/** What the chart sets by itself: a pod's addresses and ports are those of its Service. */
const OF_THE_CHART = [
  'HTTP_HOST',
  'HTTP_PORT',
  'GATEWAY_HOST',
  'GATEWAY_PORT',
  'GATEWAY_GRPC_PORT',
  'PAYLOADS_HOST',
  'PAYLOADS_PORT',
  'OPERATOR_NAMESPACE',
  'NOTIFIER_SECRETS_DIR',
];
/** Without them no service starts. */
const NEEDED = ['KAFKA_BROKERS', 'SCHEMA_REGISTRY_URL', 'CLICKHOUSE_URL', 'ARTIFACTS_URL'];

/** The names of each service's settings. */
export function settingNames(services: ServiceSettings): Record<string, string[]> {
  return Object.fromEntries(
    Object.entries(services).map(([name, { properties }]) => [name, Object.keys(properties).sort()]),
  );
}

/** What values of the chart are valid, as JSON schema (draft 7, which Helm reads). */
export function valuesSchema(services: ServiceSettings): unknown {
  const all = Object.assign({}, ...Object.values(services).map(({ properties }) => properties)) as Properties;
  const schema = closed({
    ...podValues(),
    settings: { ...settingsOf(all), required: NEEDED },
    secrets: closed(
      Object.fromEntries(
        Object.entries(all)
          .filter(([, property]) => property.file === true)
          .map(([name, { description }]) => [name, { ...SECRET_KEY, description }]),
      ),
    ),
    services: closed(
      Object.fromEntries(
        Object.entries(services).map(([name, { properties }]) => [
          name,
          serviceValues(name, properties as Properties),
        ]),
      ),
    ),
    ...releaseValues(),
    // What Helm itself sets for charts that hold others.
    global: Type.Object({}),
  });
  const definitions = Object.fromEntries(
    Object.entries(all).map(([name, property]) => [name, withoutDefault(property)]),
  );
  return { $schema: 'http://json-schema.org/draft-07/schema#', ...plain({ ...schema, definitions }) };
}

type Properties = Record<
  string,
  TSchema & { readonly file?: boolean; readonly secret?: boolean; readonly description?: string }
>;

/** Settings that may be written among values: no secret may. */
function settingsOf(properties: Properties): TSchema {
  const open = Object.entries(properties).filter(
    ([name, { secret }]) => secret !== true && !OF_THE_CHART.includes(name),
  );
  return closed(Object.fromEntries(open.map(([name]) => [name, { $ref: `#/definitions/${name}` }])));
}

function serviceValues(name: string, properties: Properties): TSchema {
  const count = Type.Integer({ minimum: 0 });
  return closed({
    enabled: Type.Boolean(),
    replicas: count,
    resources: Type.Object({}),
    settings: settingsOf(properties),
    ...(name === 'operator'
      ? {}
      : {
          autoscaling: closed({
            minReplicas: Type.Integer({ minimum: 1 }),
            maxReplicas: Type.Integer({ minimum: 1 }),
            lagThreshold: Type.Integer({ minimum: 1, description: 'Records behind for each pod.' }),
          }),
        }),
    ...(name === 'trainer'
      ? {
          gpu: closed({
            enabled: Type.Boolean(),
            resource: Type.String({ minLength: 1 }),
            count: Type.Integer({ minimum: 1 }),
            nodeSelector: Type.Object({}),
            tolerations: Type.Array(Type.Object({})),
          }),
          checkpointsClaim: Type.String(),
        }
      : {}),
    ...(name === 'notifier' ? { secretsFrom: Type.String() } : {}),
  });
}

function podValues(): Record<string, TSchema> {
  return {
    image: closed({
      repository: Type.String({ minLength: 1 }),
      tag: Type.String(),
      pullPolicy: Type.Enum(['Always', 'IfNotPresent', 'Never']),
      pullSecrets: Type.Array(Type.Object({ name: Type.String({ minLength: 1 }) })),
    }),
    extraEnv: Type.Array(Type.Object({ name: Type.String({ minLength: 1 }) })),
    extraVolumes: Type.Array(Type.Object({ name: Type.String({ minLength: 1 }) })),
    extraVolumeMounts: Type.Array(Type.Object({ name: Type.String({ minLength: 1 }) })),
    artifacts: closed({ existingClaim: Type.String() }),
    serviceAccount: closed({ create: Type.Boolean(), name: Type.String(), annotations: TEXTS }),
    podLabels: TEXTS,
    podAnnotations: TEXTS,
    nodeSelector: TEXTS,
    tolerations: Type.Array(Type.Object({})),
    topologySpread: closed({ whenUnsatisfiable: Type.Enum(['ScheduleAnyway', 'DoNotSchedule']) }),
  };
}

function releaseValues(): Record<string, TSchema> {
  const port = Type.Integer({ minimum: 1, maximum: 65_535 });
  const peers = Type.Array(Type.Object({}));
  return {
    crds: closed({ install: Type.Boolean() }),
    autoscaling: closed({
      mode: Type.Enum(['none', 'keda', 'cpu']),
      cpuUtilization: Type.Integer({ minimum: 1, maximum: 100 }),
      cooldownSeconds: Type.Integer({ minimum: 0, maximum: 3600 }),
    }),
    disruptionBudget: closed({
      enabled: Type.Boolean(),
      maxUnavailable: Type.Union([Type.Integer({ minimum: 0 }), Type.String({ pattern: '^[0-9]+%$' })]),
    }),
    priorityClasses: closed({
      create: Type.Boolean(),
      serving: Type.Integer({ maximum: 1_000_000_000 }),
      learning: Type.Integer({ maximum: 1_000_000_000 }),
    }),
    migration: closed({ enabled: Type.Boolean(), activeDeadlineSeconds: Type.Integer({ minimum: 1 }) }),
    networkPolicy: closed({
      enabled: Type.Boolean(),
      clients: peers,
      metrics: peers,
      egressPorts: Type.Array(port),
      egressTo: peers,
      operatorPorts: Type.Array(port),
      extraEgress: peers,
    }),
    ingress: closed({
      enabled: Type.Boolean(),
      className: Type.String(),
      annotations: TEXTS,
      host: Type.String(),
      tlsSecret: Type.String(),
    }),
    monitoring: closed({
      serviceMonitor: closed({
        enabled: Type.Boolean(),
        labels: TEXTS,
        interval: Type.String({ pattern: '^[0-9]+(ms|s|m)$' }),
      }),
      rules: closed({ enabled: Type.Boolean(), labels: TEXTS }),
      board: closed({ enabled: Type.Boolean(), labels: TEXTS }),
      runbooks: Type.String(),
    }),
  };
}

const TEXTS = Type.Record(Type.String(), Type.String());
const SECRET_KEY = closed({ name: Type.String({ minLength: 1 }), key: Type.String({ minLength: 1 }) }, [
  'name',
  'key',
]);

/** An object that has no other properties: a word that is misspelt is said. */
function closed(properties: Record<string, unknown>, required: readonly string[] = []): TSchema {
  return { type: 'object', properties, required: [...required], additionalProperties: false } as TSchema;
}

/** Helm would fill nothing in, and what the code fills in is told by the docs. */
function withoutDefault(property: Properties[string]): unknown {
  const leftOut = ['default', 'file', 'secret'];
  return Object.fromEntries(Object.entries(property).filter(([key]) => !leftOut.includes(key)));
}

/** Without what TypeBox keeps to itself. */
function plain(schema: TSchema): Record<string, unknown> {
  return JSON.parse(JSON.stringify(schema, (key, value) => (key.startsWith('~') ? undefined : value)));
}
