import { gunzipSync, gzipSync } from 'node:zlib';
import type { ServiceCheckpoint } from '@driftloop/schemas';
import type { AnyOutgoing } from './wrap.ts';

/** A checkpoint of the ensemble in which no row has been watched. */
export function withoutWatches(record: AnyOutgoing[number]): AnyOutgoing[number] {
  const value = record.value as ServiceCheckpoint;
  const saved = JSON.parse(gunzipSync(value.state).toString()) as { reducers: string[] };
  const reducers = saved.reducers.map((text) => {
    const reducer = JSON.parse(text) as { models: [string, object][] };
    const models = reducer.models.map(([name, model]) => [name, { ...model, watches: [] }]);
    return JSON.stringify({ ...reducer, models });
  });
  return { ...record, value: { ...value, state: gzipSync(JSON.stringify({ ...saved, reducers })) } };
}
