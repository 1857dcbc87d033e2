import { Button, Group, Table, TextInput, Title } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useNavigate, useParams, useSearch } from '@tanstack/react-router';
import { StateBadge } from '../../parts/state-badge.tsx';
import { Moment } from '../../parts/time.tsx';
import { Nothing, Told } from '../../parts/told.tsx';
import { type RequestStatus, requestQuery } from '../../queries/requests.ts';
import { answerText, labelText } from './answer-text.ts';

/** Looks one request up by its id. */
export function RequestPage() {
  const { model } = useParams({ from: '/models/$model/request' });
  const { id } = useSearch({ from: '/models/$model/request' });
  const navigate = useNavigate();
  return (
    <>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          const next = String(new FormData(event.currentTarget).get('id')).trim();
          void navigate({
            to: '/models/$model/request',
            params: { model },
            search: next === '' ? {} : { id: next },
          });
        }}
      >
        <Group align="end" gap="sm" mb="md">
          <TextInput
            key={id}
            name="id"
            label="Id of the request"
            defaultValue={id ?? ''}
            style={{ flex: '1 1 16rem' }}
          />
          <Button type="submit">Look up</Button>
        </Group>
      </form>
      {id === undefined ? (
        <Nothing
          command={`curl -s '${window.location.origin}/models/${model}/requests?wait=1000' -H 'content-type: application/json' -d '{"features": […]}'`}
        >
          Every answer names the id of its request. This asks for one:
        </Nothing>
      ) : (
        <Found model={model} id={id} />
      )}
    </>
  );
}

function Found({ model, id }: { readonly model: string; readonly id: string }) {
  const query = useQuery(requestQuery(model, id));
  return <Told query={query}>{(request) => <Shown request={request} />}</Told>;
}

function Shown({ request }: { readonly request: RequestStatus }) {
  const { requestId, status, answer, label, refusal } = request;
  return (
    <section aria-label="The request">
      <Group gap="sm" mb="xs">
        <Title order={2} className="breaks">
          {requestId}
        </Title>
        <StateBadge state={status} />
      </Group>
      <Table variant="vertical" layout="fixed">
        <Table.Tbody>
          {answer === undefined ? null : (
            <>
              <Line name="Answer">{answerText(answer)}</Line>
              <Line name="Answered by">
                version {answer.version} ({answer.role})
              </Line>
              <Line name="Answered at">
                <Moment at={answer.servedAt} />
              </Line>
            </>
          )}
          {refusal === undefined ? null : (
            <Line name="Refused">
              {refusal.code}: {refusal.reason}
            </Line>
          )}
          <Line name="Label">
            {label === undefined ? (
              'none has come yet'
            ) : (
              <>
                {labelText(label)}, of <Moment at={label.eventTime} />
              </>
            )}
          </Line>
        </Table.Tbody>
      </Table>
    </section>
  );
}

function Line({ name, children }: { readonly name: string; readonly children: React.ReactNode }) {
  return (
    <Table.Tr>
      <Table.Th w="10rem" scope="row">
        {name}
      </Table.Th>
      <Table.Td className="breaks">{children}</Table.Td>
    </Table.Tr>
  );
}
