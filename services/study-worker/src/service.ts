import { randomBytes } from 'node:crypto';
import { hostname } from 'node:os';
import { type ConnectedDependencies, type Connections, openConnections } from '@driftloop/connections';
import { createBacktester } from '@driftloop/replay';
import type { Service } from '@driftloop/service';
import { createWorker, type Worker } from '@driftloop/studies';
import type { Config } from './config.ts';
import { createMeters } from './meters.ts';
import { accepts } from './run/accepts.ts';
import { runBacktest } from './run/backtest-job.ts';
import { runStep } from './run/shell-step.ts';

/**
 * A worker of studies: takes one job after another from study.events, a backtest or a shell step,
 * and tells what it came to. Any number of them share the jobs; killed at any moment, another one
 * takes the job when the lease is over, and its result counts once.
 */
export function createStudyWorker({
  config,
  logger,
  metrics,
  clock,
  fail,
  connect = openConnections,
}: ConnectedDependencies<Config>): Service {
  const meters = createMeters(metrics);
  let connections: Connections | undefined;
  let worker: Worker | undefined;
  return {
    async start() {
      connections = await connect(config, 'study-worker', logger, { needs: ['warehouse'], clock });
      const opened = connections;
      const backtester = createBacktester(opened);
      worker = createWorker({
        ...opened,
        // Unique also among workers of this machine that were killed before.
        name: `${hostname()}-${process.pid}-${randomBytes(3).toString('hex')}`,
        clock,
        logger,
        fail,
        accepts: (state) => accepts(state, { folder: config.STUDY_FOLDER, stepsOf: config.STUDY_STEPS_OF }),
        async run(picked, signal) {
          const stopTimer = meters.seconds.startTimer();
          try {
            const result = picked.job.step
              ? await runStep(picked, config.STUDY_FOLDER, signal)
              : await runBacktest(picked, backtester, opened.warehouse, clock.now());
            meters.jobs.inc({ outcome: 'done' });
            return result;
          } catch (error) {
            meters.jobs.inc({ outcome: signal.aborted ? 'aborted' : 'failed' });
            throw error;
          } finally {
            stopTimer();
          }
        },
      });
      await worker.start();
    },
    async stop() {
      await worker?.stop();
      await connections?.close();
    },
    health() {
      const { ok, reason } = worker?.health() ?? { ok: false, reason: 'it has not started yet' };
      return { ok, detail: { ...(reason === undefined ? {} : { reason }), job: worker?.current() ?? null } };
    },
  };
}
