import { DriftloopError } from '@driftloop/errors';
import { trace } from '@opentelemetry/api';
import type { Sampler } from '@opentelemetry/sdk-trace';

/** Spans that are sent to a collector. */
export interface Tracing {
  /** Sends what is there and ends. Never rejects: telemetry keeps no service from stopping. */
  stop(): Promise<void>;
}

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * Has spans sent by OTLP over HTTP (JSON) where OpenTelemetry's own variables ask for it:
 * `OTEL_EXPORTER_OTLP_ENDPOINT` or `OTEL_EXPORTER_OTLP_TRACES_ENDPOINT`; all others of the
 * exporter, `OTEL_SERVICE_NAME`, `OTEL_RESOURCE_ATTRIBUTES`, `OTEL_TRACES_SAMPLER` with its `_ARG`,
 * `OTEL_TRACES_EXPORTER` and `OTEL_SDK_DISABLED` hold as the standard says
 * (https://opentelemetry.io/docs/specs/otel/configuration/sdk-environment-variables/). Without,
 * nothing of the SDK is loaded.
 *
 * @param name of the service
 * @returns undefined where it is not asked for
 * @throws DriftloopError CONFIG_INVALID where a sampler is asked for that does not exist
 */
export async function startTracing(name: string, env: Environment): Promise<Tracing | undefined> {
  if (!isAskedFor(env)) return undefined;
  const [sdk, { OTLPTraceExporter }, resources] = await Promise.all([
    import('@opentelemetry/sdk-trace'),
    import('@opentelemetry/exporter-trace-otlp-http'),
    import('@opentelemetry/resources'),
  ]);
  const resource = resources
    .resourceFromAttributes({ 'service.name': `driftloop-${name}` })
    .merge(resources.detectResources({ detectors: [resources.envDetector] }));
  const provider = new sdk.TracerProvider({
    resource,
    sampler: samplerOf(env, sdk),
    spanProcessors: [new sdk.BatchSpanProcessor({ exporter: new OTLPTraceExporter() })],
  });
  trace.setGlobalTracerProvider(provider);
  return {
    async stop() {
      trace.disable();
      await provider.shutdown().catch(() => undefined);
    },
  };
}

function isAskedFor(env: Environment): boolean {
  const endpoint = env.OTEL_EXPORTER_OTLP_TRACES_ENDPOINT || env.OTEL_EXPORTER_OTLP_ENDPOINT;
  const exporters = (env.OTEL_TRACES_EXPORTER || 'otlp').split(',').map((exporter) => exporter.trim());
  return Boolean(endpoint) && exporters.includes('otlp') && env.OTEL_SDK_DISABLED?.toLowerCase() !== 'true';
}

/**
 * The sampler of the standard's names; what a caller has decided holds for those `parentbased_`.
 */
function samplerOf(env: Environment, sdk: typeof import('@opentelemetry/sdk-trace')): Sampler {
  const { OTEL_TRACES_SAMPLER: asked = '', OTEL_TRACES_SAMPLER_ARG: argument = '1' } = env;
  const name = asked === '' ? 'parentbased_always_on' : asked;
  const own = ownSampler(name.replace(/^parentbased_/, ''), argument, sdk);
  return name.startsWith('parentbased_') ? new sdk.ParentBasedSampler({ root: own }) : own;
}

function ownSampler(name: string, argument: string, sdk: typeof import('@opentelemetry/sdk-trace')): Sampler {
  if (name === 'always_on') return new sdk.AlwaysOnSampler();
  if (name === 'always_off') return new sdk.AlwaysOffSampler();
  const share = Number(argument === '' ? 1 : argument);
  if (name === 'traceidratio' && share >= 0 && share <= 1) return new sdk.TraceIdRatioBasedSampler(share);
  throw new DriftloopError(
    'CONFIG_INVALID',
    `OTEL_TRACES_SAMPLER '${name}' with OTEL_TRACES_SAMPLER_ARG '${argument}' is none: take always_on, always_off, or traceidratio with a share of 0 to 1, each also as parentbased_….`,
  );
}
