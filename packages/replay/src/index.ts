export { type BacktestOptions, type BacktestResult, backtest } from './backtest.ts';
export { compareVerdicts } from './compare.ts';
export { type MarkedDrift, readMarkedDrifts } from './outcome/alarms.ts';
export { type Figures, figuresOf } from './outcome/figures.ts';
export { savedRows } from './outcome/saved.ts';
export { reportPage } from './report/page.ts';
export { STYLE } from './report/style.ts';
export { htmlPage, htmlTable, tile } from './report/table.ts';
export { escaped } from './report/text.ts';
