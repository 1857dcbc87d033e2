import { Title } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { createLazyRoute } from '@tanstack/react-router';
import { Nothing, Told } from '../../parts/told.tsx';
import { backtestQuery, backtestsQuery } from '../../queries/backtests.ts';
import { BacktestView } from './backtest-view.tsx';
import { BacktestsTable } from './backtests-table.tsx';

/** Loaded when somebody looks at it: it draws. */
export const backtestsRoute = createLazyRoute('/models/$model/backtests')({ component: BacktestsPage });

/** Backtests that were saved: all of them, one closely, and two beside each other. */
function BacktestsPage() {
  const { model } = backtestsRoute.useParams();
  const { one, other } = backtestsRoute.useSearch();
  const navigate = backtestsRoute.useNavigate();
  const list = useQuery(backtestsQuery(model));
  const left = useQuery({ ...backtestQuery(model, one ?? ''), enabled: one !== undefined });
  const right = useQuery({ ...backtestQuery(model, other ?? ''), enabled: other !== undefined });
  return (
    <Told query={list}>
      {(backtests) =>
        backtests.length === 0 ? (
          <Nothing command={`npm run driftloop -- backtest --model ${model} --save`}>
            No backtest of {model} is saved yet. One replays its history with other settings, and every run of
            a study is saved, too. This saves one with the settings as they are; --set and --train change
            them:
          </Nothing>
        ) : (
          <>
            <Title order={2} mb="xs">
              Saved backtests
            </Title>
            <BacktestsTable
              backtests={backtests}
              one={one}
              other={other}
              onChoose={(search) => void navigate({ search, resetScroll: false })}
            />
            {one === undefined ? null : (
              <Told query={left}>
                {(found) => (
                  <BacktestView
                    model={model}
                    one={found}
                    other={other === undefined ? undefined : right.data}
                  />
                )}
              </Told>
            )}
            {other === undefined ? null : <Told query={right}>{() => null}</Told>}
          </>
        )
      }
    </Told>
  );
}
