import { NativeSelect, Table, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link, useNavigate, useSearch } from '@tanstack/react-router';
import { StateBadge } from '../../parts/state-badge.tsx';
import { Moment } from '../../parts/time.tsx';
import { Nothing, Told } from '../../parts/told.tsx';
import { type Letter, lettersQuery, MOST_LETTERS } from '../../queries/letters.ts';
import { lettersSearch } from './search.ts';

/** What could not be handled, newest first. */
export function LettersPage() {
  const filter = useSearch({ from: '/operations/letters' });
  const navigate = useNavigate();
  const query = useQuery(lettersQuery(filter));
  return (
    <>
      <NativeSelect
        label="Show"
        maw="16rem"
        mb="md"
        value={filter.state ?? ''}
        onChange={(event) =>
          void navigate({
            to: '/operations/letters',
            search: lettersSearch({ ...filter, state: event.currentTarget.value }),
          })
        }
        data={[
          { value: '', label: 'all' },
          { value: 'open', label: 'open: nobody has decided' },
          { value: 'resending', label: 'about to be sent again' },
          { value: 'resent', label: 'sent again' },
          { value: 'discarded', label: 'discarded' },
        ]}
      />
      <Told query={query}>
        {(letters) =>
          letters.length === 0 ? (
            <Nothing>
              {filter.state === undefined
                ? 'There are no dead letters: every record could be handled.'
                : 'There are none of these.'}
            </Nothing>
          ) : (
            <LettersTable letters={letters} />
          )
        }
      </Told>
    </>
  );
}

function LettersTable({ letters }: { readonly letters: readonly Letter[] }) {
  return (
    <>
      <Table verticalSpacing={6}>
        <Table.Thead>
          <Table.Tr>
            <Table.Th>Record</Table.Th>
            <Table.Th>State</Table.Th>
            <Table.Th visibleFrom="xs">What was wrong</Table.Th>
            <Table.Th visibleFrom="md">Model</Table.Th>
            <Table.Th visibleFrom="sm">Given up at</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {letters.map(({ id, topic, partition, offset, state, code, reason, model, at }) => (
            <Table.Tr key={id}>
              <Table.Td className="breaks">
                <Link
                  to="/operations/letters/$topic/$partition/$offset"
                  params={{ topic, partition: String(partition), offset: String(offset) }}
                  className="link"
                >
                  {id}
                </Link>
              </Table.Td>
              <Table.Td>
                <StateBadge state={state} />
              </Table.Td>
              <Table.Td visibleFrom="xs">
                <Text size="sm" fw={600}>
                  {code}
                </Text>
                <Text size="sm" lineClamp={2}>
                  {reason}
                </Text>
              </Table.Td>
              <Table.Td visibleFrom="md">{model}</Table.Td>
              <Table.Td visibleFrom="sm">
                <Moment at={at} />
              </Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
      {letters.length < MOST_LETTERS ? null : (
        <Text size="sm" c="dimmed" mt="xs">
          The newest {MOST_LETTERS}. All of them: <code>npm run driftloop -- dead-letters list</code>
        </Text>
      )}
    </>
  );
}
