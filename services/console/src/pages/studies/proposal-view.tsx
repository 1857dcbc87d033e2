import { Alert, Button, Table, Text, Title } from '@mantine/core';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { type Deed, ReasonDialog } from '../../parts/reason-dialog.tsx';
import { Told } from '../../parts/told.tsx';
import { meQuery } from '../../queries/session.ts';
import { adopt, type Proposal, proposalQuery } from '../../queries/studies.ts';

/** A setting as its model's spec: what would be different, and putting it into effect. */
export function ProposalView({ study, of }: { readonly study: string; readonly of: number | undefined }) {
  const proposal = useQuery(proposalQuery(study, of));
  return (
    <section aria-label="Proposal">
      <Title order={2} mt="xl" mb="xs">
        Proposal
      </Title>
      <Told query={proposal}>{(found) => <Shown proposal={found} />}</Told>
    </section>
  );
}

function Shown({ proposal }: { readonly proposal: Proposal }) {
  const { model, run, differences } = proposal;
  const queries = useQueryClient();
  const { data: me } = useQuery(meQuery());
  const [deed, setDeed] = useState<Deed>();
  const [outcome, setOutcome] = useState<string>();
  const may = me?.role === 'admin' && (me.models === null || me.models.includes(model));
  return (
    <>
      <Text size="sm" mb="xs">
        {differences.length === 0
          ? `The spec of ${model} has the setting of run ${run} already.`
          : `With the setting of run ${run}, this of the spec of ${model} would be different:`}
      </Text>
      {outcome === undefined ? null : (
        <Alert color="teal" variant="outline" role="status" mb="sm">
          {outcome}
        </Alert>
      )}
      {differences.length === 0 ? null : (
        <>
          <Table verticalSpacing={4} mb="xs">
            <Table.Thead>
              <Table.Tr>
                <Table.Th>Setting</Table.Th>
                <Table.Th>Is</Table.Th>
                <Table.Th>Proposed</Table.Th>
              </Table.Tr>
            </Table.Thead>
            <Table.Tbody>
              {differences.map(({ path, before, after }) => (
                <Table.Tr key={path} className="figure">
                  <Table.Td className="breaks">{path.slice(1).replaceAll('/', '.')}</Table.Td>
                  <Table.Td>{JSON.stringify(before)}</Table.Td>
                  <Table.Td>{JSON.stringify(after)}</Table.Td>
                </Table.Tr>
              ))}
            </Table.Tbody>
          </Table>
          <Button
            disabled={!may}
            onClick={() =>
              setDeed({
                title: 'Put it into effect',
                effect: `The spec of ${model} is changed for all services, from their next windows on.`,
                act: (reason) => adopt(proposal, reason),
              })
            }
          >
            Put it into effect
          </Button>
          {may || me === undefined ? null : (
            <Text size="sm" c="dimmed" mt={4}>
              An admin may; your role is {me.role}.
            </Text>
          )}
        </>
      )}
      <ReasonDialog
        deed={deed}
        onClose={() => setDeed(undefined)}
        onDone={(text) => {
          setOutcome(text);
          void queries.invalidateQueries();
        }}
      />
    </>
  );
}
