/**
 * Process that `driftloop up` leaves behind: starts the parts and the services, and starts again
 * what ends.
 */
import { DriftloopError } from '@driftloop/errors';
import { createLogger } from '@driftloop/service';
import { type SupervisorOptions, tellUp, type UpMessage } from './messages.ts';
import { createSupervisor } from './supervisor.ts';

const options = JSON.parse(process.argv[2] ?? '') as SupervisorOptions;
const logger = createLogger({ name: 'supervisor', level: 'info' });
const supervisor = createSupervisor(options, logger, (message) => void tellUp(message));

let leaving = false;
const leave = (how: string, work: () => Promise<void>) => {
  if (leaving) return;
  leaving = true;
  logger.info(how);
  void work().then(
    async () => {
      await tellUp({ type: 'cancelled' });
      process.exit(0);
    },
    (error: unknown) => {
      logger.fatal({ err: error }, `${how}: failed`);
      process.exit(1);
    },
  );
};
process.on('SIGTERM', () => leave('letting go', supervisor.letGo));
process.on('message', ({ type }: UpMessage) => {
  if (type === 'cancel') leave('cancelled', supervisor.cancel);
});
// Services and parts are left to themselves by this process's handles; this one stays for them.
setInterval(() => undefined, 60_000);

logger.info({ dataDir: options.dataDir }, 'starting');
try {
  await supervisor.start();
  logger.info('everything is up');
  await tellUp({ type: 'up' });
} catch (error) {
  if (!leaving) {
    logger.error({ err: error }, 'not everything starts');
    const { code, message } =
      error instanceof DriftloopError
        ? error
        : { code: 'LOCAL_START_FAILED' as const, message: String(error) };
    await tellUp({ type: 'failed', code, message });
    if (!supervisor.watches()) process.exit(1);
  }
}
