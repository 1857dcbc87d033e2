import { count, likely } from '../../parts/number-text.ts';
import { duration } from '../../parts/time-text.ts';
import type { Overview, Standing } from '../../queries/overview.ts';
import { readersOf } from '../../queries/readers.ts';
import type { Status } from '../../queries/status.ts';

/** Something that waits for a person. */
export interface Need {
  /** urgent: answers may be wrong now. decide: a person is asked. soon: it will matter. */
  readonly weight: 'urgent' | 'decide' | 'soon';
  readonly text: string;
  /** More of it, in the system's own words. */
  readonly why?: string;
  readonly to:
    | { readonly page: 'drift' | 'versions'; readonly model: string }
    | { readonly page: 'letters' | 'services' };
}

const ORDER = ['urgent', 'decide', 'soon'] as const;
/** A model that has been asked within a week and not for an hour has lost its producers. */
const SILENT_MS = 3_600_000;

/** What needs a person now, the most urgent first. Pure. */
export function needsNow({ at, models, openLetters }: Overview, status?: Status): Need[] {
  const needs = [
    ...(status === undefined ? [] : behindNeeds(status)),
    ...models.flatMap((standing) => modelNeeds(standing, at)),
    ...(openLetters > 0 ? [letterNeed(openLetters)] : []),
  ];
  return needs.sort((one, other) => ORDER.indexOf(one.weight) - ORDER.indexOf(other.weight));
}

function behindNeeds(status: Status): Need[] {
  return readersOf(status)
    .filter(({ state }) => state === 'behind')
    .map(({ name, lag }) => ({
      weight: 'soon',
      text: `${name} is ${count(lag ?? 0)} records behind`,
      to: { page: 'services' },
    }));
}

function letterNeed(openLetters: number): Need {
  const text =
    openLetters === 1
      ? 'A dead letter is open: a record could not be handled'
      : `${count(openLetters)} dead letters are open: records that could not be handled`;
  return { weight: 'soon', text, to: { page: 'letters' } };
}

function modelNeeds(standing: Standing, at: number): Need[] {
  return [
    driftNeed(standing),
    ...trialNeeds(standing),
    trafficNeed(standing, at),
    labelNeed(standing),
  ].filter((need) => need !== undefined);
}

function driftNeed({ model, verdict }: Standing): Need | undefined {
  if (verdict?.state !== 'drift' && verdict?.state !== 'warning') return undefined;
  const how = `likelihood ${likely(verdict.likelihood)}`;
  return {
    weight: verdict.state === 'drift' ? 'urgent' : 'soon',
    text: verdict.state === 'drift' ? `${model} has drifted (${how})` : `${model} may be drifting (${how})`,
    ...(verdict.evidence === '' ? {} : { why: verdict.evidence }),
    to: { page: 'drift', model },
  };
}

function trialNeeds({ model, live, shadow, canary }: Standing): Need[] {
  const to = { page: 'versions', model } as const;
  return [
    ...(live === null ? [{ weight: 'urgent', text: `${model} has no live version`, to } as const] : []),
    ...(shadow === null
      ? []
      : [
          {
            weight: 'decide',
            text: `Version ${shadow} of ${model} answers in shadow until it proves better, or you promote or reject it`,
            to,
          } as const,
        ]),
    ...(canary === null
      ? []
      : [
          {
            weight: 'decide',
            text: `Version ${canary} of ${model} answers a share of the requests, until you promote or reject it`,
            to,
          } as const,
        ]),
  ];
}

function trafficNeed({ model, live, requests }: Standing, at: number): Need | undefined {
  if (live === null) return undefined;
  const to = { page: 'drift', model } as const;
  if (requests.newestAt === null)
    return { weight: 'soon', text: `${model} has had no request for a week, if ever`, to };
  const silentMs = at - requests.newestAt;
  if (silentMs < SILENT_MS) return undefined;
  return { weight: 'soon', text: `${model} has had no request for ${duration(silentMs)}`, to };
}

function labelNeed({ model, requests, labels }: Standing): Need | undefined {
  if (requests.newestAt === null || labels.newestAt !== null) return undefined;
  return {
    weight: 'soon',
    text: `${model} has answered, and no label has come for a week: drift is found, and nothing is retrained`,
    to: { page: 'drift', model },
  };
}
