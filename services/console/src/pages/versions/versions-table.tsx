import { Group, List, Text } from '@mantine/core';
import { Notes } from '../../parts/notes.tsx';
import { figure } from '../../parts/number-text.ts';
import { StateBadge } from '../../parts/state-badge.tsx';
import { Moment } from '../../parts/time.tsx';
import { type Life, stepText } from './lives.ts';
import { namedMetrics } from './metric-names.ts';

/** Every version with what was measured of it, why it is what it is, and what became of it. */
export function VersionsTable({ model, lives }: { readonly model: string; readonly lives: readonly Life[] }) {
  return (
    <ul className="verdicts">
      {lives.map(({ version, steps }) => (
        <li key={version.version} className="verdict" id={`version-${version.version}`}>
          <Group gap="sm">
            <Text fw={600}>Version {version.version}</Text>
            <StateBadge state={version.status} />
            {version.parentVersion === null ? null : (
              <Text size="sm" c="dimmed">
                trained from version {version.parentVersion}
              </Text>
            )}
          </Group>
          <Figures metrics={version.metrics} isMain />
          {version.reasons.length === 0 ? null : (
            <List size="sm">
              {version.reasons.map((reason) => (
                <List.Item key={reason}>{reason}</List.Item>
              ))}
            </List>
          )}
          <details>
            <summary>
              <Text span size="sm">
                Its life, and everything that was measured
              </Text>
            </summary>
            <List size="sm" type="ordered">
              {steps.map((step) => (
                <List.Item key={`${step.kind}/${step.at}`}>
                  <Moment at={step.at} />: {stepText(step)}
                  {step.reasons.length === 0 ? '' : `: ${step.reasons.join('; ')}`}
                </List.Item>
              ))}
            </List>
            <Figures metrics={version.metrics} isMain={false} />
            <Text size="sm" c="dimmed" className="breaks">
              SHA-256 {version.sha256}
            </Text>
          </details>
          <Notes
            model={model}
            about="version"
            subject={String(version.version)}
            name={`version ${version.version}`}
          />
        </li>
      ))}
    </ul>
  );
}

function Figures({
  metrics,
  isMain,
}: {
  readonly metrics: Readonly<Record<string, number>>;
  readonly isMain: boolean;
}) {
  const shown = namedMetrics(Object.keys(metrics)).filter((metric) => metric.isMain === isMain);
  if (shown.length === 0) return null;
  return (
    <dl className="figures">
      {shown.map(({ name, words }) => (
        <div key={name}>
          <dt>{words}</dt>
          <dd className="figure">{figure(name, metrics[name] ?? Number.NaN)}</dd>
        </div>
      ))}
    </dl>
  );
}
