import { type LabelledRows, sliceRows } from '@driftloop/spec';
import { checkTrainingRows } from '../data/check-rows.ts';
import { gate } from '../gate/gate.ts';
import { DEFAULT_GATE } from '../gate/settings.ts';
import { predict } from '../predict.ts';
import { findFittingVersion } from './earlier-version.ts';
import type { RetrainOptions, RetrainResult } from './options.ts';
import { cutShort, timeLimitReasons } from './time-limit.ts';
import { fitChosen, runTrials } from './trials.ts';

/**
 * Share of the rows, the newest, that candidates are judged on before the final fit learns from
 * them too; and the most of them.
 */
const JUDGED_SHARE = 0.1;
const JUDGED_ROWS = 1000;

/**
 * From labelled rows to a version that may go live. The newest rows are set aside; candidates that
 * discount the past at different speeds, and where the strategy is left open go by different ones,
 * are trained on the others and judged on these; the best of them meets the live version at the
 * gate. If it passes, the same recipe is fitted once more on all rows, so that what goes live has
 * learnt from the newest ones too: under drift they are worth the most.
 *
 * @throws DriftloopError as `train`
 */
export async function retrain(options: RetrainOptions): Promise<RetrainResult> {
  const { data, live, spec, engine, memory } = options;
  const { older, judged } = split(options);
  const limited = (...fits: Parameters<typeof cutShort>[0]) =>
    timeLimitReasons(cutShort(fits), options.budget.maxSeconds);
  const fit = { ...options, model: live };
  const trials = await runTrials(fit, older, judged);
  const liveOutputs = (await predict(engine, live, judged.features, judged.width)).outputs;
  const rivals = [liveOutputs, trials.best.outputs];
  const fitting = await findFittingVersion(engine, options.earlier ?? [], judged, rivals, spec.task);
  const verdict = await gate({
    engine,
    live,
    candidate: trials.best.model,
    recent: judged,
    memory,
    task: spec.task,
    ...(options.gate ? { settings: options.gate } : {}),
    ...(options.measureLatency ? { now: options.now } : {}),
  });
  const { accepted } = verdict;
  const metrics = { ...trials.metrics, ...verdict.metrics };
  const common = { accepted, judged: { rows: judged, outputs: trials.best.outputs } };
  const candidate = { ...common, model: trials.best.model, memory, metrics };
  if (fitting !== undefined) {
    const reasons = [fitting.reason, ...limited(trials)];
    return { ...candidate, accepted: false, restoreVersion: fitting.version, reasons };
  }
  if (!accepted) return { ...candidate, reasons: [...verdict.reasons, ...limited(trials)] };
  const fitted = await fitChosen(fit, trials);
  const halving = Math.round(trials.choice.halfLifeRows);
  return {
    ...common,
    model: fitted.model,
    memory: fitted.memory,
    reasons: [
      ...verdict.reasons,
      `then fitted on all ${data.rows} rows by ${trials.choice.strategy}, weights halving every ${halving}`,
      ...limited(trials, fitted),
    ],
    metrics: { ...metrics, ...fitted.metrics, stoppedByTime: cutShort([trials, fitted]) },
  };
}

function split({ data, spec, gate: settings }: RetrainOptions): {
  older: LabelledRows;
  judged: LabelledRows;
} {
  checkTrainingRows(data, spec);
  const fewest = settings?.minRows || DEFAULT_GATE.minRows;
  const wanted = Math.min(JUDGED_ROWS, Math.max(fewest, Math.round(JUDGED_SHARE * data.rows)));
  const cut = data.rows - Math.min(wanted, Math.floor(data.rows / 2));
  return { older: sliceRows(data, 0, cut), judged: sliceRows(data, cut) };
}
