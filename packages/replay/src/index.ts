export { type BacktestResult, backtest } from './backtest.ts';
export { compareVerdicts } from './compare.ts';
