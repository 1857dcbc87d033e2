import { Group, NativeSelect, Table, Text, Title } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { count, figure, percent } from '../../parts/number-text.ts';
import { StateBadge } from '../../parts/state-badge.tsx';
import { evidenceQuery, performanceQuery } from '../../queries/history.ts';
import type { Model, Version } from '../../queries/models.ts';
import { compareVersions, type Share } from './compare.ts';
import { namedMetrics } from './metric-names.ts';
import type { VersionsSearch } from './search.ts';

/** Two versions beside each other: what was measured of each, and both on the same windows. */
export function SideBySide({
  model,
  search,
  onSearch,
}: {
  readonly model: Model;
  readonly search: VersionsSearch;
  readonly onSearch: (search: VersionsSearch) => void;
}) {
  const { data: performance } = useQuery(performanceQuery(model.model));
  const numbers = model.versions.map(({ version }) => version);
  if (numbers.length < 2) return null;
  const left = numbers.includes(search.left ?? 0) ? Number(search.left) : (model.live ?? Number(numbers[0]));
  const others = numbers.filter((version) => version !== left);
  const usual = model.shadow ?? model.canary ?? others.at(-1);
  const right = others.includes(search.right ?? 0) ? Number(search.right) : Number(usual);
  const versionOf = (number: number) => model.versions.find(({ version }) => version === number);
  const comparison = compareVersions(performance ?? [], left, right);
  const metrics = namedMetrics(
    [left, right].flatMap((number) => Object.keys(versionOf(number)?.metrics ?? {})),
  ).filter(({ isMain }) => isMain);
  const choose = (label: string, value: number, change: (version: number) => void) => (
    <NativeSelect
      label={label}
      value={String(value)}
      onChange={(event) => change(Number(event.currentTarget.value))}
      data={numbers.map((version) => ({ value: String(version), label: `version ${version}` }))}
    />
  );
  return (
    <section aria-label="Two versions side by side">
      <Title order={2} mt="xl" mb="xs">
        Side by side
      </Title>
      <Group gap="sm" mb="xs">
        {choose('One', left, (version) =>
          onSearch({ left: version, right: version === right ? left : right }),
        )}
        {choose('The other', right, (version) =>
          onSearch({ left: version === left ? right : left, right: version }),
        )}
      </Group>
      <Table verticalSpacing={4}>
        <Table.Thead>
          <Table.Tr>
            <Table.Th>Measured</Table.Th>
            <Table.Th>Version {left}</Table.Th>
            <Table.Th>Version {right}</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          <Table.Tr>
            <Table.Td>Status</Table.Td>
            <Table.Td>
              <StateBadge state={versionOf(left)?.status ?? ''} />
            </Table.Td>
            <Table.Td>
              <StateBadge state={versionOf(right)?.status ?? ''} />
            </Table.Td>
          </Table.Tr>
          {comparison === undefined ? null : (
            <Table.Tr className="figure">
              <Table.Td>
                {comparison.isError ? 'Mean squared error' : 'Right answers'} in the same{' '}
                {count(comparison.windows)} windows
              </Table.Td>
              <Table.Td>{shareText(comparison.left)}</Table.Td>
              <Table.Td>{shareText(comparison.right)}</Table.Td>
            </Table.Tr>
          )}
          {metrics.map(({ name, words }) => (
            <Table.Tr key={name} className="figure">
              <Table.Td>{words}</Table.Td>
              <Table.Td>{metricText(versionOf(left), name)}</Table.Td>
              <Table.Td>{metricText(versionOf(right), name)}</Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
      {comparison === undefined ? (
        <Text size="sm" c="dimmed">
          They have labelled answers in no window in common; only what was measured of each is shown.
        </Text>
      ) : (
        <Text size="sm" c="dimmed">
          ± is a 95 % interval of each by itself, over the labels that have come.
        </Text>
      )}
      <TrialEvidence model={model.model} />
    </section>
  );
}

/** What the comparison in shadow says, as far as it has come. */
function TrialEvidence({ model }: { readonly model: string }) {
  const { data: evidence } = useQuery(evidenceQuery(model));
  const shadow = evidence?.filter(({ detector }) => detector === 'shadow').at(-1);
  if (shadow === undefined) return null;
  return (
    <Text size="sm" mt="xs">
      In shadow, newest window: {shadow.detail || `statistic ${figure('', shadow.statistic)}`}; limit{' '}
      {figure('', shadow.threshold)}.
    </Text>
  );
}

function shareText({ value, margin, rows }: Share): string {
  const of = `of ${count(rows)}`;
  return margin === null ? `${figure('', value)} ${of}` : `${percent(value)} ± ${percent(margin)} ${of}`;
}

function metricText(version: Version | undefined, name: string): string {
  const value = version?.metrics[name];
  return value === undefined ? '–' : figure(name, value);
}
