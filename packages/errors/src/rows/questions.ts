import { ABSENT, CONFLICT, type ErrorRow, FAULT, WRONG } from '../row.ts';

/** What is asked of the HTTP API and the command line. */
export const QUESTIONS = {
  REQUEST_INVALID: {
    meaning: 'An HTTP request or command line is not valid.',
    whatToDo: 'Correct what the message names.',
    ...WRONG,
  },
  NOT_FOUND: {
    meaning: 'What was asked for does not exist.',
    whatToDo: 'Check the name or id.',
    ...ABSENT,
  },
  LETTER_DECIDED: {
    meaning: 'A dead letter has been sent again, or discarded, before.',
    whatToDo: 'Nothing: `pnpm driftloop dead-letters show` says who did so and why.',
    ...CONFLICT,
  },
  LETTER_IN_HAND: {
    meaning: 'Somebody is sending a dead letter again at this moment, or was ended while doing so.',
    whatToDo: 'Look again in a moment; after the time that the message names it can be sent again.',
    ...CONFLICT,
    retriable: true,
  },
  UNAUTHORIZED: {
    meaning: 'A call says nothing that the gateway knows its caller by: no token, or none that is valid.',
    whatToDo:
      'Send the header `Authorization: Bearer` with a token (`pnpm driftloop tokens create`), or log in again.',
    ...FAULT,
    http: 401,
  },
  FORBIDDEN: {
    meaning: 'The caller is known, and may not do this: another role is needed, or it is another model.',
    whatToDo: 'Ask an admin for a token with the role that the message names; see docs/access.md.',
    ...FAULT,
    http: 403,
  },
  OIDC_UNAVAILABLE: {
    meaning: 'The identity provider by which people log in cannot be reached.',
    whatToDo: 'Check `GATEWAY_OIDC_ISSUER` and that the provider runs; API tokens work without it.',
    http: 503,
    exit: 3,
    retriable: true,
  },
  SPEC_CHANGED: {
    meaning: 'Somebody has changed the spec that a change of it is made from.',
    whatToDo: 'Read the spec again, and make the change to that.',
    ...CONFLICT,
  },
  IDEMPOTENCY_KEY_REUSED: {
    meaning: 'The same `Idempotency-Key` came with another call before, or its first call is not done.',
    whatToDo: 'Take a new key for a new call; for the same one, try again in a moment.',
    ...CONFLICT,
  },
  RATE_LIMITED: {
    meaning: 'More HTTP requests came in a minute than `GATEWAY_RATE_LIMIT` allows.',
    whatToDo: 'Wait for the seconds that the header `retry-after` names, or produce to Kafka directly.',
    ...FAULT,
    http: 429,
    retriable: true,
  },
  ANSWER_OVERDUE: {
    meaning:
      'A request was not answered within the deadline of its call, or not in half a minute that labels have waited for it.',
    whatToDo: 'Ask for the answer by its id, or allow more time; look whether inference runs.',
    ...FAULT,
    http: 504,
    retriable: true,
  },
  GATEWAY_STOPPING: {
    meaning: 'The gateway stopped before the answer to a request had come.',
    whatToDo: 'Ask for the answer by its id once a gateway runs.',
    http: 503,
    exit: 3,
    retriable: true,
  },
  INTERNAL: {
    meaning: 'A service failed in a way that nobody foresaw.',
    whatToDo: 'Look at its log; it is a bug.',
    ...FAULT,
  },
} satisfies Record<string, ErrorRow>;
