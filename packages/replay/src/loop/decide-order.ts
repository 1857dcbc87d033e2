import type { RestoreOrder, TrialOrder } from '@driftloop/continual';
import type { Registry } from '@driftloop/registry';
import type { Endings } from './endings.ts';

/** What takes no time: an earlier version is live again, a candidate is promoted or rejected. */
export async function decideOrder(
  order: RestoreOrder | TrialOrder,
  registry: Registry,
  { end }: Pick<Endings, 'end'>,
): Promise<void> {
  const { model, from, reasons, eventTime, actor, commandId } = order;
  const reason = reasons.join('; ');
  if (order.kind === 'restore') {
    const back = { reason, eventTime, actor, commandId };
    const only = { ...(order.to === undefined ? {} : { to: order.to }), ...(from ? { from } : {}) };
    const version = await registry.rollback(model, { ...back, ...only });
    end(order, order.to === undefined || version === order.to ? 'restored' : 'superseded', { version });
    return;
  }
  const state = registry.model(model)?.state;
  const version = order.version ?? state?.shadow ?? state?.canary ?? undefined;
  if (version === undefined) {
    end(order, 'superseded', { reasons: ['no candidate is on trial'] });
    return;
  }
  const decision = { version, reason, eventTime, actor, commandId, ...(from ? { from } : {}) };
  if (order.kind === 'reject') {
    end(order, (await registry.reject(model, decision)) ? 'rejected' : 'superseded', { version });
    return;
  }
  const became = await registry.promote(model, decision);
  end(order, became === 'live' ? 'promoted' : (became ?? 'superseded'), { version });
}
