import type uPlot from 'uplot';
import type { Ink } from './ink.ts';
import type { Mark } from './mark.ts';

/** Names are left out where they would lie on each other. */
const LEAST_GAP_PX = 30;

/** Draws marks as vertical lines with their short names at the foot: lines of shares lie on top. */
export function drawMarks(plot: uPlot, marks: readonly Mark[], ink: Ink): void {
  const { ctx, bbox } = plot;
  const colours = { live: ink.green, trial: ink.grape, rejected: ink.red, command: ink.grey };
  const scale = devicePixelRatio;
  let nameEnd = Number.NEGATIVE_INFINITY;
  ctx.save();
  ctx.font = `${11 * scale}px system-ui, sans-serif`;
  ctx.textBaseline = 'bottom';
  ctx.textAlign = 'left';
  for (const { at, kind, short } of marks) {
    const x = plot.valToPos(at / 1_000, 'x', true);
    if (x < bbox.left || x > bbox.left + bbox.width) continue;
    ctx.strokeStyle = colours[kind];
    ctx.fillStyle = colours[kind];
    ctx.lineWidth = scale;
    ctx.setLineDash(kind === 'command' ? [3 * scale, 3 * scale] : []);
    ctx.beginPath();
    ctx.moveTo(x, bbox.top);
    ctx.lineTo(x, bbox.top + bbox.height);
    ctx.stroke();
    if (kind === 'command' || x < nameEnd) continue;
    ctx.fillText(short, x + 3 * scale, bbox.top + bbox.height - 2 * scale);
    nameEnd = x + LEAST_GAP_PX * scale;
  }
  ctx.restore();
}
