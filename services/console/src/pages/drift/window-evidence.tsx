import { Button, Group, Table, Text, Title } from '@mantine/core';
import { Notes } from '../../parts/notes.tsx';
import { figure, percent } from '../../parts/number-text.ts';
import { spanText } from '../../parts/time-text.ts';
import type { EvidenceRow } from '../../queries/history.ts';
import { evidenceIn } from './heat.ts';

/** So many tests are told; those below are like the reference. */
const MOST_ROWS = 12;

/** What was found in one window, strongest first, and the way to the windows beside it. */
export function WindowEvidence({
  model,
  evidence,
  windows,
  window: chosen,
  onWindow,
}: {
  readonly model: string;
  readonly evidence: readonly EvidenceRow[];
  /** Begins of all windows, epoch ms, oldest first. */
  readonly windows: readonly number[];
  readonly window: number | undefined;
  readonly onWindow: (windowStart: number) => void;
}) {
  const at = chosen !== undefined && windows.includes(chosen) ? windows.indexOf(chosen) : windows.length - 1;
  const windowStart = windows[at];
  if (windowStart === undefined) return null;
  const found = evidenceIn(evidence, windowStart);
  const [first] = found;
  if (first === undefined) return null;
  const go = (step: number) => {
    const next = windows[at + step];
    if (next !== undefined) onWindow(next);
  };
  return (
    <section aria-label="Evidence of one window">
      <Group justify="space-between" gap="xs">
        <Title order={3}>Window {spanText(windowStart, first.windowEnd)}</Title>
        <Group gap="xs">
          <Button size="compact-sm" variant="default" disabled={at === 0} onClick={() => go(-1)}>
            Earlier
          </Button>
          <Button
            size="compact-sm"
            variant="default"
            disabled={at === windows.length - 1}
            onClick={() => go(1)}
          >
            Later
          </Button>
        </Group>
      </Group>
      <Text size="sm" c="dimmed">
        {figure('rows', Math.max(...found.map(({ rows }) => rows)))} rows, tested against version{' '}
        {first.version}
      </Text>
      <Table verticalSpacing={4} mt="xs">
        <Table.Thead>
          <Table.Tr>
            <Table.Th>Severity</Table.Th>
            <Table.Th>Of</Table.Th>
            <Table.Th>Test</Table.Th>
            <Table.Th visibleFrom="xs">Found</Table.Th>
            <Table.Th visibleFrom="sm">Without drift</Table.Th>
            <Table.Th visibleFrom="sm">Limit</Table.Th>
            <Table.Th visibleFrom="md">What stands out</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {found.slice(0, MOST_ROWS).map((one) => (
            <Table.Tr key={`${one.version}/${one.signal}/${one.feature}`}>
              <Table.Td className="figure">
                {percent(one.severity, 0)}
                {one.drifted ? ' (drift)' : ''}
              </Table.Td>
              <Table.Td>{one.feature === '' ? `${one.signal}, all` : one.feature}</Table.Td>
              <Table.Td>{one.detector}</Table.Td>
              <Table.Td visibleFrom="xs" className="figure">
                {figure('', one.statistic)}
              </Table.Td>
              <Table.Td visibleFrom="sm" className="figure">
                {one.expected === null ? '' : figure('', one.expected)}
              </Table.Td>
              <Table.Td visibleFrom="sm" className="figure">
                {figure('', one.threshold)}
              </Table.Td>
              <Table.Td visibleFrom="md">{one.detail}</Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
      <Notes model={model} about="window" subject={String(windowStart)} name="this window" />
    </section>
  );
}
