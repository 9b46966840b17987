import type { NotOffered, StreamedInstrument, StreamTopic } from '@feedlake/exchanges';
import type { DatasetName } from '@feedlake/schema';
import type { Incoming, WebSocketRules } from '@feedlake/transport';
import { adapterOf } from './mapped.ts';

/** How a route of an exchange behaves. */
export function rulesOf(exchange: string, route: string): WebSocketRules {
  const rules = adapterOf(exchange).streams.routes[route];
  if (rules === undefined) throw new Error(`${exchange} has no route ${route}`);
  return rules;
}

/** What a message on a route is, given as text or as the value to be written as JSON. */
export function readMessage(exchange: string, route: string, message: unknown): Incoming {
  const text = typeof message === 'string' ? message : JSON.stringify(message);
  return rulesOf(exchange, route).read(Buffer.from(text));
}

/** Instruments by their names; those with a date in them are dated futures. */
export function instruments(...names: string[]): StreamedInstrument[] {
  return names.map((venue_symbol) => {
    return { symbol: venue_symbol, venue_symbol, type: /\d{6}$|-\d/.test(venue_symbol) ? 'future' : 'perpetual' };
  });
}

export interface Wish {
  readonly candleSeconds?: readonly number[];
  readonly options?: Readonly<Record<string, unknown>>;
}

/** The topics that bring a dataset; throws where nothing is streamed. */
export function topicsOf(
  exchange: string,
  dataset: DatasetName,
  names: readonly string[],
  wish: Wish = {},
): readonly StreamTopic[] {
  const found = offerOf(exchange, dataset, names, wish);
  if ('notOffered' in found) throw new Error(found.notOffered);
  return found;
}

/** The topics that bring a dataset, or the way out. */
export function offerOf(
  exchange: string,
  dataset: DatasetName,
  names: readonly string[],
  { candleSeconds = [60], options = {} }: Wish = {},
): readonly StreamTopic[] | NotOffered {
  return adapterOf(exchange).streams.topics(dataset, instruments(...names), { candleSeconds, options });
}
