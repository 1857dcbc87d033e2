import { DriftloopError } from '@driftloop/errors';
import { requireModel } from '@driftloop/registry';
import type { ModelNote } from '@driftloop/schemas';
import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import Type from 'typebox';
import { COMMAND } from '../access/commands.ts';
import { actorOf } from '../access/identity.ts';
import type { GatewayContext } from '../context.ts';
import { Problem } from '../http/problem.ts';
import { Actor } from './persons.ts';
import { ModelPath } from './request-bodies.ts';

const About = Type.Union(
  [
    Type.Literal('model'),
    Type.Literal('version'),
    Type.Literal('window'),
    Type.Literal('verdict'),
    Type.Literal('run'),
  ],
  { description: 'What of the model it is about.' },
);
const Subject = Type.String({
  maxLength: 200,
  description:
    "Which: a version's number, the begin of a window in epoch milliseconds, a verdict's sequence, the id of a run's command; empty for the model itself.",
});

const Note = Type.Object({
  noteId: Type.String(),
  about: About,
  subject: Subject,
  text: Type.String(),
  author: Type.String(),
  at: Type.Number({ description: 'Epoch milliseconds.' }),
});

const tags = ['notes'];

/** GET what persons wrote down about a model, and POST more of it. */
export function noteRoutes({
  registry,
  notes,
  producer,
  now,
  newId,
}: GatewayContext): FastifyPluginAsyncTypebox {
  return async (app) => {
    app.get(
      '/notes',
      {
        config: { role: 'viewer' },
        schema: {
          summary: 'What persons wrote down about a model and what is of it, the newest first',
          tags,
          params: ModelPath,
          querystring: Type.Object({
            about: Type.Optional(About),
            subject: Type.Optional(Subject),
            limit: Type.Integer({ minimum: 1, maximum: 5_000, default: 1_000 }),
          }),
          response: { 200: Type.Object({ notes: Type.Array(Note) }), 404: Problem },
        },
      },
      async ({ params: { model }, query }) => {
        requireModel(registry, model);
        return { notes: notes.of(model, query).map(view) };
      },
    );
    app.post(
      '/notes',
      {
        config: COMMAND,
        schema: {
          summary: 'Write something down about a model; notes are added and never changed',
          tags,
          params: ModelPath,
          body: Type.Object(
            {
              about: About,
              subject: Type.Optional(Subject),
              text: Type.String({ minLength: 1, maxLength: 4_000, pattern: '\\S' }),
              actor: Actor,
            },
            { additionalProperties: false },
          ),
          response: { 201: Note, 400: Problem, 404: Problem },
        },
      },
      async (request, reply) => {
        const { params, body, caller, noted } = request;
        const { spec, state } = requireModel(registry, params.model);
        const { about, subject = '', text, actor } = body;
        if ((subject === '') !== (about === 'model'))
          throw new DriftloopError(
            'REQUEST_INVALID',
            about === 'model'
              ? 'A note about the model itself has no `subject`.'
              : `A note about a ${about} says which in \`subject\`.`,
          );
        if (about === 'version' && ![...state.versions.keys()].map(String).includes(subject))
          throw new DriftloopError('VERSION_UNKNOWN', `Model '${spec.model}' has no version ${subject}.`);
        const author = actorOf(caller, actor);
        const note = { noteId: newId(), model: spec.model, about, subject, text, author, at: now() };
        await notes.write(producer, note);
        if (about === 'version') noted.version = Number(subject);
        noted.after = view(note);
        return reply.status(201).send(view(note));
      },
    );
  };
}

function view({ model: _, ...note }: ModelNote) {
  return note;
}
