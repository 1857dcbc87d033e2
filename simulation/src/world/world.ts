import type { Bus } from '@driftloop/bus';
import type { Connections } from '@driftloop/connections';
import { openRegistry } from '@driftloop/registry';
import type { TopicName } from '@driftloop/schemas';
import type { Clock, Service } from '@driftloop/service';
import { createRandom, type Random } from '@driftloop/stats';
import type { Warehouse } from '@driftloop/warehouse';
import { Broker } from '../bus/broker.ts';
import { Group } from '../bus/group.ts';
import { createSimulatedBus } from '../bus/simulated-bus.ts';
import type { Fault } from '../faults/fault.ts';
import { type InFlight, Instance } from '../instance/instance.ts';
import { createMemoryStore } from '../store/memory-store.ts';
import { VirtualTime } from '../time/virtual-time.ts';
import { createSimulatedWarehouse } from '../warehouse/simulated-warehouse.ts';
import { Tables } from '../warehouse/tables.ts';
import type { Preload } from '../workload/preload.ts';
import type { Workload } from '../workload/workload.ts';
import { SERVICES, SILENT } from './services.ts';

/** What a service is connected to, before its registry is opened on it. */
export interface Connected {
  readonly bus: Bus;
  readonly warehouse: Warehouse;
  readonly clock: Clock;
}

/** A bug that is put into a service on purpose, between it and what it is connected to. */
export type Mutation = (connected: Connected, service: string) => Partial<Connected>;

/** What a world is made from. */
export interface WorldOptions {
  readonly seed: string;
  readonly workload: Workload;
  readonly preload: Preload;
  readonly faults?: readonly Fault[];
  readonly mutation?: Mutation | undefined;
  /** Services that run. */
  readonly services: readonly string[];
}

/** How a run ended. */
export interface Outcome {
  readonly broker: Broker;
  /** Milliseconds of virtual time. */
  readonly endedMs: number;
  readonly events: number;
  /** By instance, over all its lives. */
  readonly answers: ReadonlyMap<string, number>;
  /** What each instance wrote to, call by call. */
  readonly sends: ReadonlyMap<string, readonly TopicName[]>;
  /** Errors that ended a service, and deaths. */
  readonly ends: readonly string[];
  /** Set when it did not come to rest, or ended by a bug. */
  readonly restless?: string;
}

/** A service in one of its lives. */
interface Running {
  readonly instance: Instance;
  readonly service: Service;
  readonly kind: string;
  isUp: boolean;
  isEnding: boolean;
}

/** What must not change for a while when all is done. */
const WATCHED: ReadonlySet<TopicName> = new Set([
  'inference.predictions',
  'drift.signals',
  'drift.verdicts',
  'retrain.commands',
  'model.events',
  'dead.letters',
]);
/** Topics that share their number of partitions, answers first. */
const GROWING: readonly TopicName[] = ['inference.predictions', 'inference.requests', 'inference.labels'];
const REST_MS = 240_000;
const MOST_RESTLESS_MS = 3_600_000;
const STOP_TIMEOUT_MS = 20_000;
const LOOK_EVERY_MS = 15_000;

/** All services in one process on virtual time: one seed, one history. */
export class World {
  readonly #options: WorldOptions;
  readonly #time = new VirtualTime();
  readonly #random: Random;
  readonly #broker: Broker;
  readonly #tables: Tables;
  readonly #groups = new Map<string, Group>();
  readonly #running = new Map<string, Running>();
  readonly #lives = new Map<string, number>();
  readonly #answers = new Map<string, number>();
  readonly #sends = new Map<string, TopicName[]>();
  readonly #crashes = new Map<string, Extract<Fault, { kind: 'crash' }>[]>();
  readonly #fates = new Map<string, Extract<Fault, { kind: 'send' }>>();
  readonly #blocked = new Map<string, number>();
  readonly #awayUntilMs = { warehouse: 0, store: 0 };
  readonly #ends: string[] = [];
  #members = 0;
  #changedMs = 0;
  #lastFaultMs = 0;
  #restless: string | undefined;

  constructor(options: WorldOptions) {
    const { seed, workload, preload, faults = [] } = options;
    this.#options = options;
    this.#random = createRandom(`${seed}/world`);
    this.#broker = new Broker(workload.partitions, () => this.#time.nowMs, workload.timestamps);
    this.#broker.onAppend = (record) => {
      if (WATCHED.has(record.topic)) this.#changedMs = this.#time.nowMs;
    };
    for (const { topic, key, value, timestamp } of preload.records)
      this.#broker.append(topic, 0, [{ key, value, timestamp }]);
    this.#tables = new Tables(this.#time, this.#broker, this.#random.fork('tables'));
    for (const fault of faults) this.#plan(fault);
    this.#write(workload);
  }

  /** Runs until all is done, or does not come to rest. */
  async run(): Promise<Outcome> {
    for (const kind of this.#options.services) {
      this.#time.after(2_000 * this.#random.uniform(), undefined, () => this.#start(`${kind}/1`, kind));
    }
    this.#lookForRest();
    const onBug = (error: unknown) => {
      this.#restless ??= `a rejection that nobody handles: ${error instanceof Error ? error.stack : String(error)}`;
      this.#time.stop();
    };
    process.on('unhandledRejection', onBug);
    const end = await this.#time.run().finally(() => process.off('unhandledRejection', onBug));
    if (end === 'empty') this.#restless ??= 'nothing is left that could happen';
    for (const { instance } of this.#running.values()) instance.kill('lost');
    return {
      broker: this.#broker,
      endedMs: this.#time.nowMs,
      events: this.#time.events,
      answers: this.#answers,
      sends: this.#sends,
      ends: this.#ends,
      ...(this.#restless === undefined ? {} : { restless: this.#restless }),
    };
  }

  #lookForRest(): void {
    const { endMs, inputs } = this.#options.workload;
    const lastInputMs = Math.max(endMs, inputs.at(-1)?.atMs ?? 0);
    const look = () => {
      const now = this.#time.nowMs;
      const quietSince = Math.max(this.#changedMs, this.#lastFaultMs, lastInputMs);
      const allUp = [...this.#running.values()].every(({ isUp }) => isUp);
      if (now - quietSince > REST_MS && allUp) this.#time.stop();
      else if (now > Math.max(lastInputMs, this.#lastFaultMs) + MOST_RESTLESS_MS) {
        const down = [...this.#running].filter(([, { isUp }]) => !isUp).map(([name]) => name);
        this.#restless = `an hour after the last record and fault ${down.length > 0 ? `${down.join(', ')} is not up` : 'there is still something written'}`;
        this.#time.stop();
      } else this.#time.after(LOOK_EVERY_MS, undefined, look);
    };
    this.#time.after(lastInputMs, undefined, look);
  }

  /** Clients' records are on their way for a moment, each partition's in order. */
  #write({ inputs, mostOnWayMs }: Workload): void {
    const random = this.#random.fork('clients');
    const last = new Map<string, number>();
    for (const { atMs, topic, partition, key, value, timestamp } of inputs) {
      const place = `${topic}/${partition}`;
      const at = Math.max(atMs + mostOnWayMs * random.uniform() ** 3, last.get(place) ?? 0);
      last.set(place, at);
      this.#time.after(at, undefined, () =>
        this.#broker.append(topic, partition, [{ key, value, timestamp }]),
      );
    }
  }

  #start(name: string, kind: string): void {
    const create = SERVICES[kind];
    if (!create) throw new RangeError(`no service ${kind}`);
    const life = (this.#lives.get(name) ?? 0) + 1;
    this.#lives.set(name, life);
    const instance = new Instance({
      name,
      time: this.#time,
      random: createRandom(`${this.#options.seed}/${name}/${life}`),
      onAnswer: (of) => this.#onAnswer(of),
    });
    const service = create({
      instance,
      connect: (clientId) => this.#connect(instance, kind, clientId),
      fail: (error) => void this.#end(running, error),
    });
    const running: Running = { instance, service, kind, isUp: false, isEnding: false };
    this.#running.set(name, running);
    service.start().then(
      () => {
        running.isUp = !running.isEnding;
      },
      (error: unknown) => this.#end(running, error),
    );
  }

  /** As runService does: an error stops the service, and whoever runs it starts it again. */
  async #end(running: Running, error: unknown, downMs?: number): Promise<void> {
    const { instance, service, kind } = running;
    if (running.isEnding || instance.state === 'dead') return;
    running.isEnding = true;
    running.isUp = false;
    if (error !== undefined) {
      this.#ends.push(`${Math.round(this.#time.nowMs)} ${instance.name}: ${messageOf(error)}`);
      if (!isExpected(error)) {
        this.#restless ??= `a bug: ${error instanceof Error ? error.stack : String(error)}`;
        this.#time.stop();
        return;
      }
    }
    await Promise.race([service.stop().catch(() => undefined), instance.clock.sleep(STOP_TIMEOUT_MS)]);
    this.#kill(running, 'arrive', downMs ?? 1_000 + 4_000 * this.#random.uniform(), kind);
  }

  #kill({ instance }: Running, inFlight: InFlight, downMs: number, kind: string): void {
    instance.kill(inFlight);
    for (const group of this.#groups.values()) group.silent(instance);
    if (Number.isFinite(downMs)) this.#time.after(downMs, undefined, () => this.#start(instance.name, kind));
    else this.#running.delete(instance.name);
  }

  async #connect(instance: Instance, kind: string, clientId: string): Promise<Connections> {
    const time = this.#time;
    const own = createSimulatedBus({
      time,
      broker: this.#broker,
      instance,
      clientId,
      group: (name) => this.#group(name),
      nextMemberId: () => `${instance.name}-${this.#members++}`,
      blockedUntilMs: (topic, partition) => this.#blocked.get(`${topic}/${partition}`) ?? 0,
      fateOf: (topic) => {
        const topics = this.#sends.get(instance.name) ?? [];
        this.#sends.set(instance.name, topics);
        topics.push(topic);
        return this.#fates.get(`${instance.name}/${topics.length}`)?.fate;
      },
      die: (arrives) => {
        const running = this.#running.get(instance.name);
        if (running?.instance !== instance) return;
        this.#happened(`${instance.name} is killed as it writes`, 1_000);
        this.#kill(running, arrives ? 'arrive' : 'lost', 1_000, kind);
      },
      check: (_, value) => value,
    });
    const tables = createSimulatedWarehouse(
      this.#tables,
      instance,
      () => this.#awayUntilMs.warehouse > time.nowMs,
    );
    const store = createMemoryStore(
      this.#options.preload.artifacts,
      instance,
      () => this.#awayUntilMs.store > time.nowMs,
    );
    const mutated = this.#options.mutation?.({ bus: own, warehouse: tables, clock: instance.clock }, kind);
    const { bus = own, warehouse = tables } = mutated ?? {};
    await bus.ensureTopics();
    await warehouse.migrate();
    const producer = await bus.producer();
    const registry = await openRegistry({ bus, producer, store, logger: SILENT, clock: instance.clock });
    const close = async () => {
      await registry.close();
      await producer.close();
      await bus.close();
    };
    return { bus, producer, warehouse, registry, close };
  }

  #group(name: string): Group {
    const known = this.#groups.get(name) ?? new Group(this.#time, this.#broker);
    this.#groups.set(name, known);
    return known;
  }

  #onAnswer(instance: Instance): boolean {
    const count = (this.#answers.get(instance.name) ?? 0) + 1;
    this.#answers.set(instance.name, count);
    const crash = this.#crashes.get(instance.name)?.find(({ atAnswer }) => atAnswer === count);
    if (!crash) return true;
    const running = this.#running.get(instance.name);
    if (running?.instance === instance) {
      this.#happened(`${instance.name} is killed`, crash.downMs);
      this.#kill(running, crash.inFlight, crash.downMs, running.kind);
    }
    return false;
  }

  #happened(what: string, untilMs: number): void {
    this.#ends.push(`${Math.round(this.#time.nowMs)} ${what}`);
    this.#lastFaultMs = Math.max(this.#lastFaultMs, this.#time.nowMs + untilMs);
  }

  /** Has a fault come to pass. */
  #plan(fault: Fault): void {
    const at = (ms: number, run: () => void) => this.#time.after(ms, undefined, run);
    const named = (name: string) => this.#running.get(name);
    switch (fault.kind) {
      case 'crash':
        this.#crashes.set(fault.instance, [...(this.#crashes.get(fault.instance) ?? []), fault]);
        break;
      case 'send':
        this.#fates.set(`${fault.instance}/${fault.nth}`, fault);
        break;
      case 'pause':
        at(fault.atMs, () => {
          const instance = named(fault.instance)?.instance;
          if (instance?.state !== 'running') return;
          this.#happened(`${instance.name} stands still`, fault.forMs);
          instance.pause();
          for (const group of this.#groups.values()) group.silent(instance);
          at(fault.forMs, () => instance.resume());
        });
        break;
      case 'restart':
        at(fault.atMs, () => {
          const running = named(fault.instance);
          if (running?.instance.state !== 'running') return;
          this.#happened(`${fault.instance} is stopped`, fault.downMs);
          void this.#end(running, undefined, fault.downMs);
        });
        break;
      case 'second':
        at(fault.atMs, () => {
          const name = `${fault.service}/2`;
          if (named(name)) return;
          this.#happened(`${name} comes`, fault.forMs);
          this.#start(name, fault.service);
          at(fault.forMs, () => {
            const running = named(name);
            if (!running) return;
            if (fault.leaves === 'killed' || running.instance.state !== 'running')
              this.#kill(running, 'torn', Number.POSITIVE_INFINITY, fault.service);
            else void this.#end(running, undefined, Number.POSITIVE_INFINITY);
          });
        });
        break;
      case 'expel':
        at(fault.atMs, () => {
          this.#happened(`${fault.instance} is expelled`, 0);
          for (const group of this.#groups.values()) {
            for (const member of group.members)
              if (member.instance.name === fault.instance) group.expel(member);
          }
        });
        break;
      case 'slow':
        at(fault.atMs, () => {
          const instance = named(fault.instance)?.instance;
          if (!instance) return;
          this.#happened(`${fault.instance} is slow`, fault.forMs);
          instance.extraMs = fault.extraMs;
          at(fault.forMs, () => {
            instance.extraMs = 0;
          });
        });
        break;
      case 'block':
        at(fault.atMs, () => {
          this.#happened(`${fault.topic}/${fault.partition} cannot be read`, fault.forMs);
          this.#blocked.set(`${fault.topic}/${fault.partition}`, this.#time.nowMs + fault.forMs);
        });
        break;
      case 'stall':
        at(fault.atMs, () => {
          this.#happened(`ClickHouse does not read ${fault.topic}`, fault.forMs);
          this.#tables.stalledUntilMs.set(fault.topic, this.#time.nowMs + fault.forMs);
        });
        break;
      case 'away':
        at(fault.atMs, () => {
          this.#happened(`the ${fault.what} is away`, fault.forMs);
          this.#awayUntilMs[fault.what] = this.#time.nowMs + fault.forMs;
        });
        break;
      case 'grow':
        at(fault.atMs, () => {
          this.#happened(`inputs have ${fault.partitions} partitions`, 0);
          for (const topic of GROWING) {
            this.#broker.grow(topic, fault.partitions);
            for (const group of this.#groups.values()) group.grown(topic);
          }
        });
        break;
      case 'outage':
        at(fault.atMs, () => {
          this.#happened('everything goes down', fault.forMs);
          for (const running of [...this.#running.values()]) {
            if (running.instance.state === 'dead') continue;
            const isGuest = running.instance.name.endsWith('/2');
            this.#kill(running, 'torn', isGuest ? Number.POSITIVE_INFINITY : fault.forMs, running.kind);
          }
        });
        break;
    }
  }
}

/** Errors that a service may end by; all others are bugs, of the service or of the simulation. */
function isExpected(error: unknown): boolean {
  return error instanceof Error && 'code' in error;
}

function messageOf(error: unknown): string {
  return error instanceof Error
    ? `${'code' in error ? `${String(error.code)} ` : ''}${error.message}`
    : String(error);
}
