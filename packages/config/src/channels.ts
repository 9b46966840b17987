import type { Complaint } from './names.ts';
import { keyOf, keysOf } from './schema/facts.ts';

/** Datasets that no exchange streams, and how they are had. */
const otherwise: Readonly<Record<string, string>> = {
  funding_rates: 'it is polled, by `snapshots.funding_rates`',
  instruments: 'it is polled, by `snapshots.instruments`',
  coverage: 'it is written along with whatever is collected',
  raw: '`streamer.raw` says whose messages are kept as received',
};

/**
 * Finds channels that are datasets and no streams. It takes the settings before their validation, which would only say that
 * the name is none of those that it knows.
 */
export function checkChannels(input: unknown): Complaint[] {
  const exchanges = keyOf(input, 'exchanges');
  return keysOf(exchanges).flatMap((id) => {
    const channels = keyOf(keyOf(exchanges, id), 'channels');
    if (!Array.isArray(channels)) return [];
    return channels.flatMap((name: unknown, index) => {
      if (typeof name !== 'string' || !Object.hasOwn(otherwise, name)) return [];
      const path = ['exchanges', id, 'channels', index];
      return [
        { path, message: `expected a dataset that is streamed; \`${name}\` is none: ${otherwise[name]}; remove it` },
      ];
    });
  });
}
