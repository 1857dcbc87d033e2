import { Checkbox, Fieldset, SimpleGrid, Text, TextInput } from '@mantine/core';
import { duration } from '../../parts/time-text.ts';
import type { Setting } from '../../queries/what-if.ts';
import { type Entry, entryOf, labelOf } from './fields.ts';

interface FieldProps {
  readonly setting: Setting;
  /** What was put in; undefined for what the spec has. */
  readonly entry: Entry | undefined;
  readonly onEntry: (entry: Entry) => void;
}

/** One setting as a field of a form, by its kind in the spec's schema. */
export function SettingField({ setting, entry, onEntry }: FieldProps) {
  const { path, kind, meaning, value } = setting;
  const shown = entry ?? entryOf(kind, value);
  switch (kind) {
    case 'flag':
      return (
        <Checkbox
          label={labelOf(path)}
          description={meaning}
          checked={shown === true}
          onChange={(event) => onEntry(event.currentTarget.checked)}
        />
      );
    case 'names':
      return <Names setting={setting} chosen={Array.isArray(shown) ? shown : []} onEntry={onEntry} />;
    case 'limits':
      return (
        <Limits
          setting={setting}
          limits={typeof shown === 'object' ? (shown as Readonly<Record<string, string>>) : {}}
          onEntry={onEntry}
        />
      );
    default:
      return (
        <TextInput
          label={labelOf(path)}
          description={`${meaning} ${wasText(setting)}`}
          inputMode={kind === 'whole' || kind === 'number' ? 'decimal' : 'text'}
          value={String(shown)}
          onChange={(event) => onEntry(event.currentTarget.value)}
        />
      );
  }
}

/** As the spec has it, times in a unit that can be read. */
function wasText({ path, value, kind }: Setting): string {
  const text = String(entryOf(kind, value));
  const read =
    path.endsWith('Ms') && typeof value === 'number' && value >= 1_000 ? `, ${duration(value)}` : '';
  return `The spec has ${text === '' ? 'none' : text}${read}.`;
}

function Names({
  setting: { path, meaning, choices },
  chosen,
  onEntry,
}: {
  readonly setting: Setting;
  readonly chosen: readonly string[];
  readonly onEntry: (entry: Entry) => void;
}) {
  return (
    <details>
      <summary>
        {labelOf(path)}: {chosen.length === 0 ? 'the default set' : chosen.join(', ')}
      </summary>
      <Text size="sm" c="dimmed" my={4}>
        {meaning}
      </Text>
      <SimpleGrid cols={{ base: 1, xs: 2, sm: 3 }} spacing={6} role="group" aria-label={labelOf(path)}>
        {choices.map((name) => (
          <Checkbox
            key={name}
            size="xs"
            label={name}
            checked={chosen.includes(name)}
            onChange={(event) =>
              onEntry(
                event.currentTarget.checked ? [...chosen, name] : chosen.filter((other) => other !== name),
              )
            }
          />
        ))}
      </SimpleGrid>
    </details>
  );
}

function Limits({
  setting: { path, meaning, choices },
  limits,
  onEntry,
}: {
  readonly setting: Setting;
  readonly limits: Readonly<Record<string, string>>;
  readonly onEntry: (entry: Entry) => void;
}) {
  if (choices.length === 0) return null;
  return (
    <Fieldset legend={labelOf(path)} p="xs">
      <Text size="sm" c="dimmed" mb={4}>
        {meaning}
      </Text>
      <SimpleGrid cols={{ base: 2, sm: 3 }} spacing={8}>
        {choices.map((metric) => (
          <TextInput
            key={metric}
            size="xs"
            label={metric}
            placeholder="no limit"
            inputMode="decimal"
            value={limits[metric] ?? ''}
            onChange={(event) => onEntry({ ...limits, [metric]: event.currentTarget.value })}
          />
        ))}
      </SimpleGrid>
    </Fieldset>
  );
}
