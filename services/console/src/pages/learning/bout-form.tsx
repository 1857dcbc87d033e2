import { Button, Fieldset, Group, NativeSelect, SimpleGrid, Text, TextInput } from '@mantine/core';
import { useMutation, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { TimeField } from '../../parts/time-field.tsx';
import { spanOfFields } from '../../parts/time-text.ts';
import { Failure } from '../../parts/told.tsx';
import { mayChange, meQuery } from '../../queries/session.ts';
import { beginBout, type Strategy } from '../../queries/strategies.ts';
import { usualBout } from './bout.ts';

const MINUTE_MS = 60_000;
/** As much as the gateway takes. */
const MOST_MINUTES = 43_200;

/** Begins a bout of strategies on the stream of a model. */
export function BoutForm({
  models,
  model,
  strategies,
  onModel,
  onBegun,
}: {
  readonly models: readonly string[];
  readonly model: string;
  readonly strategies: readonly Strategy[];
  readonly onModel: (model: string) => void;
  /** Told the id of the study that it is. */
  readonly onBegun: (study: string) => void;
}) {
  const { data: me } = useQuery(meQuery());
  const [chosen, setChosen] = useState<readonly string[]>(() => usualBout(strategies));
  const [from, setFrom] = useState('');
  const [to, setTo] = useState('');
  const [minutes, setMinutes] = useState('0');
  const beginning = useMutation({
    mutationFn: () =>
      beginBout(model, {
        strategies: chosen,
        span: spanOfFields(from, to),
        trainingMs: Math.round(Number(minutes) * MINUTE_MS),
      }),
    onSuccess: onBegun,
  });
  const may = mayChange(me, model);
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        beginning.mutate();
      }}
    >
      <Fieldset legend="A bout" mb="md">
        <SimpleGrid cols={{ base: 1, xs: 2, md: 4 }}>
          <NativeSelect
            label="On the stream of"
            value={model}
            onChange={(event) => onModel(event.currentTarget.value)}
            data={[...models]}
          />
          <TimeField label="From" value={from} onChange={setFrom} />
          <TimeField label="Until" value={to} onChange={setTo} />
          <TextInput
            type="number"
            label="A training run takes (min)"
            min={0}
            max={MOST_MINUTES}
            value={minutes}
            onChange={(event) => setMinutes(event.currentTarget.value)}
          />
        </SimpleGrid>
        <Group role="group" aria-label="Strategies" gap="sm" mt="sm">
          {strategies.map(({ name }) => (
            <label key={name}>
              <input
                type="checkbox"
                checked={chosen.includes(name)}
                onChange={(event) =>
                  setChosen(
                    event.currentTarget.checked ? [...chosen, name] : chosen.filter((one) => one !== name),
                  )
                }
              />{' '}
              {name}
            </label>
          ))}
        </Group>
        {beginning.error === null ? null : <Failure error={beginning.error} />}
        <Button type="submit" mt="sm" loading={beginning.isPending} disabled={!may || chosen.length === 0}>
          Begin the bout
        </Button>
        {may || me === undefined ? null : (
          <Text size="sm" c="dimmed" mt={4}>
            An operator of {model} may; your role is {me.role}.
          </Text>
        )}
      </Fieldset>
    </form>
  );
}
