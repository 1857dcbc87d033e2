import { Wide } from '../../parts/wide.tsx';
import type { StudyRun } from '../../queries/studies.ts';
import type { Axis } from './axes.ts';

const [GAP, HEIGHT, TOP, BOTTOM] = [150, 280, 40, 250];

/** Every run as a line over its parameters and numbers; those that no other beats lie on top. */
export function ParallelCoordinates({
  axes,
  runs,
}: {
  readonly axes: readonly Axis[];
  readonly runs: readonly StudyRun[];
}) {
  const width = GAP * axes.length;
  const across = (index: number) => GAP * (index + 0.5);
  const ordered = [...runs].sort((one, other) => Number(one.isFront) - Number(other.isFront));
  return (
    <figure className="chart plot">
      <figcaption>Every run over its settings</figcaption>
      <Wide label="Runs over their settings">
        <svg
          viewBox={`0 0 ${width} ${HEIGHT}`}
          width={width}
          role="img"
          aria-label={`${runs.length} runs over ${axes.map(({ name }) => name).join(', ')}. The table below tells each.`}
        >
          {ordered.map((run) => (
            <path
              key={run.sample}
              d={lineOf(
                axes.map((axis) => axis.at(run)),
                across,
              )}
              className="run"
              data-front={run.isFront}
            >
              <title>{`run ${run.sample}`}</title>
            </path>
          ))}
          {axes.map(({ name, ends }, index) => (
            <g key={name} textAnchor="middle">
              <path d={`M ${across(index)} ${TOP} V ${BOTTOM}`} className="axis" />
              <text x={across(index)} y={14}>
                {shortOf(name)}
              </text>
              <text x={across(index)} y={30}>
                {ends[1]}
              </text>
              <text x={across(index)} y={BOTTOM + 18}>
                {ends[0]}
              </text>
            </g>
          ))}
        </svg>
      </Wide>
    </figure>
  );
}

/** A line through the axes on which a run has a place. */
function lineOf(places: readonly (number | undefined)[], across: (index: number) => number): string {
  return places
    .flatMap((place, index) =>
      place === undefined ? [] : [`${across(index)} ${BOTTOM - place * (BOTTOM - TOP)}`],
    )
    .map((point, index) => `${index === 0 ? 'M' : 'L'} ${point}`)
    .join(' ');
}

/** What fits above an axis: the end of a path says more than its begin. */
function shortOf(name: string): string {
  const own = name.split('.').at(-1) ?? name;
  return own.length > 22 ? `${own.slice(0, 21)}…` : own;
}
