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
 * name no channels, two instruments are streamed; where they name no lake, it is `demo-lake`.
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

/** Where simulated data goes unless the settings say so: never to where real data is. */
export function simulatedPlaces({ loaded }: Context): Flag[] {
  const places = { lake: './demo-lake', state_dir: './demo-lake/.feedlake' };
  return Object.entries(places).flatMap(([path, value]) => (loaded.origin(path) === 'default' ? set(path, value) : []));
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
