import { Group, List, Text } from '@mantine/core';
import { figure } from '../../parts/number-text.ts';
import { StateBadge } from '../../parts/state-badge.tsx';
import { Moment } from '../../parts/time.tsx';
import { type Life, stepText } from './lives.ts';

/** Every version with what was measured of it, why it is what it is, and what became of it. */
export function VersionsTable({ lives }: { readonly lives: readonly Life[] }) {
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
          <Figures metrics={version.metrics} />
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
                {steps.length} steps
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
            <Text size="sm" c="dimmed" className="breaks">
              SHA-256 {version.sha256}
            </Text>
          </details>
        </li>
      ))}
    </ul>
  );
}

function Figures({ metrics }: { readonly metrics: Readonly<Record<string, number>> }) {
  const entries = Object.entries(metrics);
  if (entries.length === 0) return null;
  return (
    <dl className="figures">
      {entries.map(([name, value]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd className="figure">{figure(name, value)}</dd>
        </div>
      ))}
    </dl>
  );
}
