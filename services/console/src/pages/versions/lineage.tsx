import { Wide } from '../../parts/wide.tsx';
import type { Version } from '../../queries/models.ts';

const STEP_PX = 74;
const ROW_PX = 46;
const NODE_PX = 15;

/**
 * Which version was trained from which: one version a column, a row for each branch. The table
 * below says the same in words.
 */
export function Lineage({ versions }: { readonly versions: readonly Version[] }) {
  const ordered = [...versions].sort((one, other) => one.version - other.version);
  const places = placesOf(ordered);
  const rows = 1 + Math.max(0, ...[...places.values()].map(({ row }) => row));
  const [width, height] = [STEP_PX * ordered.length, ROW_PX * rows + 8];
  const at = (version: number) => {
    const { column = 0, row = 0 } = places.get(version) ?? {};
    return { x: STEP_PX * (column + 0.5), y: ROW_PX * (row + 0.5) };
  };
  return (
    <Wide label="Lineage">
      <svg width={width} height={height} role="img" aria-label={summaryOf(ordered)} className="lineage">
        {ordered.map(({ version, parentVersion }) => {
          if (parentVersion === null || !places.has(parentVersion)) return null;
          const [from, to] = [at(parentVersion), at(version)];
          const middle = (from.x + to.x) / 2;
          return (
            <path
              key={version}
              d={`M${from.x} ${from.y}C${middle} ${from.y} ${middle} ${to.y} ${to.x} ${to.y}`}
            />
          );
        })}
        {ordered.map(({ version, status }) => (
          <g key={version} transform={`translate(${at(version).x} ${at(version).y})`} data-status={status}>
            <title>{`Version ${version}: ${status}`}</title>
            <circle r={NODE_PX} />
            <text dy="0.35em">{version}</text>
          </g>
        ))}
      </svg>
    </Wide>
  );
}

/** A first child goes on in its parent's row; each further one begins a row of its own. */
function placesOf(ordered: readonly Version[]): Map<number, { column: number; row: number }> {
  const places = new Map<number, { column: number; row: number }>();
  const goneOn = new Set<number>();
  let rows = 0;
  ordered.forEach(({ version, parentVersion }, column) => {
    const parent = parentVersion === null ? undefined : places.get(parentVersion);
    const isFirst = parent !== undefined && parentVersion !== null && !goneOn.has(parentVersion);
    if (parentVersion !== null) goneOn.add(parentVersion);
    places.set(version, { column, row: isFirst ? parent.row : rows++ });
  });
  return places;
}

function summaryOf(ordered: readonly Version[]): string {
  return ordered
    .map(({ version, parentVersion, status }) =>
      parentVersion === null
        ? `${version} (${status})`
        : `${version} (${status}) trained from ${parentVersion}`,
    )
    .join(', ');
}
