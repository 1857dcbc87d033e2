import { Loader, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { createLazyRoute } from '@tanstack/react-router';
import { useMemo } from 'react';
import { SpanFields } from '../../parts/span-fields.tsx';
import { Failure, Told } from '../../parts/told.tsx';
import { settingsQuery, whatIfQuery } from '../../queries/what-if.ts';
import { overridesText } from './fields.ts';
import { OutcomeView } from './outcome-view.tsx';
import type { WhatIfSearch } from './search.ts';
import { SettingsForm } from './settings-form.tsx';

/** Loaded when somebody looks at it: it draws. */
export const whatIfRoute = createLazyRoute('/models/$model/what-if')({ component: WhatIfPage });

/** What other settings would have said of what was seen. */
function WhatIfPage() {
  const { model } = whatIfRoute.useParams();
  const search = whatIfRoute.useSearch();
  const navigate = whatIfRoute.useNavigate();
  const { from, to, set } = search;
  const span = useMemo(
    () => ({ ...(from === undefined ? {} : { from }), ...(to === undefined ? {} : { to }) }),
    [from, to],
  );
  const settings = useQuery(settingsQuery(model));
  const outcome = useQuery({ ...whatIfQuery(model, span, set ?? {}), enabled: set !== undefined });
  const show = (next: WhatIfSearch) => void navigate({ search: next, resetScroll: false });
  return (
    <>
      <Text size="sm" c="dimmed" mb="sm">
        Judges again what the drift services saw in the last days, with other settings, and changes nothing.
        What rows are cut by (the length of windows, the features) needs a backtest of rows.
      </Text>
      <SpanFields span={span} onSpan={(next) => show({ ...next, ...(set === undefined ? {} : { set }) })} />
      <Told query={settings}>
        {(found) => (
          <SettingsForm
            key={model}
            model={model}
            settings={found}
            asked={set ?? {}}
            isAsking={outcome.isFetching}
            onAsk={(overrides) => {
              // The same once more is asked once more.
              if (JSON.stringify(overrides) === JSON.stringify(set)) void outcome.refetch();
              show({ ...span, set: overrides });
            }}
          />
        )}
      </Told>
      {set === undefined ? null : (
        <Text size="sm" mt="sm">
          Asked: <code className="breaks">{overridesText(set)}</code>
        </Text>
      )}
      {outcome.error === null ? null : <Failure error={outcome.error} />}
      {outcome.isFetching && outcome.data === undefined ? <Loader aria-label="Replaying" size="sm" /> : null}
      {outcome.data === undefined ? null : (
        <OutcomeView
          model={model}
          outcome={outcome.data}
          span={span}
          onSpan={(next) => show({ ...next, ...(set === undefined ? {} : { set }) })}
        />
      )}
    </>
  );
}
