import type { BusRecord } from '@driftloop/bus';
import type { TopicName } from '@driftloop/schemas';
import type { Broker } from '../bus/broker.ts';
import { contentOf } from './content.ts';

/** What a run said about one thing: what it said, and how often. */
export interface Said {
  /** Different things that were said of it, without wall-clock columns, in their order. */
  readonly contents: string[];
  /** How often it was said in all. */
  times: number;
}

/** What a run concluded: by kind, by what it is about. */
export type History = ReadonlyMap<string, ReadonlyMap<string, Said>>;

/**
 * Reads off the topics what whoever reads them concludes. Readers drop what they have seen, so a
 * repeated record that says the same is no difference; one that says another thing is.
 *
 * @param judgedThrough windows that end later may stay open, and are left out
 * @param answers `own`: the runs that are compared have written answers of their own, and one that
 *   was written again moves the offsets of those after it
 */
export function historyOf(broker: Broker, judgedThrough: number, answers: 'own' | 'same'): History {
  const history = new Map<string, Map<string, Said>>();
  const say = (kind: string, about: string, content: string) => {
    const known = history.get(kind) ?? new Map<string, Said>();
    history.set(kind, known);
    const said = known.get(about) ?? { contents: [], times: 0 };
    known.set(about, said);
    said.times++;
    if (!said.contents.includes(content)) said.contents.push(content);
  };

  for (const { value, repeats } of servedAnswers(broker)) {
    const { model, requestPartition, requestOffset, role, version } = value;
    const about = `${model} ${requestPartition}/${requestOffset} ${role === 'shadow' ? `shadow ${version}` : 'served'}`;
    const content = contentOf(value, ['servedAt', 'role']);
    for (let i = 0; i < repeats; i++) say('answer', about, content);
  }
  each(broker, 'dead.letters', ({ topic, partition, offset, code, service }) =>
    say('dead letter', `${topic} ${partition}/${offset} by ${service}`, code),
  );
  each(broker, 'drift.signals', (signal) => {
    const { model, version, windowStart, windowEnd, detector, feature, ordinal } = signal;
    if (windowEnd > judgedThrough) return;
    const isOfOwn = answers === 'own' && signal.signal === 'prediction';
    const window = `${model} v${version} ${timeText(windowStart)}..${timeText(windowEnd)} ${signal.signal}`;
    say('window', window, `n=${signal.n} late=${signal.late} total=${signal.total}`);
    say(
      'signal',
      `${window} ${detector} ${feature} ${ordinal}`,
      contentOf(signal, isOfOwn ? ['through'] : []),
    );
  });
  each(broker, 'drift.verdicts', (verdict) => {
    if (verdict.windowEnd > judgedThrough) return;
    say('verdict', `${verdict.model} ${verdict.sequence}`, contentOf(verdict, []));
  });
  each(broker, 'retrain.commands', (command) => {
    if (command.eventTime > judgedThrough) return;
    say(
      'command',
      `${command.model} ${timeText(command.eventTime)} ${command.action}`,
      contentOf(command, ['issuedAt']),
    );
  });
  each(broker, 'model.events', (event) =>
    say(
      'version',
      `${event.model} v${event.version} ${event.kind} ${event.commandId ?? ''}`,
      contentOf(event, ['at']),
    ),
  );
  return history;
}

/** Which requests were answered or refused, whoever answered. */
export function requestsAnswered(broker: Broker): History {
  const answered = new Map<string, Said>();
  for (const { value } of servedAnswers(broker)) {
    if (value.role === 'shadow') continue;
    const { requestPartition, requestOffset, requestId, model, eventTime } = value;
    answered.set(`${requestPartition}/${requestOffset}`, {
      contents: [`${requestId} ${model} ${eventTime}`],
      times: 1,
    });
  }
  return new Map([['request', answered]]);
}

/**
 * Answers as readers of a partition take them: in order, each request's once per role and version,
 * and none that lies behind what was read. Says how often each was written.
 */
function servedAnswers(broker: Broker) {
  const taken: { value: BusRecord<'inference.predictions'>['value']; repeats: number }[] = [];
  for (let partition = 0; partition < broker.partitions('inference.predictions'); partition++) {
    const last = new Map<string, number>();
    for (const { value } of broker.records('inference.predictions', partition)) {
      const role = value.role === 'shadow' ? `${value.model}/${value.version}` : 'served';
      if (value.requestOffset <= (last.get(role) ?? -1)) continue;
      last.set(role, value.requestOffset);
      taken.push({ value, repeats: 1 });
    }
  }
  return taken;
}

function each<T extends TopicName>(
  broker: Broker,
  topic: T,
  visit: (value: BusRecord<T>['value']) => void,
): void {
  for (const { value } of broker.all(topic)) visit(value);
}

function timeText(epochMs: number): string {
  return new Date(epochMs).toISOString().slice(5, 19);
}
