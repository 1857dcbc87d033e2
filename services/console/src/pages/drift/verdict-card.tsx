import { Group, List, Text } from '@mantine/core';
import { Notes } from '../../parts/notes.tsx';
import { likely, percent } from '../../parts/number-text.ts';
import { StateBadge } from '../../parts/state-badge.tsx';
import { Moment } from '../../parts/time.tsx';
import { rowsText, spanText } from '../../parts/time-text.ts';
import type { CommandRow, VerdictRow } from '../../queries/history.ts';
import { actionText } from './action-text.ts';
import { adviceText, causeTitle } from './cause-text.ts';

/** What weighs most is read; the rest is there for who asks. */
const READ_AT_ONCE = 3;

/** One verdict: what was concluded, from what, and what was done about it and on which rows. */
export function VerdictCard({
  verdict,
  command,
}: {
  readonly verdict: VerdictRow;
  /** What was asked of the trainer, where something was. */
  readonly command: CommandRow | undefined;
}) {
  const { state, likelihood, windowStart, windowEnd, evidence, confirmedByLabels, changePoint } = verdict;
  return (
    <li className="verdict">
      <Group gap="sm">
        <StateBadge state={state} />
        <Text fw={600} className="figure">
          likelihood {likely(likelihood)}
        </Text>
        <Text size="sm" c="dimmed">
          version {verdict.version}, {spanText(windowStart, windowEnd)}
          {confirmedByLabels ? ', labels alone confirm it' : ''}
        </Text>
      </Group>
      <Causes causes={verdict.causes} />
      {evidence.length === 0 ? <Text size="sm">Nothing stands out.</Text> : <Evidence evidence={evidence} />}
      {changePoint === null ? null : (
        <Text size="sm" mt={4}>
          It began about <Moment at={changePoint} />
          {verdict.changePointFrom === null || verdict.changePointTo === null
            ? '.'
            : `, between ${spanText(verdict.changePointFrom, verdict.changePointTo)}.`}
        </Text>
      )}
      {verdict.action === 'none' ? null : (
        <Text size="sm" mt={4} fw={600}>
          {actionText(verdict.action, command)}
        </Text>
      )}
      {command === undefined || command.selection.length === 0 ? null : (
        <List size="sm">
          {command.selection.map((range) => (
            <List.Item key={`${range.from}/${range.to}/${range.reason}`}>
              {rowsText(range.from, range.to)}, weight {Number(range.weight.toPrecision(3))}: {range.reason}
            </List.Item>
          ))}
        </List>
      )}
      <Notes
        model={verdict.model}
        about="verdict"
        subject={String(verdict.sequence)}
        name={`verdict ${verdict.sequence}`}
      />
    </li>
  );
}

/** What is behind it, the likeliest first, and what to do. */
function Causes({ causes }: Pick<VerdictRow, 'causes'>) {
  if (causes.length === 0) return null;
  return (
    <List size="sm" mt={4}>
      {causes.map((cause) => (
        <List.Item key={`${cause.kind}/${cause.columns.join('/')}`}>
          <Text span fw={600} size="sm">
            {causeTitle(cause)}
          </Text>
          : {cause.text}
          {cause.segment === '' ? '' : `; ${cause.segment}`}.{' '}
          <span className="quiet">{adviceText(cause.advice)}</span>
        </List.Item>
      ))}
    </List>
  );
}

function Evidence({ evidence }: Pick<VerdictRow, 'evidence'>) {
  const rest = evidence.slice(READ_AT_ONCE);
  return (
    <>
      <EvidenceList evidence={evidence.slice(0, READ_AT_ONCE)} />
      {rest.length === 0 ? null : (
        <details>
          <summary>
            <Text span size="sm">
              {rest.length} more
            </Text>
          </summary>
          <EvidenceList evidence={rest} />
        </details>
      )}
    </>
  );
}

function EvidenceList({ evidence }: Pick<VerdictRow, 'evidence'>) {
  return (
    <List size="sm" mt={4}>
      {evidence.map((one) => (
        <List.Item key={`${one.signal}/${one.detector}/${one.feature}/${one.windowStart}`}>
          {one.text}{' '}
          <span className="quiet">
            ({one.signal}, {percent(one.weight, 0)} of the evidence)
          </span>
        </List.Item>
      ))}
    </List>
  );
}
