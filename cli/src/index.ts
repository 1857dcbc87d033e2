export { emptyDataFolder } from './environment/empty-data-folder.ts';
export { ROOT } from './environment/settings.ts';
export { renderTable, renderTime } from './output/table.ts';
export { type Fleet, startFleet } from './processes/fleet.ts';
export { SERVICE_NAMES, type ServiceName } from './processes/names.ts';
export type { FirstVersion } from './register/first-version.ts';
export { openCommands } from './scenario/drain.ts';
export type { DriftFound, ScenarioReport } from './scenario/report.ts';
export {
  runScenario,
  type Scenario,
  type ScenarioHooks,
  trainFirstVersion,
} from './scenario/run-scenario.ts';
export type { Glimpse } from './scenario/watch.ts';
export type { RowClock } from './stream/clock.ts';
export { produceTable, requestIdOf } from './stream/produce.ts';
export { readTable, sliceTable, type Table } from './stream/table.ts';
