import { Text, useComputedColorScheme } from '@mantine/core';
import { useEffect, useRef, useState } from 'react';
import { percent } from '../../parts/number-text.ts';
import { spanText } from '../../parts/time-text.ts';
import type { EvidenceRow } from '../../queries/history.ts';
import type { Heat } from './heat.ts';

const ROW_PX = 20;

/** Features by windows: the darker, the stronger the evidence. A press looks closely at a window. */
export function Heatmap({
  heat,
  window: chosen,
  onWindow,
}: {
  readonly heat: Heat;
  /** Begin of the window that is looked at, epoch ms. */
  readonly window: number | undefined;
  readonly onWindow: (windowStart: number) => void;
}) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const [under, setUnder] = useState<EvidenceRow>();
  const scheme = useComputedColorScheme('light');
  const { rows, windows, cells } = heat;

  useEffect(() => {
    const element = canvas.current;
    if (element === null) return;
    const paint = () => paintHeat(element, heat, { scheme, chosen });
    const resize = new ResizeObserver(paint);
    resize.observe(element);
    paint();
    return () => resize.disconnect();
  }, [heat, scheme, chosen]);

  const cellAt = (event: React.PointerEvent | React.MouseEvent) => {
    const { left, top, width } = event.currentTarget.getBoundingClientRect();
    const column = Math.floor(((event.clientX - left) / width) * windows.length);
    return { column, row: Math.floor((event.clientY - top) / ROW_PX) };
  };

  return (
    <figure className="chart">
      <figcaption>Evidence by feature and window</figcaption>
      <div className="heat">
        <ol className="heat-names" aria-hidden="true">
          {rows.map(({ signal, feature, label }) => (
            <li key={`${signal}/${feature}`} title={`${label} (${signal})`}>
              {label}
            </li>
          ))}
        </ol>
        <canvas
          ref={canvas}
          role="img"
          aria-label={summaryOf(heat)}
          style={{ height: rows.length * ROW_PX }}
          onPointerMove={(event) => {
            const { row, column } = cellAt(event);
            setUnder(cells[row]?.[column]);
          }}
          onPointerLeave={() => setUnder(undefined)}
          onClick={(event) => {
            const at = windows[cellAt(event).column];
            if (at !== undefined) onWindow(at);
          }}
        />
      </div>
      <Text size="sm" c="dimmed" className="heat-says" aria-hidden="true">
        {under === undefined ? 'Press a column to see its evidence below.' : cellText(under)}
      </Text>
    </figure>
  );
}

function cellText({
  feature,
  signal,
  detector,
  severity,
  drifted,
  windowStart,
  windowEnd,
}: EvidenceRow): string {
  const what = feature === '' ? `${signal}, all together` : feature;
  return `${what}, ${spanText(windowStart, windowEnd)}: ${detector}, severity ${percent(severity, 0)}${drifted ? ', drift by itself' : ''}`;
}

function summaryOf({ rows, windows, cells }: Heat): string {
  const strong = rows.filter((_, index) => cells[index]?.some((cell) => cell?.drifted));
  const names = strong.slice(0, 5).map(({ label }) => label);
  const said = names.length === 0 ? 'none drifted by itself' : `drifted by themselves: ${names.join(', ')}`;
  return `Severity of ${rows.length} tests over ${windows.length} windows; ${said}. The table below tells one window.`;
}

function paintHeat(
  canvas: HTMLCanvasElement,
  { rows, windows, cells }: Heat,
  { scheme, chosen }: { readonly scheme: 'light' | 'dark'; readonly chosen: number | undefined },
): void {
  const scale = devicePixelRatio;
  const width = canvas.clientWidth;
  const height = rows.length * ROW_PX;
  canvas.width = Math.round(width * scale);
  canvas.height = Math.round(height * scale);
  const context = canvas.getContext('2d');
  if (context === null) return;
  context.scale(scale, scale);
  const column = width / Math.max(1, windows.length);
  // Cells of few windows are apart; of many they would be nothing but gaps.
  const gap = column > 6 ? 1 : 0;
  cells.forEach((line, row) => {
    line.forEach((cell, index) => {
      if (cell === undefined) return;
      context.fillStyle = colourOf(cell, scheme);
      context.fillRect(index * column, row * ROW_PX + 1, Math.max(1, column - gap), ROW_PX - 2);
    });
  });
  const at = chosen === undefined ? -1 : windows.indexOf(chosen);
  if (at < 0) return;
  context.strokeStyle = scheme === 'light' ? '#212529' : '#f8f9fa';
  context.lineWidth = 2;
  context.strokeRect(at * column, 1, Math.max(2, column - gap), height - 2);
}

/** Grey to blue while within limits; orange to red where a test alone calls drift. */
function colourOf({ severity, drifted }: EvidenceRow, scheme: 'light' | 'dark'): string {
  const strength = Math.min(1, Math.max(0, severity));
  if (drifted) return `hsl(${Math.round(30 - 25 * strength)} 85% ${scheme === 'light' ? 50 : 58}%)`;
  const lightness = scheme === 'light' ? 93 - 25 * strength : 22 + 25 * strength;
  return `hsl(210 ${Math.round(20 + 50 * strength)}% ${Math.round(lightness)}%)`;
}
