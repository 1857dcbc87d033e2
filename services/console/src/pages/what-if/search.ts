import type { Overrides } from '../../queries/what-if.ts';

/** What was asked, so that a link shows the same. */
export interface WhatIfSearch {
  /** Event time from which on, epoch ms. */
  readonly from?: number;
  /** Event time until which, epoch ms. */
  readonly to?: number;
  /** Settings that are to be others; absent before anything was asked. */
  readonly set?: Overrides;
}

/** Reads it; what is of another kind is left out. */
export function whatIfSearch(search: Record<string, unknown>): WhatIfSearch {
  const span = (['from', 'to'] as const).flatMap((name) => {
    const value = Math.round(Number(search[name]));
    return search[name] === undefined || !Number.isFinite(value) ? [] : [[name, value]];
  });
  const { set } = search;
  const isSet = typeof set === 'object' && set !== null && !Array.isArray(set);
  return { ...Object.fromEntries(span), ...(isSet ? { set: set as Overrides } : {}) };
}
