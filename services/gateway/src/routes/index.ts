import type { FastifyInstance, RouteOptions } from 'fastify';
import type { Origins } from '../access/cross-site.ts';
import { createStillValid, type Doors } from '../access/recognise.ts';
import type { GatewayContext } from '../context.ts';
import type { OidcSettings } from '../oidc/settings.ts';
import { artifactRoutes } from './artifacts.ts';
import { auditRoutes } from './audit.ts';
import { backtestRoutes } from './backtests.ts';
import { boutRoutes } from './bouts.ts';
import { deadLetterRoutes } from './dead-letters.ts';
import { driftRoutes } from './drift.ts';
import { eventRoutes } from './events.ts';
import { healthRoutes } from './health.ts';
import { labelRoutes } from './labels.ts';
import { letterDecisionRoutes } from './letter-decisions.ts';
import { lifecycleRoutes } from './lifecycle.ts';
import { modelRoutes } from './models.ts';
import { noteRoutes } from './notes.ts';
import { notificationRoutes } from './notifications.ts';
import { oidcRoutes } from './oidc.ts';
import { overviewRoutes } from './overview.ts';
import { requestStatusRoutes } from './request-status.ts';
import { requestRoutes } from './requests.ts';
import { sessionRoutes } from './sessions.ts';
import { specRoutes } from './specs.ts';
import { statusRoutes } from './status.ts';
import { strategyRoutes } from './strategies.ts';
import { studyRoutes } from './studies.ts';
import { tokenRoutes } from './tokens.ts';
import { trainingRoutes } from './training.ts';
import { trialRoutes } from './trials.ts';
import { openInferenceRoutes } from './v2/index.ts';
import { whatIfRoutes } from './what-if.ts';

/** What routes are made with beside the context. */
export interface RouteSettings extends Doors, Origins {
  readonly oidc?: OidcSettings | undefined;
  readonly bodyLimitBytes: number;
  /** Has a route answer in time, whatever it waits for. */
  limitAnswer(route: RouteOptions): void;
}

/** All routes of the gateway, by where they are. */
export async function registerRoutes(
  app: FastifyInstance,
  context: GatewayContext,
  settings: RouteSettings,
): Promise<void> {
  const { token, publicUrl, oidc, bodyLimitBytes, limitAnswer } = settings;
  const isValid = createStillValid({ ...settings, tokens: context.tokens, now: context.now });
  // Its calls have deadlines of their own.
  await app.register(openInferenceRoutes(context, bodyLimitBytes), { prefix: '/v2' });
  await app.register(async (api) => {
    api.addHook('onRoute', limitAnswer);
    await api.register(healthRoutes(context));
    await api.register(sessionRoutes(context, { token, publicUrl, hasProvider: oidc !== undefined }));
    if (oidc) await api.register(oidcRoutes(context, oidc, { token, publicUrl }));
    await api.register(tokenRoutes(context), { prefix: '/tokens' });
    await api.register(notificationRoutes(context), { prefix: '/notifications' });
    await api.register(statusRoutes(context));
    await api.register(auditRoutes(context));
    await api.register(eventRoutes(context, isValid));
    await api.register(overviewRoutes(context));
    await api.register(studyRoutes(context), { prefix: '/studies' });
    await api.register(strategyRoutes(context), { prefix: '/strategies' });
    await api.register(modelRoutes(context), { prefix: '/models' });
    for (const routes of [deadLetterRoutes, letterDecisionRoutes])
      await api.register(routes(context), { prefix: '/dead-letters' });
    for (const routes of [
      specRoutes,
      artifactRoutes,
      driftRoutes,
      backtestRoutes,
      whatIfRoutes,
      boutRoutes,
      labelRoutes,
      requestRoutes,
      requestStatusRoutes,
      lifecycleRoutes,
      trialRoutes,
      trainingRoutes,
      noteRoutes,
    ])
      await api.register(routes(context), { prefix: '/models/:model' });
  });
}
