import { randomBytes } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import fastifyStatic from '@fastify/static';
import type { FastifyPluginAsync, FastifyReply } from 'fastify';

/** Where `npm run console:build` puts the console. */
export const BUILT_CONSOLE = fileURLToPath(new URL('../../console/dist', import.meta.url));

/** What the built page has where the nonce of an answer belongs. */
const NONCE = /__CSP_NONCE__/g;

/**
 * The web console below /ui/, and the way there for browsers from /. Files have their content's
 * hash in their names, so they may be kept for ever; the page itself is asked for each time. Every
 * other address below /ui/ is one of the page's own.
 *
 * @param folder with the built console; where it is missing, the answer says how it is made
 */
export function consoleRoutes(folder: string): FastifyPluginAsync {
  return async (app) => {
    app.get('/', { config: { role: 'anyone' }, schema: { hide: true } }, (request, reply) =>
      request.headers.accept?.includes('text/html') ? reply.redirect('/ui/') : reply.callNotFound(),
    );
    app.get('/ui', { schema: { hide: true } }, (_, reply) => reply.redirect('/ui/'));
    const page = join(folder, 'index.html');
    if (!existsSync(page)) {
      app.get('/ui/*', { schema: { hide: true } }, (_, reply) =>
        reply.status(404).type('text/plain').send('The console is not built: npm run console:build\n'),
      );
      return;
    }
    const html = readFileSync(page, 'utf8');
    await app.register(fastifyStatic, {
      root: join(folder, 'assets'),
      prefix: '/ui/assets/',
      immutable: true,
      maxAge: '365d',
    });
    app.get('/ui/icon.svg', { schema: { hide: true } }, (_, reply) => reply.sendFile('icon.svg', folder));
    app.get('/ui/*', { schema: { hide: true } }, (_, reply) => sendPage(reply, html));
  };
}

function sendPage(reply: FastifyReply, html: string): FastifyReply {
  const nonce = randomBytes(16).toString('base64');
  return reply
    .header('content-security-policy', policyOf(nonce))
    .header('cache-control', 'no-cache')
    .type('text/html; charset=utf-8')
    .send(html.replace(NONCE, nonce));
}

/**
 * Nothing from elsewhere, and nothing that stands in the page itself but for styles with the nonce.
 */
function policyOf(nonce: string): string {
  return [
    "default-src 'none'",
    "script-src 'self'",
    `style-src 'self' 'nonce-${nonce}'`,
    "img-src 'self' data:",
    "font-src 'self'",
    "connect-src 'self'",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ].join('; ');
}
