import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { RecordedRequest, TruthRecord } from '@feedlake/simulator';
import { describe, expect, it } from 'vitest';
import { ask, data, simulate, start } from './client.ts';

const path = '/fapi/v1/openInterest?symbol=BTCUSDT';

async function addFault(url: string, rule: unknown): Promise<number> {
  const response = await fetch(`${url}/_simulator/faults`, { method: 'POST', body: JSON.stringify(rule) });
  await response.text();
  return response.status;
}

describe('control over HTTP', () => {
  it('adds rules for this venue, another or all, and clears them', async () => {
    const simulator = await simulate();
    const statuses = async () => [
      (await ask(simulator, 'binance', path)).status,
      (await ask(simulator, 'backpack', '/api/v1/openInterest')).status,
    ];
    expect(await addFault(simulator.urls.binance, { kind: '5xx', regex: 'symbol=B.C' })).toBe(201);
    expect(await statuses()).toEqual([503, 200]);
    expect(await addFault(simulator.urls.binance, { kind: '451', venue: 'backpack' })).toBe(201);
    expect(await statuses()).toEqual([503, 451]);
    await fetch(`${simulator.urls.bybit}/_simulator/faults`, { method: 'DELETE' });
    expect(await statuses()).toEqual([200, 200]);
    await addFault(simulator.urls.binance, { kind: '451', venue: 'all' });
    expect(await statuses()).toEqual([451, 451]);
  });

  it('refuses rules that it does not understand, saying what it takes', async () => {
    const { urls } = await simulate();
    for (const rule of [
      { kind: 'nope' },
      { kind: '429', venue: 'kraken' },
      { kind: '429', times: -1 },
      { kind: '429', regex: '(' },
    ]) {
      expect(await addFault(urls.binance, rule)).toBe(400);
    }
  });

  it('can make its own venue refuse connections, and listen again by another', async () => {
    const simulator = await simulate();
    expect(await addFault(simulator.urls.binance, { kind: 'refuse' })).toBe(201);
    await expect
      .poll(() =>
        ask(simulator, 'binance', path).then(
          () => 'open',
          () => 'refused',
        ),
      )
      .toBe('refused');
    await fetch(`${simulator.urls.bybit}/_simulator/faults`, { method: 'DELETE' });
    expect((await ask(simulator, 'binance', path)).status).toBe(200);
  });

  it('lists requests and truth of a venue', async () => {
    const simulator = await simulate();
    const reply = await data<{ openInterest: string }>(simulator, 'binance', path);
    const requests = await data<RecordedRequest[]>(simulator, 'binance', '/_simulator/requests');
    expect(requests).toEqual([
      {
        venue: 'binance',
        method: 'GET',
        path: '/fapi/v1/openInterest',
        query: 'symbol=BTCUSDT',
        body: '',
        status: 200,
        weight: { weight: 1 },
        at: start,
      },
    ]);
    const truth = await data<TruthRecord[]>(
      simulator,
      'binance',
      '/_simulator/truth?dataset=open_interest&symbol=BTCUSDT',
    );
    expect(truth).toEqual([
      {
        venue: 'binance',
        dataset: 'open_interest',
        kind: 'current',
        symbol: 'BTCUSDT',
        time: start,
        fields: { openInterest: reply.openInterest },
        row: 0,
        at: start,
      },
    ]);
    expect(await data(simulator, 'bybit', '/_simulator/truth')).toEqual([]);
    expect(simulator.truth.records({ venue: 'binance' })).toEqual(truth);
  });
});

describe('truth', () => {
  it('holds the texts as sent, for every row of a bulk reply', async () => {
    const simulator = await simulate();
    const rows = await data<{ symbol: string; fundingRate: string }[]>(simulator, 'backpack', '/api/v1/markPrices');
    const facts = simulator.truth.records({ venue: 'backpack', dataset: 'funding_rates' });
    expect(facts.map((fact) => [fact.symbol, fact.fields.fundingRate])).toEqual(
      rows.map((row) => [row.symbol, row.fundingRate]),
    );
  });

  it('is appended to a file whole', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'truth-'));
    try {
      const file = join(folder, 'deep', 'truth.ndjson');
      const simulator = await simulate({ truthLog: file });
      await data(simulator, 'bybit', '/v5/market/tickers?category=linear');
      const expected = simulator.truth.records();
      await simulator.close();
      const lines = (await readFile(file, 'utf8')).trimEnd().split('\n');
      expect(lines.map((line) => JSON.parse(line))).toEqual(expected);
      expect(expected.length).toBeGreaterThan(100);
    } finally {
      await rm(folder, { recursive: true });
    }
  });
});

describe('simulator', () => {
  it('says the same again for the same seed, and marks every reply as simulated', async () => {
    const paths = ['/fapi/v1/exchangeInfo', '/fapi/v1/premiumIndex', path, '/fapi/v1/fundingRate?symbol=ETHUSDT'];
    const replies = async (seed: number) => {
      const simulator = await simulate({ seed });
      return Promise.all(paths.map((each) => ask(simulator, 'binance', each)));
    };
    const [first, again, other] = [await replies(7), await replies(7), await replies(8)];
    expect(first.map((answer) => answer.text)).toEqual(again.map((answer) => answer.text));
    expect(first[1]?.text).not.toBe(other[1]?.text);
    expect(first.every((answer) => answer.headers.get('x-feedlake-simulated') === '1')).toBe(true);
  });

  it('starts only the venues that are asked for', async () => {
    const simulator = await simulate({ venues: ['bybit'] });
    expect(simulator.urls).toEqual({
      binance: '',
      bybit: expect.stringMatching(/^http:/),
      hyperliquid: '',
      backpack: '',
    });
  });
});
