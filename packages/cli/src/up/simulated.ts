import { join } from 'node:path';
import type { Flag } from '@feedlake/config';
import { type Simulator, startSimulator, venueIds } from '@feedlake/simulator';
import type { Context } from '../context.ts';

/** By quote asset: two venues have none in USDT. */
const symbols = { usdt: 'BTC-USDT-PERP,ETH-USDT-PERP', usdc: 'BTC-USDC-PERP,ETH-USDC-PERP' };
const quotedInUsdc = ['hyperliquid', 'backpack'];
/** Of the largest exchange. */
const instruments = 100;
const channels = 'trades,book_deltas,liquidations,tickers,candles';
const origin = '--simulate';

/**
 * Starts simulated exchanges and turns the settings of a command to them: all endpoints, no proxies. Where the settings
 * name no channels, two instruments are streamed. Where the data goes {@link simulatedPlaces} says.
 * @returns ends the exchanges
 */
export async function simulateExchanges(context: Context): Promise<() => Promise<void>> {
  const simulator = await startSimulator({ symbols: instruments, streamTruth: false });
  try {
    context.set([...simulatedPlaces(context), ...flagsOf(context, simulator)]);
  } catch (error) {
    await simulator.close();
    throw error;
  }
  return () => simulator.close();
}

const usualLake = './demo-lake';

/** Where simulated data goes: to `--lake`, and never to where the settings have the real data, nor its state. */
export function simulatedPlaces({ loaded, config }: Context): Flag[] {
  const isNamed = loaded.origin('lake') === '--lake';
  const isFolder = isNamed && !config.lake.startsWith('s3://');
  return [
    ...(isNamed ? [] : [set('lake', usualLake)]),
    set('state_dir', join(isFolder ? config.lake : usualLake, '.feedlake')),
  ];
}

function set(path: string, value: string): Flag {
  return { name: origin, path, value };
}

function flagsOf({ config }: Context, { urls, wsUrls }: Pick<Simulator, 'urls' | 'wsUrls'>): Flag[] {
  const ids = Object.keys(config.exchanges).filter((id) => config.exchanges[id]?.enabled);
  const streams = ids.some((id) => (config.exchanges[id]?.channels.length ?? 0) > 0);
  const flags = [set('proxy.enabled', 'false')];
  for (const id of ids) {
    const { exchange = id, engine } = config.exchanges[id] ?? {};
    const venue = venueIds.find((one) => one === exchange && engine === 'native');
    if (venue === undefined) {
      flags.push(set(`exchanges.${id}.enabled`, 'false'));
      continue;
    }
    flags.push(set(`exchanges.${id}.endpoints.rest`, urls[venue]));
    flags.push(set(`exchanges.${id}.endpoints.websocket`, wsUrls[venue]));
    if (streams) continue;
    const wanted = quotedInUsdc.includes(venue) ? symbols.usdc : symbols.usdt;
    flags.push(set(`exchanges.${id}.symbols`, wanted), set(`exchanges.${id}.channels`, channels));
  }
  return flags;
}
