import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A span as OTLP has it, of which this is a part. */
export interface ReceivedSpan {
  /** 32 and 16 hexadecimal digits. */
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId?: string;
  readonly name: string;
  /** `code` is 2 after an error. */
  readonly status: { readonly code?: number };
}

/** What an exporter posts, https://opentelemetry.io/docs/specs/otlp/#otlphttp. */
interface Posted {
  readonly resourceSpans: readonly {
    readonly resource: {
      readonly attributes: readonly { readonly key: string; readonly value: { stringValue?: string } }[];
    };
    readonly scopeSpans: readonly { readonly spans: readonly ReceivedSpan[] }[];
  }[];
}

/** Takes spans as a collector does, and keeps them. */
export interface TraceReceiver {
  /** For `OTEL_EXPORTER_OTLP_ENDPOINT`. */
  readonly url: string;
  /** Everything that has come. */
  spans(): readonly ReceivedSpan[];
  /** `service.name` of whoever sent something. */
  services(): readonly string[];
  /** The names on the way to a span, the first of its trace first. */
  pathTo(span: ReceivedSpan): readonly string[];
  close(): void;
}

/** Starts a receiver of OTLP over HTTP with JSON, for tests. */
export async function startTraceReceiver(): Promise<TraceReceiver> {
  const sent: Posted['resourceSpans'][number][] = [];
  const server = createServer((request, response) => {
    let text = '';
    request.setEncoding('utf8').on('data', (part: string) => {
      text += part;
    });
    request.on('end', () => {
      if (request.url !== '/v1/traces') {
        response.writeHead(404).end();
        return;
      }
      sent.push(...(JSON.parse(text) as Posted).resourceSpans);
      response.setHeader('content-type', 'application/json').end('{}');
    });
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const spans = () => sent.flatMap(({ scopeSpans }) => scopeSpans.flatMap((scope) => scope.spans));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    spans,
    services: () =>
      sent.flatMap(
        ({ resource }) =>
          resource.attributes.find(({ key }) => key === 'service.name')?.value.stringValue ?? [],
      ),
    pathTo(last) {
      const known = new Map(spans().map((span) => [span.spanId, span]));
      const path: string[] = [];
      for (let span: ReceivedSpan | undefined = last; span; span = known.get(span.parentSpanId ?? ''))
        path.unshift(span.name);
      return path;
    },
    close() {
      server.closeAllConnections();
      server.close();
    },
  };
}
