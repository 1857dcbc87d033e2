import { Table, Text } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { count, figure, likely, percent } from '../../parts/number-text.ts';
import { StateBadge } from '../../parts/state-badge.tsx';
import { Ago } from '../../parts/time.tsx';
import { Nothing } from '../../parts/told.tsx';
import type { Standing } from '../../queries/overview.ts';

const FIRST_MODEL =
  'npm run driftloop -- register --spec examples/elec/spec.json --factory mlp --train data/elec.csv.gz --label target --rows 0:4531';

/** Every model with how it stands. @param at when that was so, epoch ms */
export function ModelsTable({ models, at }: { readonly models: readonly Standing[]; readonly at: number }) {
  if (models.length === 0)
    return <Nothing command={FIRST_MODEL}>No model is registered yet. This registers an example:</Nothing>;
  return (
    <Table verticalSpacing="xs">
      <Table.Thead>
        <Table.Tr>
          <Table.Th>Model</Table.Th>
          <Table.Th>State</Table.Th>
          <Table.Th visibleFrom="sm">Likelihood of drift</Table.Th>
          <Table.Th visibleFrom="xs">Live</Table.Th>
          <Table.Th>Accuracy</Table.Th>
          <Table.Th visibleFrom="md">Estimated without labels</Table.Th>
          <Table.Th visibleFrom="sm">Requests in an hour</Table.Th>
        </Table.Tr>
      </Table.Thead>
      <Table.Tbody>
        {models.map((standing) => (
          <Row key={standing.model} standing={standing} at={at} />
        ))}
      </Table.Tbody>
    </Table>
  );
}

function Row({ standing, at }: { readonly standing: Standing; readonly at: number }) {
  const { model, task, live, shadow, canary, verdict, realised, estimated, requests } = standing;
  const trials = [
    ...(shadow === null ? [] : [`${shadow} in shadow`]),
    ...(canary === null ? [] : [`${canary} as canary`]),
  ];
  return (
    <Table.Tr>
      <Table.Td>
        <Link to="/models/$model/drift" params={{ model }} className="link">
          {model}
        </Link>
      </Table.Td>
      <Table.Td>
        {verdict === null ? <Quiet>no window yet</Quiet> : <StateBadge state={verdict.state} />}
      </Table.Td>
      <Table.Td visibleFrom="sm" className="figure">
        {verdict === null ? null : likely(verdict.likelihood)}
      </Table.Td>
      <Table.Td visibleFrom="xs" className="figure">
        <Link to="/models/$model/versions" params={{ model }} className="link">
          {live === null ? 'none' : `version ${live}`}
        </Link>
        {trials.length === 0 ? null : <Quiet>{trials.join(', ')}</Quiet>}
      </Table.Td>
      <Table.Td className="figure">
        {realised === null ? <Quiet>no labels yet</Quiet> : scoreText(task, realised)}
      </Table.Td>
      <Table.Td visibleFrom="md" className="figure">
        {estimated === null ? null : scoreText(task, estimated)}
      </Table.Td>
      <Table.Td visibleFrom="sm" className="figure">
        {count(requests.rows)}
        {requests.newestAt === null ? null : (
          <Quiet>
            newest <Ago at={requests.newestAt} now={at} />
          </Quiet>
        )}
      </Table.Td>
    </Table.Tr>
  );
}

function Quiet({ children }: { readonly children: React.ReactNode }) {
  return (
    <Text size="sm" c="dimmed">
      {children}
    </Text>
  );
}

/** Accuracy, or the mean squared error of a model without classes, beside the reference's. */
function scoreText(task: string, { value, expected }: NonNullable<Standing['realised']>): string {
  const isShare = task === 'binary' || task === 'multiclass';
  const text = (one: number) => (isShare ? percent(one) : `MSE ${figure('', one)}`);
  return expected === null ? text(value) : `${text(value)} (${text(expected)} in its reference)`;
}
