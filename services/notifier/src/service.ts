import type { Consumer, Follower } from '@driftloop/bus';
import { type ConnectedDependencies, openConnections, type TopicConnections } from '@driftloop/connections';
import { followRules } from '@driftloop/notifications';
import type { Service } from '@driftloop/service';
import type { Config } from './config.ts';
import { createAddresses } from './delivery/addresses.ts';
import { type DeliveryParts, deliver } from './delivery/deliver.ts';
import { createMailer } from './delivery/mailer.ts';
import { createPoster, type Poster } from './delivery/post.ts';
import { createSecrets } from './delivery/secrets.ts';
import { type Dispatch, startDispatch } from './dispatch.ts';
import { startIntake } from './intake.ts';
import { createMeters } from './meters.ts';

/**
 * The notifier: tells people of drift, versions, failed training and dead letters as notification
 * rules say, grouped and seldom. Any number of them share the work.
 */
export function createNotifier({
  config,
  logger,
  metrics,
  clock,
  fail,
  connect = openConnections,
}: ConnectedDependencies<Config>): Service {
  const meters = createMeters(metrics);
  let connections: TopicConnections | undefined;
  let poster: Poster | undefined;
  let follower: Follower | undefined;
  let intake: Consumer | undefined;
  let dispatch: Dispatch | undefined;

  return {
    async start() {
      poster = createPoster(createAddresses(config.NOTIFIER_ALLOWED_ADDRESSES), config.NOTIFIER_TIMEOUT_MS);
      const delivery = deliveryParts(config, poster, () => clock.now());
      connections = await connect(config, 'notifier', logger, { needs: [], clock });
      const { bus, producer } = connections;
      const followed = await followRules(bus, fail);
      follower = followed.follower;
      const { rules } = followed;
      dispatch = await startDispatch({
        bus,
        producer,
        rules,
        meters,
        clock,
        logger,
        deliver: (message) => deliver(message, rules.get(message.rule), delivery),
        fail,
      });
      const lateMs = config.NOTIFIER_LATE_MS;
      intake = await startIntake({ bus, producer, rules, lateMs, meters, clock, fail });
      logger.info({ rules: rules.size }, 'notification rules are carried out');
    },
    async stop() {
      await intake?.close();
      await dispatch?.consumer.close();
      await follower?.close();
      await connections?.close();
      await poster?.close();
    },
    health() {
      const consumers = [intake, dispatch?.consumer].map((consumer) => consumer?.health());
      const following = follower?.health();
      const reason = consumers.find((one) => one && !one.ok)?.detail.reason ?? following?.reason;
      return {
        ok: consumers.every((one) => one?.ok) && (following?.ok ?? false),
        detail: reason === undefined ? {} : { reason },
        without: dispatch?.troubles() ?? [],
        reading: consumers.flatMap((one) => (one ? [one.detail] : [])),
      };
    },
  };
}

function deliveryParts(config: Config, poster: Poster, now: () => number): DeliveryParts {
  return {
    poster,
    mailer: createMailer({
      host: config.NOTIFIER_SMTP_HOST,
      port: config.NOTIFIER_SMTP_PORT,
      tls: config.NOTIFIER_SMTP_TLS,
      username: config.NOTIFIER_SMTP_USERNAME,
      password: config.NOTIFIER_SMTP_PASSWORD,
      from: config.NOTIFIER_MAIL_FROM,
      timeoutMs: config.NOTIFIER_TIMEOUT_MS,
    }),
    secrets: createSecrets(config.NOTIFIER_SECRETS_DIR),
    pagerdutyUrl: config.NOTIFIER_PAGERDUTY_URL,
    now,
  };
}
