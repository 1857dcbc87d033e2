import type { ModelState, VersionStatus } from '@driftloop/registry';
import type { Condition, ModelResource, ModelStatus } from './model-resource.ts';

/** How far the version that a Model asks for has come. */
export type Progress =
  | { readonly step: 'invalid'; readonly reason: string; readonly message: string }
  | { readonly step: 'registering' }
  | { readonly step: 'waiting'; readonly message: string }
  | { readonly step: 'refused'; readonly message: string }
  | { readonly step: 'registered'; readonly version: number };

/** What is known when a status is made. */
export interface Known {
  readonly resource: ModelResource;
  readonly model: string | undefined;
  readonly progress: Progress;
  /** What the registry knows of the model. */
  readonly state: ModelState | undefined;
  readonly drift: string | undefined;
  /** ISO 8601. */
  readonly now: string;
}

/**
 * The status of a Model. Conditions keep their time as long as they say the same, so that a status
 * that has not changed is equal to the one before.
 */
export function statusOf({ resource, model, progress, state, drift, now }: Known): ModelStatus {
  const { generation: observedGeneration } = resource.metadata;
  const version = progress.step === 'registered' ? state?.versions.get(progress.version) : undefined;
  const condition = (type: Condition['type'], [status, reason, message]: Said): Condition => {
    const before = resource.status?.conditions?.find((one) => one.type === type);
    const lastTransitionTime = before?.status === status ? before.lastTransitionTime : now;
    return { type, status, reason, message, lastTransitionTime, observedGeneration };
  };
  return {
    observedGeneration,
    ...(model === undefined ? {} : { model }),
    state: version === undefined ? STATE[progress.step] : STATE_OF_VERSION[version.status],
    ...(progress.step === 'registered' ? { registeredVersion: progress.version } : {}),
    ...placed('liveVersion', state?.live),
    ...placed('canaryVersion', state?.canary),
    ...placed('shadowVersion', state?.shadow),
    ...(drift === undefined ? {} : { drift }),
    conditions: [
      condition('SpecValid', specValid(progress)),
      condition('Registered', registered(progress)),
      condition('Ready', ready(progress, version?.status)),
    ],
  };
}

type Said = readonly [Condition['status'], reason: string, message: string];

function specValid(progress: Progress): Said {
  if (progress.step === 'invalid') return ['False', progress.reason, progress.message];
  return ['True', 'Valid', 'The spec is valid.'];
}

function registered(progress: Progress): Said {
  switch (progress.step) {
    case 'invalid':
      return ['False', 'NotValid', 'What is asked for is not valid: see SpecValid.'];
    case 'registering':
      return ['Unknown', 'Registering', 'The model is fetched, tried and registered.'];
    case 'waiting':
      return ['Unknown', 'TriedAgain', progress.message];
    case 'refused':
      return ['False', 'Refused', progress.message];
    case 'registered':
      return ['True', 'Registered', `It is version ${progress.version}.`];
  }
}

/** What GitOps tools wait for: the version that was asked for is where it can get by itself. */
function ready(progress: Progress, status: VersionStatus | undefined): Said {
  if (progress.step !== 'registered') {
    const [is, reason, message] = registered(progress);
    return [is, progress.step === 'invalid' ? progress.reason : reason, message];
  }
  const { version } = progress;
  if (status === 'rejected' || status === 'rolledBack')
    return ['False', STATE_OF_VERSION[status], `Version ${version} was ${REASON[status]}.`];
  const words = status === undefined ? 'known' : STATE_OF_VERSION[status].toLowerCase();
  return [
    'True',
    status === undefined ? 'Known' : STATE_OF_VERSION[status],
    `Version ${version} is ${words}.`,
  ];
}

const REASON = { rejected: 'rejected', rolledBack: 'taken down' };

const STATE: Readonly<Record<Progress['step'], string>> = {
  invalid: 'Invalid',
  registering: 'Registering',
  waiting: 'Waiting',
  refused: 'Refused',
  registered: 'Registered',
};

const STATE_OF_VERSION: Readonly<Record<VersionStatus, string>> = {
  registered: 'Registered',
  candidate: 'Candidate',
  rejected: 'Rejected',
  canary: 'Canary',
  shadow: 'Shadow',
  live: 'Live',
  retired: 'Replaced',
  rolledBack: 'RolledBack',
};

function placed(name: string, version: number | null | undefined): Record<string, number> {
  return version === null || version === undefined ? {} : { [name]: version };
}
