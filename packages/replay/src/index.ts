export { type BacktestOptions, type BacktestResult, backtest } from './backtest.ts';
export { compareVerdicts, type VerdictDifference } from './compare.ts';
