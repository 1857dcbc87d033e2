import {
  checkRule,
  endRule,
  RuleBody,
  raiseTest,
  readRules,
  requireRule,
  ruleView,
  writeRule,
} from '@driftloop/notifications';
import type { NotificationRule } from '@driftloop/schemas';
import { notificationLog } from '@driftloop/warehouse';
import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import Type from 'typebox';
import type { GatewayContext } from '../context.ts';
import { NextCursor, numericCursor } from '../http/paging.ts';
import { Problem } from '../http/problem.ts';
import { Message, Outcome, Rule } from './notification-bodies.ts';

const READ = { role: 'viewer', isForAll: true } as const;
const CHANGE = { role: 'admin', isForAll: true } as const;
const RulePath = Type.Object({ rule: Type.String({ minLength: 1, maxLength: 200 }) });
const tags = ['notifications'];

/** GET, POST and DELETE notification rules, POST a test of one, GET the delivery log. */
export function notificationRoutes({
  bus,
  producer,
  warehouse,
  now,
}: GatewayContext): FastifyPluginAsyncTypebox {
  const view = (rule: NotificationRule) => {
    const { to, models, states, roles, ...rest } = ruleView(rule);
    const ofModels = models === null ? null : [...models];
    return { ...rest, to: [...to], models: ofModels, states: [...states], roles: [...roles] };
  };
  return async (app) => {
    app.get(
      '/rules',
      {
        config: READ,
        schema: {
          summary: 'Who is told of what',
          tags,
          response: { 200: Type.Object({ rules: Type.Array(Rule) }) },
        },
      },
      async () => ({ rules: [...(await readRules(bus)).values()].map(view) }),
    );
    app.post(
      '/rules',
      {
        config: CHANGE,
        schema: {
          summary: 'Make a notification rule, or put another in its place',
          description: 'It holds no secret: it names one that the notifier has.',
          tags,
          body: RuleBody,
          response: { 201: Rule },
        },
      },
      async (request, reply) => {
        const before = (await readRules(bus)).get(request.body.name);
        const by = request.caller?.name ?? '';
        const rule = checkRule(request.body, { by, now: now(), before });
        if (before) request.noted.before = view(before);
        await writeRule({ producer }, rule);
        request.noted.after = view(rule);
        return reply.status(201).send(view(rule));
      },
    );
    app.delete(
      '/rules/:rule',
      {
        config: CHANGE,
        schema: {
          summary: 'Remove a notification rule; what it had gathered is not told',
          tags,
          params: RulePath,
          response: { 200: Rule },
        },
      },
      async (request) => {
        const rule = requireRule(await readRules(bus), request.params.rule);
        request.noted.before = view(rule);
        await endRule({ producer, now }, rule, request.caller?.name ?? '');
        return view(rule);
      },
    );
    app.post(
      '/rules/:rule/test',
      {
        config: CHANGE,
        schema: {
          summary: 'Have a message sent by a rule now',
          description: 'What becomes of it stands in the delivery log under the id.',
          tags,
          params: RulePath,
          response: { 202: Type.Object({ messageId: Type.String() }), 404: Problem },
        },
      },
      async (request, reply) => {
        const { name } = requireRule(await readRules(bus), request.params.rule);
        const by = request.caller?.name ?? '';
        const messageId = await raiseTest(producer, { rule: name, by, at: now() });
        request.noted.after = { rule: name, messageId };
        return reply.status(202).send({ messageId });
      },
    );
    app.get(
      '/',
      {
        config: READ,
        schema: {
          summary: 'The delivery log: messages and what came of them, newest first',
          tags,
          querystring: Type.Object({
            rule: Type.Optional(Type.String({ minLength: 1, maxLength: 200 })),
            outcome: Type.Optional(Outcome),
            limit: Type.Integer({ minimum: 1, maximum: 1_000, default: 100 }),
            cursor: Type.Optional(Type.String({ description: '`nextCursor` of the page before.' })),
          }),
          response: { 200: Type.Object({ messages: Type.Array(Message), nextCursor: NextCursor }) },
        },
      },
      async ({ query }) => {
        const { limit, cursor, ...filter } = query;
        const before = cursor === undefined ? {} : { before: numericCursor(cursor) };
        const found = await notificationLog(warehouse, { ...filter, ...before }, limit + 1);
        const shown = found.slice(0, limit);
        return {
          messages: shown.map(({ offset: _, texts, models, ...message }) => ({
            ...message,
            texts: [...texts],
            models: [...models],
          })),
          nextCursor: found.length > limit ? String(shown.at(-1)?.offset ?? '') : null,
        };
      },
    );
  };
}
