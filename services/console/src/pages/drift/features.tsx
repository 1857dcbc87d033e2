import { Title } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import { Nothing, Told } from '../../parts/told.tsx';
import { type EvidenceRow, evidenceQuery, type Span } from '../../queries/history.ts';
import { heatOf } from './heat.ts';
import { Heatmap } from './heatmap.tsx';
import { WindowEvidence } from './window-evidence.tsx';

interface Chosen {
  readonly window: number | undefined;
  readonly onWindow: (windowStart: number) => void;
}

/** Which features moved, and when. */
export function Features({
  model,
  span,
  ...chosen
}: { readonly model: string; readonly span: Span } & Chosen) {
  const query = useQuery(evidenceQuery(model, span));
  return (
    <section>
      <Title order={2} mt="xl" mb="xs">
        What moved, and when
      </Title>
      <Told query={query}>
        {(evidence) =>
          evidence.length === 0 ? (
            <Nothing>No window was tested in this time. Press “All” above.</Nothing>
          ) : (
            <Shown model={model} evidence={evidence} {...chosen} />
          )
        }
      </Told>
    </section>
  );
}

function Shown({
  model,
  evidence,
  window: at,
  onWindow,
}: { readonly model: string; readonly evidence: readonly EvidenceRow[] } & Chosen) {
  const heat = useMemo(() => heatOf(evidence), [evidence]);
  return (
    <>
      <Heatmap heat={heat} window={at} onWindow={onWindow} />
      <WindowEvidence
        model={model}
        evidence={evidence}
        windows={heat.windows}
        window={at}
        onWindow={onWindow}
      />
    </>
  );
}
