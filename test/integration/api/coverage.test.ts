import { hour, type Row } from '@feedlake/schema';
import { expect, test } from 'vitest';
import { noon, servedApi } from '../../support/api.ts';
import { trade } from '../../support/lake.ts';

/** Everything that binance traded in the two hours until now. */
const covered: Row<'coverage'> = {
  exchange: 'binance',
  symbol: null,
  venue_symbol: null,
  ts_event: noon - 2 * hour,
  ts_recv: noon - hour,
  source: 'simulated',
  dataset: 'trades',
  from_time: noon - 2 * hour,
  to_time: noon,
  state: 'covered',
  writer: 'main',
  detail: 'stream',
};

interface Answer {
  readonly completeness: number | null;
  readonly notices: readonly string[];
  readonly timelines: readonly { readonly symbol: string | null }[];
  readonly errors?: readonly { readonly field: string; readonly message: string }[];
}

test('coverage of a symbol in any form; of one that the lake does not know there is none', async () => {
  const { ask, lake } = await servedApi();
  await lake.write('coverage', 'binance', 'stream-main-1', [covered]);
  await lake.write('trades', 'binance', 'stream-main-2', [trade('1', noon - hour)]);
  const coverage = async (query: string) => {
    const answer = await ask(`/v1/coverage?${query}`);
    return { status: answer.status, ...((await answer.json()) as Answer) };
  };
  for (const query of ['symbol=BTC-USDT-PERP', 'symbol=BTCUSDT', 'exchange=binance&symbol=btcusdt']) {
    expect(await coverage(query)).toMatchObject({
      status: 200,
      completeness: 1,
      notices: [],
      timelines: [{ symbol: 'BTC-USDT-PERP' }],
    });
  }
  expect(await coverage('symbol=BTC-USDC-PERP')).toMatchObject({
    status: 200,
    notices: [expect.stringContaining('taking its dollar perpetual BTC-USDT-PERP')],
    timelines: [{ symbol: 'BTC-USDT-PERP' }],
  });
  const message = 'the lake has no such symbol; there is BTC-USDT-PERP';
  expect(await coverage('symbol=NOPE-USDT-PERP')).toMatchObject({
    status: 400,
    errors: [{ field: 'query.symbol', message }],
  });
});
