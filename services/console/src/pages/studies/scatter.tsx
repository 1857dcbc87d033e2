import type { StudyRun } from '../../queries/studies.ts';
import type { Axis } from './axes.ts';

const [WIDTH, HEIGHT, MARGIN] = [460, 300, 46];

/** Runs by two numbers; those that no other beats are filled. */
export function Scatter({
  x,
  y,
  runs,
}: {
  readonly x: Axis;
  readonly y: Axis;
  readonly runs: readonly StudyRun[];
}) {
  const [right, bottom] = [WIDTH - 16, HEIGHT - MARGIN];
  const front = runs.filter(({ isFront }) => isFront).length;
  return (
    <figure className="chart plot">
      <figcaption>
        {y.name} beside {x.name}
      </figcaption>
      <svg
        viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
        width={WIDTH}
        role="img"
        aria-label={`${runs.length} runs by ${x.name} and ${y.name}; no other beats ${front} of them. The table below tells each.`}
      >
        <path d={`M ${MARGIN} 10 V ${bottom} H ${right}`} className="axis" />
        <text x={MARGIN} y={bottom + 16}>
          {x.ends[0]}
        </text>
        <text x={right} y={bottom + 16} textAnchor="end">
          {x.ends[1]}
        </text>
        <text x={(MARGIN + right) / 2} y={bottom + 34} textAnchor="middle">
          {x.name}
        </text>
        <text x={MARGIN - 6} y={bottom} textAnchor="end">
          {y.ends[0]}
        </text>
        <text x={MARGIN - 6} y={20} textAnchor="end">
          {y.ends[1]}
        </text>
        {runs.map((run) => {
          const [across, up] = [x.at(run), y.at(run)];
          if (across === undefined || up === undefined) return null;
          return (
            <circle
              key={run.sample}
              cx={MARGIN + 6 + across * (right - MARGIN - 12)}
              cy={bottom - 6 - up * (bottom - 22)}
              r={run.isFront ? 6 : 4}
              className="point"
              data-front={run.isFront}
            >
              <title>{`run ${run.sample}`}</title>
            </circle>
          );
        })}
      </svg>
    </figure>
  );
}
