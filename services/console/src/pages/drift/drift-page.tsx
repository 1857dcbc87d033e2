import { Button, Group, Text, Title } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { createLazyRoute } from '@tanstack/react-router';
import { useMemo } from 'react';
import { Timeline } from '../../parts/chart/timeline.tsx';
import { spanText } from '../../parts/time-text.ts';
import { Nothing, Told } from '../../parts/told.tsx';
import {
  commandsQuery,
  type DriftRow,
  driftQuery,
  historyQuery,
  performanceQuery,
  type Span,
  verdictsQuery,
} from '../../queries/history.ts';
import { Features } from './features.tsx';
import { LabelLag } from './label-lag.tsx';
import { marksOf } from './marks.ts';
import { newestVerdicts } from './newest-verdicts.ts';
import type { DriftSearch } from './search.ts';
import { likelihoodSeries, performanceSeries, severitySeries } from './series.ts';
import { VerdictCard } from './verdict-card.tsx';

/** So many windows are told of, newest first. */
const TOLD_WINDOWS = 3;
/** Among so many verdicts the newest that led to something is looked for. */
const LOOKED_AT = 200;

/** Loaded when somebody looks at it: it draws. */
export const driftRoute = createLazyRoute('/models/$model/drift')({ component: DriftPage });

/** One model over time: how good it is, whether it drifts, why, and what was done about it. */
function DriftPage() {
  const { model } = driftRoute.useParams();
  const search = driftRoute.useSearch();
  const navigate = driftRoute.useNavigate();
  const { from, to } = search;
  const span = useMemo(
    () => ({ ...(from === undefined ? {} : { from }), ...(to === undefined ? {} : { to }) }),
    [from, to],
  );
  const drift = useQuery(driftQuery(model, span));
  const show = (next: DriftSearch) => void navigate({ search: next, replace: true, resetScroll: false });
  return (
    <Told query={drift}>
      {(rows) =>
        rows.length === 0 && from === undefined ? (
          <Nothing
            command={`npm run driftloop -- produce --model ${model} --csv data/elec.csv.gz --label target --rows 4531: --label-delay 500 --rate 1000`}
          >
            No window has closed yet. A window closes when enough requests lie beyond its end. These commands
            of the example send some:
          </Nothing>
        ) : (
          <>
            <Charts
              model={model}
              rows={rows}
              span={span}
              onSpan={(next) => show({ ...search, ...next })}
              onReset={() => show({})}
            />
            <Features
              model={model}
              span={span}
              window={search.window}
              onWindow={(window) => show({ ...search, window })}
            />
            <Verdicts model={model} span={span} />
            <LabelLag model={model} />
          </>
        )
      }
    </Told>
  );
}

function Charts({
  model,
  rows,
  span,
  onSpan,
  onReset,
}: {
  readonly model: string;
  readonly rows: readonly DriftRow[];
  readonly span: Span;
  readonly onSpan: (span: Span) => void;
  readonly onReset: () => void;
}) {
  const { data: performance } = useQuery(performanceQuery(model, span));
  const { data: steps } = useQuery(historyQuery(model));
  const { data: commands } = useQuery(commandsQuery(model));
  const marks = useMemo(() => marksOf(steps ?? [], commands ?? []), [steps, commands]);
  const likelihood = useMemo(() => likelihoodSeries(rows), [rows]);
  const severity = useMemo(() => severitySeries(rows), [rows]);
  const accuracy = useMemo(() => performanceSeries(performance ?? []), [performance]);
  const range = useMemo(
    () => ({
      from: span.from ?? Math.min(...rows.map(({ windowStart }) => windowStart)),
      to: span.to ?? Math.max(...rows.map(({ windowEnd }) => windowEnd)),
    }),
    [span, rows],
  );
  const length = range.to - range.from;
  const shown = marks.filter(({ at }) => at >= range.from && at <= range.to);
  return (
    <section aria-label="Timeline">
      <Group justify="space-between" gap="xs" mb="xs">
        <Text size="sm" c="dimmed">
          {spanText(range.from, range.to)}. Drag along a chart to look closer.
        </Text>
        <Group gap="xs">
          <Button
            size="compact-sm"
            variant="default"
            onClick={() => onSpan({ from: range.from + length / 4, to: range.to - length / 4 })}
          >
            Closer
          </Button>
          <Button
            size="compact-sm"
            variant="default"
            onClick={() => onSpan({ from: range.from - length / 2, to: range.to - length / 2 })}
          >
            Earlier
          </Button>
          <Button
            size="compact-sm"
            variant="default"
            onClick={() => onSpan({ from: range.from + length / 2, to: range.to + length / 2 })}
          >
            Later
          </Button>
          <Button size="compact-sm" variant="default" onClick={onReset}>
            All
          </Button>
        </Group>
      </Group>
      {[accuracy, likelihood, severity].map((series) => (
        <Timeline key={series.title} series={series} marks={marks} range={range} onSpan={onSpan} />
      ))}
      <details>
        <summary>
          {shown.length} marks: <span className="mark-live">live</span>,{' '}
          <span className="mark-trial">on trial</span>, <span className="mark-rejected">rejected</span>,{' '}
          <span className="mark-command">asked for</span>
        </summary>
        <ul>
          {shown.map((mark) => (
            <li key={`${mark.at}/${mark.text}`}>
              {spanText(mark.at, mark.at)}: {mark.text}
            </li>
          ))}
        </ul>
      </details>
    </section>
  );
}

function Verdicts({ model, span }: { readonly model: string; readonly span: Span }) {
  const query = useQuery(verdictsQuery(model, span, LOOKED_AT));
  const { data: commands } = useQuery(commandsQuery(model));
  return (
    <section>
      <Title order={2} mt="xl" mb="xs">
        Newest verdicts, and why
      </Title>
      <Told query={query}>
        {(verdicts) =>
          verdicts.length === 0 ? (
            <Nothing>No verdict about this time. Press “All” above.</Nothing>
          ) : (
            <ul className="verdicts">
              {newestVerdicts(verdicts, TOLD_WINDOWS).map((verdict) => (
                <VerdictCard
                  key={verdict.sequence}
                  verdict={verdict}
                  command={commands?.find(({ commandId }) => commandId === verdict.commandId)}
                />
              ))}
            </ul>
          )
        }
      </Told>
    </section>
  );
}
