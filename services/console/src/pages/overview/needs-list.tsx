import { Text } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { Nothing } from '../../parts/told.tsx';
import type { Need } from './needs.ts';

/** What waits for a person, each with the way to where it is dealt with. */
export function NeedsList({ needs }: { readonly needs: readonly Need[] }) {
  if (needs.length === 0)
    return <Nothing>Nothing does. Models, traffic and labels are as they should be.</Nothing>;
  return (
    <ul className="needs">
      {needs.map((need) => (
        <li key={need.text} data-weight={need.weight}>
          <NeedLink need={need} />
          {need.why === undefined ? null : (
            <Text size="sm" c="dimmed">
              {need.why}
            </Text>
          )}
        </li>
      ))}
    </ul>
  );
}

function NeedLink({ need: { to, text } }: { readonly need: Need }) {
  switch (to.page) {
    case 'drift':
      return (
        <Link to="/models/$model/drift" params={{ model: to.model }} className="link">
          {text}
        </Link>
      );
    case 'versions':
      return (
        <Link to="/models/$model/versions" params={{ model: to.model }} className="link">
          {text}
        </Link>
      );
    case 'letters':
      return (
        <Link to="/operations/letters" search={{ state: 'open' }} className="link">
          {text}
        </Link>
      );
    case 'services':
      return (
        <Link to="/operations/services" className="link">
          {text}
        </Link>
      );
  }
}
