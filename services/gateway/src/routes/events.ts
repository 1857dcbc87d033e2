import { once } from 'node:events';
import type { ServerResponse } from 'node:http';
import { mayTouch } from '@driftloop/access';
import { DriftloopError } from '@driftloop/errors';
import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import Type from 'typebox';
import type { Identity } from '../access/identity.ts';
import type { GatewayContext } from '../context.ts';
import type { GatewayEvent } from '../events/event.ts';
import type { IdentifiedEvent } from '../events/live-events.ts';

/** A stream that is silent for longer is taken for dead by proxies, ms. */
const BEAT_MS = 15_000;
/** Each holds a socket for as long as somebody listens. */
const MOST_STREAMS = 1_000;
/** Of one caller, so that nobody listens alone. */
const MOST_OF_ONE = 50;
/** How long a browser waits before it comes again, ms. */
const RETRY_MS = 2_000;

/**
 * GET /events: what happens to models, as server-sent events.
 *
 * @param stillValid whether a caller may go on listening
 */
export function eventRoutes(
  { events }: GatewayContext,
  stillValid: (caller: Identity) => boolean,
): FastifyPluginAsyncTypebox {
  return async (app) => {
    const open = new Map<AbortController, string>();
    // Fastify waits for calls in hand; these end by themselves only when they are told.
    app.addHook('preClose', async () => {
      for (const stream of open.keys()) stream.abort();
    });
    app.get(
      '/events',
      {
        config: { role: 'viewer' },
        // A head has no end of a stream to wait for.
        exposeHeadRoute: false,
        schema: {
          summary: 'What happens, as it happens: server-sent events',
          description:
            'Events are version, verdict, command and letter. With the header Last-Event-ID (or lastEventId) those that came after it are sent first, by any gateway.',
          tags: ['events'],
          querystring: Type.Object({
            model: Type.Optional(Type.String({ minLength: 1, description: 'Only of this model.' })),
            lastEventId: Type.Optional(Type.String({ maxLength: 16_000 })),
          }),
          response: { 200: { content: { 'text/event-stream': { schema: Type.String() } } } },
        },
      },
      async (request, reply) => {
        const { model, lastEventId } = request.query;
        const { caller } = request;
        const who = whoIs(caller, request.ip);
        const theirs = [...open.values()].filter((one) => one === who).length;
        if (open.size >= MOST_STREAMS || theirs >= MOST_OF_ONE)
          throw new DriftloopError(
            'RATE_LIMITED',
            `${open.size} streams are open here, ${theirs} of them yours; close one.`,
          );
        const header = request.headers['last-event-id'];
        const lastId = typeof header === 'string' && header !== '' ? header : lastEventId;
        const ending = new AbortController();
        const reader = events.read(lastId, { signal: ending.signal });
        const { raw } = reply;
        raw.on('close', () => ending.abort());
        // Whoever has gone before that is told of by no event.
        if (request.raw.socket.destroyed) ending.abort();
        open.set(ending, who);
        const first = reader.next();
        try {
          // An id that is none is answered as an error, before anything is sent.
          await Promise.race([first, new Promise((resolve) => setImmediate(resolve))]);
        } catch (error) {
          open.delete(ending);
          throw error;
        }
        reply.hijack();
        raw.writeHead(200, {
          ...reply.getHeaders(),
          'content-type': 'text/event-stream; charset=utf-8',
          'cache-control': 'no-store',
          'x-accel-buffering': 'no',
        } as Record<string, string>);
        // Whoever is cut off before the first event comes again with this.
        raw.write(`retry: ${RETRY_MS}\nid: ${lastId ?? events.currentId()}\n\n`);
        const beat = setInterval(() => {
          if (caller === undefined || !stillValid(caller)) ending.abort();
          else raw.write(': still here\n\n');
        }, BEAT_MS);
        const isWanted = (event: GatewayEvent) =>
          caller !== undefined &&
          // Whoever is let out hears nothing more.
          stillValid(caller) &&
          isFor(event, caller) &&
          (model === undefined || event.model === model);
        const pump = async () => {
          try {
            for (let next = await first; !next.done; next = await reader.next())
              if (isWanted(next.value.event)) await send(raw, next.value);
          } finally {
            clearInterval(beat);
            open.delete(ending);
            raw.end();
          }
        };
        // The call is answered with what has been sent; the stream goes on by itself.
        pump().catch((error: unknown) => request.log.warn({ err: error }, 'a stream of events has ended'));
        return reply;
      },
    );
  };
}

/** By what the streams of a caller are counted. */
function whoIs(caller: Identity | undefined, address: string): string {
  return caller?.tokenId ? caller.tokenId : `${caller?.via ?? ''} ${address}`;
}

/** Of what belongs to no model only those hear who are for all. */
function isFor({ model }: GatewayEvent, { models }: Identity): boolean {
  return models === null || (model !== undefined && mayTouch(models, model));
}

async function send(raw: ServerResponse, { id, event }: IdentifiedEvent): Promise<void> {
  const text = `id: ${id}\nevent: ${event.name}\ndata: ${JSON.stringify(event.data)}\n\n`;
  if (raw.write(text) || raw.closed || raw.destroyed) return;
  await Promise.race([once(raw, 'drain'), once(raw, 'close')]);
}
