import { setTimeout as delay } from 'node:timers/promises';
import type { FaultRule, VenueId } from '@feedlake/simulator';
import { describe, expect, it } from 'vitest';
import { ask, data, simulate } from './client.ts';

const path = '/fapi/v1/openInterest?symbol=BTCUSDT';
const bulk: Readonly<Record<VenueId, [string, unknown?]>> = {
  binance: ['/fapi/v1/premiumIndex'],
  bybit: ['/v5/market/tickers?category=linear'],
  hyperliquid: ['/info', { type: 'metaAndAssetCtxs' }],
  backpack: ['/api/v1/openInterest'],
};

async function under(rule: FaultRule, venue: VenueId = 'binance') {
  const simulator = await simulate();
  await simulator.faults.add(rule);
  return { simulator, answer: () => ask(simulator, venue, ...bulk[venue]) };
}

describe('faults on request', () => {
  it.each([
    ['binance', '"code":-1003'],
    ['bybit', '"retCode":10429'],
    ['hyperliquid', 'null'],
    ['backpack', 'TOO_MANY_REQUESTS'],
  ] as const)('429 in the words of %s, with Retry-After only where asked for', async (venue, words) => {
    const { simulator, answer } = await under({ kind: '429', venue }, venue);
    const plain = await answer();
    expect(plain).toMatchObject({ status: 429, text: expect.stringContaining(words) });
    expect(plain.headers.has('retry-after')).toBe(false);
    await simulator.faults.clear();
    await simulator.faults.add({ kind: '429-retry-after', venue, seconds: 7 });
    expect((await answer()).headers.get('retry-after')).toBe('7');
    await simulator.faults.clear();
    expect((await answer()).status).toBe(200);
  });

  it('418 says until when', async () => {
    const { answer } = await under({ kind: '418', seconds: 60 });
    expect(await answer()).toMatchObject({ status: 418, text: expect.stringMatching(/banned until \d{13}/) });
  });

  it('a limit of the account on Bybit comes with status 200', async () => {
    const { answer } = await under({ kind: 'account-limit' }, 'bybit');
    const limited = await answer();
    expect(limited).toMatchObject({ status: 200, text: expect.stringContaining('10006') });
    expect(limited.headers.get('x-bapi-limit-reset-timestamp')).toMatch(/^\d{13}$/);
  });

  it('451 as JSON and 403 as a page', async () => {
    const blocked = await (await under({ kind: '451' })).answer();
    expect(blocked).toMatchObject({ status: 451, text: expect.stringContaining('restricted location') });
    const page = await (await under({ kind: '403-html' }, 'bybit')).answer();
    expect(page).toMatchObject({ status: 403, text: expect.stringMatching(/^<!DOCTYPE html>/) });
    expect(page.headers.get('content-type')).toBe('text/html');
  });

  it('5xx with the status that is asked for', async () => {
    expect((await (await under({ kind: '5xx' })).answer()).status).toBe(503);
    expect((await (await under({ kind: '5xx', status: 502 })).answer()).status).toBe(502);
  });

  it('200 with a page, and JSON that ends half-way', async () => {
    const page = await (await under({ kind: '200-html' })).answer();
    expect(page).toMatchObject({ status: 200, text: expect.stringContaining('<html>') });
    const { simulator, answer } = await under({ kind: 'truncated' });
    const half = await answer();
    expect(half.status).toBe(200);
    expect(() => JSON.parse(half.text)).toThrow(SyntaxError);
    expect(simulator.truth.records()).toEqual([]);
  });

  it('a connection that breaks before or within the reply', async () => {
    await expect((await under({ kind: 'reset' })).answer()).rejects.toThrow();
    await expect((await under({ kind: 'cut' })).answer()).rejects.toThrow();
  });

  it('connections refused until the rule is cleared, on the port that it had', async () => {
    const { simulator, answer } = await under({ kind: 'refuse', venue: 'binance' });
    await expect(answer()).rejects.toThrow();
    expect((await ask(simulator, 'bybit', ...bulk.bybit)).status).toBe(200);
    await simulator.faults.clear();
    expect((await answer()).status).toBe(200);
  });

  it('a slow reply does not hold up others', async () => {
    const simulator = await simulate();
    await simulator.faults.add({ kind: 'slow', match: 'ETHUSDT', delayMs: 60_000 });
    const slow = ask(simulator, 'binance', '/fapi/v1/openInterest?symbol=ETHUSDT').then(
      () => 'answered',
      () => 'ended',
    );
    expect((await ask(simulator, 'binance', path)).status).toBe(200);
    expect(await Promise.race([slow, delay(20, 'waiting')])).toBe('waiting');
    await simulator.close();
    expect(await slow).toBe('ended');
  });

  it.each(Object.keys(bulk) as VenueId[])('one bad row among good ones on %s, and no truth of it', async (venue) => {
    const simulator = await simulate();
    const good = await data<unknown>(simulator, venue, ...bulk[venue]);
    const truths = simulator.truth.records({ venue }).length;
    simulator.truth.clear();
    await simulator.faults.add({ kind: 'bad-row', row: 0, value: 'abc' });
    const bad = await ask(simulator, venue, ...bulk[venue]);
    expect(bad.text).toContain('"abc"');
    const lengthOf = (value: unknown) => JSON.stringify(value).split('"symbol"').length;
    expect(lengthOf(JSON.parse(bad.text))).toBe(lengthOf(good));
    const left = simulator.truth.records({ venue });
    expect(left.length).toBeLessThan(truths);
    expect(left.length).toBeGreaterThan(truths - 4);
    expect(left.some((record) => Object.values(record.fields).includes('abc'))).toBe(false);
  });

  it('hits what it matches, after and as often as it is told', async () => {
    const simulator = await simulate();
    await simulator.faults.add({ kind: '5xx', match: /symbol=(BTC|ETH)USDT$/, after: 1, times: 2 });
    const statuses: number[] = [];
    for (let i = 0; i < 5; i += 1) statuses.push((await ask(simulator, 'binance', path)).status);
    expect(statuses).toEqual([200, 503, 503, 200, 200]);
    expect(simulator.requests('binance').map((request) => request.status)).toEqual(statuses);
  });
});
