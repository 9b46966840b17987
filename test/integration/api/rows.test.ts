import type { Fact } from '@feedlake/lake';
import { rowJson, second } from '@feedlake/schema';
import { tableFromIPC } from 'apache-arrow';
import { expect, test } from 'vitest';
import { noon, servedApi } from '../../support/api.ts';
import { openInterest, trade } from '../../support/lake.ts';

const hour = 3600 * second;
const symbols = ['BTC-USDT-PERP', 'ETH-USDT-PERP'];

/** Open interest of two symbols, every five minutes of the last day; of the last hours recorded twice. */
async function withRows(settings: Record<string, unknown> = {}) {
  const served = await servedApi({ settings });
  const rows = Array.from({ length: 288 }, (_, index) => noon - 24 * hour + index * 300 * second).flatMap((time) =>
    symbols.map((symbol) =>
      openInterest(time, { symbol, open_interest: '0.12345678901234567001', scheduled_time: time }),
    ),
  );
  await served.lake.write('open_interest', 'binance', 'snapshot-a', rows);
  await served.lake.write(
    'open_interest',
    'binance',
    'snapshot-b',
    rows.slice(-40).map((row) => ({ ...row, ts_recv: row.ts_recv + 1 })),
  );
  const sorted = [...rows].sort((a, b) => (a.ts_event ?? 0) - (b.ts_event ?? 0) || (a.symbol < b.symbol ? -1 : 1));
  return { ...served, rows: sorted.map((row) => rowJson('open_interest', row)) };
}

test('rows come in order, each once, with exact numbers and times', async () => {
  const { ask, rows } = await withRows();
  const answer = await ask('/v1/open-interest?exchange=binance&limit=10000');
  expect(answer.status).toBe(200);
  expect(answer.headers.get('content-type')).toBe('application/json');
  expect(answer.headers.get('link')).toBeNull();
  expect(await answer.json()).toEqual({
    dataset: 'open_interest',
    exchange: 'binance',
    symbols: null,
    from: '2026-03-27T12:00:00.000000Z',
    to: '2026-03-28T12:00:00.000000Z',
    notices: [],
    next: null,
    rows,
  });
});

test('an answer that ends before the range says where the rest is, and it goes on exactly there', async () => {
  const { ask, rows, lake } = await withRows();
  for (const type of ['application/json', 'application/x-ndjson']) {
    const found: unknown[] = [];
    let path: string | null = '/v1/open-interest?exchange=binance&limit=101';
    for (let pages = 0; path !== null; pages += 1) {
      expect(pages).toBeLessThan(10);
      const answer: Response = await ask(path, { headers: { accept: type } });
      expect(answer.status).toBe(200);
      const text = await answer.text();
      const page =
        type === 'application/json'
          ? JSON.parse(text).rows
          : text
              .trim()
              .split('\n')
              .map((line) => JSON.parse(line));
      found.push(...page);
      const link: string | null = answer.headers.get('link');
      if (type === 'application/json') expect(JSON.parse(text).next === null).toBe(link === null);
      path = /^<(.+)>; rel="next"$/.exec(link ?? '')?.[1] ?? null;
      // What is recorded of later times in the meantime changes nothing of what came before.
      await lake.write('open_interest', 'binance', `snapshot-later${type.length}x${pages}`, [
        openInterest(noon + pages),
      ]);
    }
    expect(found).toEqual(rows);
  }
});

test('the same rows come as NDJSON, CSV and Arrow', async () => {
  const { ask, rows } = await withRows();
  const get = async (accept: string) => {
    const answer = await ask('/v1/open-interest?exchange=binance&symbol=BTCUSDT', { headers: { accept } });
    expect(answer.status).toBe(200);
    expect(answer.headers.get('content-type')).toContain(accept.split(',')[0]);
    expect(answer.headers.get('vary')).toBe('accept');
    return answer;
  };
  const expected = rows.filter(({ symbol }) => symbol === 'BTC-USDT-PERP');
  const lines = (await (await get('application/x-ndjson')).text()).trimEnd().split('\n');
  expect(lines.map((line) => JSON.parse(line))).toEqual(expected);
  const [head = '', ...records] = (await (await get('text/csv, */*;q=0.1')).text()).trimEnd().split('\n');
  expect(head.split(',')).toEqual(Object.keys(expected[0] ?? {}));
  expect(records).toEqual(
    expected.map((row) =>
      Object.values(row)
        .map((value) => value ?? '')
        .join(','),
    ),
  );
  const table = tableFromIPC(new Uint8Array(await (await get('application/vnd.apache.arrow.stream')).arrayBuffer()));
  expect(table.numRows).toBe(expected.length);
  const first = table.get(0)?.toJSON();
  expect(first?.open_interest).toBe(Number('0.12345678901234567001'));
  expect(JSON.parse(first?.exact)).toEqual({ open_interest: '0.12345678901234567001' });
  expect(first?.period_seconds).toBeNull();
});

test.each([
  ['nothing', undefined, 'application/json'],
  ['everything', '*/*', 'application/json'],
  ['a browser', 'text/html,application/xhtml+xml,*/*;q=0.8', 'application/json'],
  ['the better one', 'text/csv;q=0.5, application/x-ndjson;q=0.9', 'application/x-ndjson'],
  ['any text', 'text/*', 'text/csv'],
  ['what is refused', 'application/json;q=0, */*', 'application/x-ndjson'],
])('by Accept: %s', async (_, accept, type) => {
  const { ask } = await servedApi();
  const answer = await ask('/v1/open-interest?exchange=binance', accept === undefined ? {} : { headers: { accept } });
  expect(answer.status).toBe(200);
  expect(answer.headers.get('content-type')).toContain(type);
  expect(await answer.text()).toBeDefined();
});

test('rows of one symbol and time can be told apart', async () => {
  const { ask, lake } = await servedApi();
  const times = [noon - 3 * hour, noon - 2 * hour, noon - hour];
  await lake.write('open_interest', 'binance', 'mixed-a', [
    ...times.map((time) => openInterest(time, { period_seconds: 3600 })),
    ...times.map((time) => openInterest(time, { period_seconds: 300 })),
    ...times.map((time) => openInterest(time, { scheduled_time: time })),
  ]);
  const path = '/v1/open-interest?exchange=binance&limit=2';
  const widths = async (first: string) => {
    const found: unknown[] = [];
    for (let next: string | undefined = first; next !== undefined; ) {
      const answer: Response = await ask(next);
      const { rows } = (await answer.json()) as { rows: { period_seconds: number | null }[] };
      found.push(...rows.map(({ period_seconds }) => period_seconds));
      next = /^<(.+)>; rel="next"$/.exec(answer.headers.get('link') ?? '')?.[1];
    }
    return found;
  };
  expect(await widths(path)).toHaveLength(9);
  expect(await widths(`${path}&period_seconds=3600`)).toEqual([3600, 3600, 3600]);
  expect(await widths(`${path}&period_seconds=none`)).toEqual([null, null, null]);
  const { next } = (await (await ask(`${path}&period_seconds=300`)).json()) as { next: string };
  expect((await ask(`${path}&period_seconds=300&cursor=${next}`)).status).toBe(200);
  expect((await ask(`${path}&period_seconds=3600&cursor=${next}`)).status).toBe(400);
  expect((await ask(`${path}&cursor=${next}`)).status).toBe(400);
  expect((await ask(`${path}&period_seconds=1h`)).status).toBe(400);
  expect((await ask('/v1/funding-rates?exchange=binance&kind=guessed')).status).toBe(400);
  expect((await ask('/v1/trades?exchange=binance&symbol=BTC-USDT-PERP&kind=settled')).status).toBe(400);
});

test('another dollar perpetual is taken, and it is said', async () => {
  const { ask, lake } = await servedApi();
  const row = trade('1', noon - hour, { exchange: 'hyperliquid', symbol: 'BTC-USDC-PERP' });
  await lake.write('trades', 'hyperliquid', 'segment-a', [row]);
  const answer = await ask('/v1/trades?exchange=hyperliquid&symbol=BTC-USDT-PERP');
  const body = (await answer.json()) as { symbols: string[]; rows: Fact[]; notices: string[] };
  expect(body).toMatchObject({ symbols: ['BTC-USDC-PERP'], rows: [{ trade_id: '1' }] });
  expect(body.notices).toEqual([expect.stringContaining('taking its dollar perpetual BTC-USDC-PERP')]);
  expect(answer.headers.get('feedlake-notice')).toBe(body.notices[0]);
});

test('a symbol that the lake knows nothing of has no rows, and it is said', async () => {
  const { ask, lake } = await servedApi();
  await lake.write('trades', 'binance', 'segment-a', [trade('1', noon - hour)]);
  const answer = await ask('/v1/trades?exchange=binance&symbol=BTC-USDT-PERP,NOSUCH-USDT-PERP');
  expect(await answer.json()).toMatchObject({
    symbols: ['BTC-USDT-PERP', 'NOSUCH-USDT-PERP'],
    rows: [{ trade_id: '1' }],
    notices: ['the lake has no trades and no instrument NOSUCH-USDT-PERP of binance'],
  });
});

test('a large answer streams, and ends when its reader goes', async () => {
  const { ask, lake, lines } = await servedApi({ settings: { concurrent_reads: 1 } });
  const trades = Array.from({ length: 40_000 }, (_, index) => trade(String(index), noon - hour + index * 1000));
  await lake.write('trades', 'binance', 'segment-a', trades);
  const path = '/v1/trades?exchange=binance&symbol=BTC-USDT-PERP';
  const gone = new AbortController();
  const broken = await ask(path, { headers: { accept: 'application/x-ndjson' }, signal: gone.signal });
  const reader = broken.body?.getReader();
  expect((await reader?.read())?.value?.length).toBeGreaterThan(0);
  gone.abort();
  // There is one place: it is free again.
  const answer = await ask(path, { headers: { accept: 'text/csv' } });
  expect((await answer.text()).trimEnd().split('\n')).toHaveLength(40_001);
  expect(lines.map((line) => JSON.parse(line)).filter(({ level }) => level === 'error')).toEqual([]);
  const ends = lines.map((line) => JSON.parse(line)).filter(({ route }) => route === '/v1/trades');
  expect(ends.map(({ outcome, rows }) => [outcome, rows < 40_000])).toEqual([
    ['aborted', true],
    ['complete', false],
  ]);
});

test('an answer that nobody takes is broken off where others wait', async () => {
  const { ask, lake, lines } = await servedApi({
    settings: { concurrent_reads: 1 },
    more: () => ({ patienceMs: 50 }),
  });
  const trades = Array.from({ length: 200_000 }, (_, index) => trade(String(index), noon - hour + index * 1000));
  await lake.write('trades', 'binance', 'segment-a', trades);
  const path = '/v1/trades?exchange=binance&symbol=BTC-USDT-PERP';
  const stalled = await ask(path, { headers: { accept: 'application/x-ndjson' } });
  expect(stalled.status).toBe(200);
  let next = await ask(path);
  while (next.status === 503) {
    expect(next.headers.get('retry-after')).toBe('5');
    next = await ask(path);
  }
  expect(next.status).toBe(200);
  await expect(stalled.text()).rejects.toThrow();
  const ends = lines.map((line) => JSON.parse(line)).filter(({ route }) => route === '/v1/trades');
  expect(ends.find(({ outcome }) => outcome === 'aborted')?.rows).toBeLessThan(200_000);
  expect(lines.map((line) => JSON.parse(line)).filter(({ level }) => level === 'error')).toEqual([]);
});

test('what waits when the API ends is told so, and is no error', async () => {
  const end = new AbortController();
  const { ask, lake, lines } = await servedApi({
    settings: { concurrent_reads: 1 },
    more: () => ({ signal: end.signal }),
  });
  const trades = Array.from({ length: 200_000 }, (_, index) => trade(String(index), noon - hour + index * 1000));
  await lake.write('trades', 'binance', 'segment-a', trades);
  const path = '/v1/trades?exchange=binance&symbol=BTC-USDT-PERP';
  const first = new AbortController();
  const taken = await ask(path, { headers: { accept: 'text/csv' }, signal: first.signal });
  expect(taken.status).toBe(200);
  const waiting = Array.from({ length: 8 }, async () => (await ask(path)).json());
  // Eight may wait: one more is turned away once all of them do.
  const more = async () => (await ask(path, { signal: AbortSignal.timeout(200) }).catch(() => null))?.status;
  while ((await more()) !== 503);
  end.abort(new Error('the API was ended'));
  for (const told of await Promise.all(waiting)) {
    expect(told).toMatchObject({ status: 503, type: 'urn:feedlake:problem:ended' });
  }
  first.abort();
  expect(lines.map((line) => JSON.parse(line)).filter(({ level }) => level === 'error')).toEqual([]);
});

test('an answer that breaks off never looks whole', async () => {
  const { ask, lake } = await servedApi();
  for (let part = 0; part < 6; part += 1) {
    const trades = Array.from({ length: 2000 }, (_, index) =>
      trade(`${part}${index}`, noon - hour + part * 60 * second + index * 1000),
    );
    await lake.write('trades', 'binance', `segment-${String(part).padStart(2, '0')}`, trades);
  }
  const { store } = lake;
  const last = 'v1/trades/exchange=binance/date=2026-03-28/segment-05.parquet';
  const bytes = await store.read(last);
  await store.remove(last);
  await store.create(last, bytes.fill(7, 4, 400));
  const answer = await ask('/v1/trades?exchange=binance&symbol=BTC-USDT-PERP', { headers: { accept: 'text/csv' } });
  expect(answer.status).toBe(200);
  await expect(answer.text()).rejects.toThrow();
});
