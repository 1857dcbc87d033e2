import { BlockList, isIP, isIPv6 } from 'node:net';
import { DriftloopError } from '@driftloop/errors';

/**
 * What a webhook has no business with: this machine, addresses of the link, where clouds keep
 * credentials of the machine, and what is no machine at all.
 */
const REFUSED: readonly string[] = [
  '0.0.0.0/8',
  '127.0.0.0/8',
  '169.254.0.0/16',
  '100.100.100.200/32',
  '192.0.0.192/32',
  '224.0.0.0/4',
  '240.0.0.0/4',
  '::/128',
  '::1/128',
  'fe80::/10',
  'fd00:ec2::/32',
  'ff00::/8',
];
/**
 * IPv6 that stands for IPv4, by RFC 6052 and 4291: the rest of it is the address that is reached.
 */
const TRANSLATED = /^(?:64:ff9b::|::ffff:|::)(?:(\d+\.\d+\.\d+\.\d+)|([0-9a-f]{1,4}):([0-9a-f]{1,4}))$/;

/** Says whether an address may be connected to. */
export interface Addresses {
  /** @throws DriftloopError CONFIG_INVALID naming the setting where it may not */
  require(address: string, host: string): void;
}

/**
 * @param allowed networks that are not refused, like 127.0.0.0/8
 * @throws DriftloopError CONFIG_INVALID where one of them is none
 */
export function createAddresses(allowed: readonly string[]): Addresses {
  const refused = listOf(REFUSED);
  const permitted = listOf(allowed);
  const holds = (list: BlockList, address: string) => list.check(address, isIPv6(address) ? 'ipv6' : 'ipv4');
  return {
    require(address, host) {
      const reached = reachedBy(address.toLowerCase().replace(/%.*$/, ''));
      if (!holds(refused, reached) || holds(permitted, reached)) return;
      throw new DriftloopError(
        'CONFIG_INVALID',
        `${host} is at ${address}, where webhooks are not sent: this machine, a link-local or a metadata address. NOTIFIER_ALLOWED_ADDRESSES allows it.`,
      );
    },
  };
}

function reachedBy(address: string): string {
  const [, dotted, high, low] = TRANSLATED.exec(address) ?? [];
  if (dotted !== undefined) return dotted;
  if (high === undefined || low === undefined) return address;
  const [a, b] = [Number.parseInt(high, 16), Number.parseInt(low, 16)];
  return [a >> 8, a & 255, b >> 8, b & 255].join('.');
}

function listOf(networks: readonly string[]): BlockList {
  const list = new BlockList();
  for (const network of networks) {
    const [address = '', bits = ''] = network.split('/');
    const most = isIP(address) === 6 ? 128 : 32;
    if (isIP(address) === 0 || !/^\d{1,3}$/.test(bits) || Number(bits) > most)
      throw new DriftloopError(
        'CONFIG_INVALID',
        `Settings are not valid: NOTIFIER_ALLOWED_ADDRESSES has '${network}', which is no network: write it like 10.0.0.0/8`,
      );
    list.addSubnet(address, Number(bits), isIP(address) === 6 ? 'ipv6' : 'ipv4');
  }
  return list;
}
