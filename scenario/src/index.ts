export { openCommands } from './drain.ts';
export type { DriftFound, ScenarioReport } from './report.ts';
export { runScenario, type Scenario, type ScenarioHooks, trainFirstVersion } from './run-scenario.ts';
export type { Glimpse } from './watch.ts';
