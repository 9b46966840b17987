import { isIPv6 } from 'node:net';

/** What of an address is counted: of IPv6 the network of 64 bits, since a single host has all of that. */
export function addressKey(address: string): string {
  if (!isIPv6(address)) return address;
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address)?.[1];
  if (mapped !== undefined) return mapped;
  const [head = '', tail = ''] = address.replace(/%.*$/, '').split('::');
  const groups = head === '' ? [] : head.split(':');
  const last = tail === '' ? [] : tail.split(':');
  const whole = address.includes('::')
    ? [...groups, ...Array.from({ length: 8 - groups.length - last.length }, () => '0'), ...last]
    : groups;
  return whole
    .slice(0, 4)
    .map((group) => Number.parseInt(group, 16).toString(16))
    .join(':');
}
