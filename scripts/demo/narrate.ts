import { colours, renderTime } from '@driftloop/cli';
import type { Glimpse, ScenarioHooks } from '@driftloop/scenario';

const COLOURS = {
  stable: colours.green,
  warning: colours.yellow,
  drift: colours.red,
  recovering: colours.cyan,
} as const;

/** Tells a person what the demo does: a line per stage, and a line per second while it streams. */
export function createNarrator(options: {
  quiet: boolean;
  totalRows: number;
}): Required<Pick<ScenarioHooks, 'onStage' | 'onGlimpse'>> & { end(): void } {
  const startedAt = performance.now();
  const isTerminal = process.stdout.isTTY === true;
  let hasLine = false;
  const clock = () => `${((performance.now() - startedAt) / 1_000).toFixed(0).padStart(3)} s`;
  const finishLine = () => {
    if (hasLine) process.stdout.write('\n');
    hasLine = false;
  };
  return {
    onStage(text) {
      if (options.quiet) return;
      finishLine();
      console.log(`${colours.dim(clock())}  ${colours.bold(text)}`);
    },
    onGlimpse(glimpse, sent) {
      if (options.quiet) return;
      const line = `${colours.dim(clock())}  ${lineOf(glimpse, sent.requests, options.totalRows)}`;
      if (!isTerminal) {
        console.log(line);
        return;
      }
      process.stdout.write(`\r\u001b[2K${line}`);
      hasLine = true;
    },
    end: finishLine,
  };
}

function lineOf(glimpse: Glimpse, sent: number, total: number): string {
  const { verdict } = glimpse;
  const state = verdict
    ? `${COLOURS[verdict.state](verdict.state.padEnd(10))} ${colours.dim(`window ${renderTime(verdict.windowStart).slice(0, 10)}`)}`
    : colours.dim('no verdict yet'.padEnd(10));
  return [
    `${sent.toLocaleString('en-US').padStart(6)}/${total.toLocaleString('en-US')} requests`,
    `${Math.round(glimpse.answersPerSecond).toLocaleString('en-US').padStart(6)} predictions/s`,
    `version ${String(glimpse.liveVersion ?? '-').padStart(2)}`,
    state,
    glimpse.training ? colours.dim(`trainer ${glimpse.training}`) : '',
  ].join('  ');
}
