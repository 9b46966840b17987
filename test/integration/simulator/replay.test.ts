import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { ask, simulate } from './client.ts';

const folders: string[] = [];

afterEach(async () => {
  await Promise.all(folders.splice(0).map((folder) => rm(folder, { recursive: true })));
});

async function replay(files: Readonly<Record<string, string>>) {
  const folder = await mkdtemp(join(tmpdir(), 'recordings-'));
  folders.push(folder);
  for (const [name, text] of Object.entries(files)) {
    await mkdir(dirname(join(folder, name)), { recursive: true });
    await writeFile(join(folder, name), text);
  }
  return simulate({ replay: folder });
}

describe('replay of recorded replies', () => {
  it('sends text byte for byte with its status and type, unmarked, and states no truth', async () => {
    const text = '[ {"openInterest": "1.50",\n "symbol":"A_USDC_PERP", "timestamp": 1770000000000} ]';
    const simulator = await replay({
      'one.json': JSON.stringify({
        venue: 'backpack',
        request: 'GET /api/v1/openInterest?symbol=A_USDC_PERP',
        status: 200,
        headers: { 'Content-Type': 'application/json', 'X-Own': 'kept', 'content-length': '1' },
        bodyText: text,
      }),
    });
    const answer = await ask(simulator, 'backpack', '/api/v1/openInterest?symbol=A_USDC_PERP');
    expect(answer).toMatchObject({ status: 200, text });
    expect(answer.headers.get('x-own')).toBe('kept');
    expect(answer.headers.has('x-feedlake-simulated')).toBe(false);
    expect(simulator.truth.records()).toEqual([]);
    expect(simulator.requests('backpack')).toHaveLength(1);
  });

  it('keeps the digits of numbers that were recorded as JSON', async () => {
    const simulator = await replay({
      'bybit-linear/a.json':
        '{"request":{"method":"GET","path":"/v5/x","query":""},"response":{"v":0.1234567890123456789,"w":1.50}}',
    });
    expect((await ask(simulator, 'bybit', '/v5/x')).text).toBe('{"v":0.1234567890123456789,"w":1.50}');
  });

  it('sends a bare reply as its file stands, to the request that its fields tell', async () => {
    const text = '[{"symbol":"A","fundingRate":"0.10","fundingTime":1600000000000}]\n';
    const simulator = await replay({ 'binance/funding.json': text });
    expect((await ask(simulator, 'binance', '/fapi/v1/fundingRate?symbol=A&limit=1000')).text).toBe(text);
    expect((await ask(simulator, 'binance', '/fapi/v1/fundingRate?symbol=B')).status).toBe(404);
  });

  it('reads one record a line, and arrays of them', async () => {
    const line = (symbol: string) =>
      JSON.stringify({ request: `GET /api/v1/x?symbol=${symbol}`, status: 400, bodyText: symbol });
    const cassette = [
      {
        request: { method: 'POST', uri: 'https://api.hyperliquid.xyz/info', body: '{"type": "meta"}' },
        response: { status: { code: 200 }, bodyText: '{}' },
      },
    ];
    const simulator = await replay({
      'backpack/errors.jsonl': `${line('A')}\n${line('B')}\n`,
      'cassette.json': JSON.stringify(cassette),
    });
    expect(await ask(simulator, 'backpack', '/api/v1/x?symbol=B')).toMatchObject({ status: 400, text: 'B' });
    expect(await ask(simulator, 'hyperliquid', '/info', { type: 'meta' })).toMatchObject({ status: 200, text: '{}' });
  });

  it('follows a manifest: other venues and stream messages are left out', async () => {
    const record = (text: string) => JSON.stringify({ request: 'GET /api/v1/x', status: 200, bodyText: text });
    const simulator = await replay({
      'MANIFEST.json': JSON.stringify([
        { file: 'a.json', exchange: 'backpack', kind: 'rest-response' },
        { file: 'backpack/b.json', exchange: 'kucoin', kind: 'rest-response' },
        { file: 'backpack/c.json', exchange: 'backpack', kind: 'ws-message' },
      ]),
      'a.json': record('a'),
      'backpack/b.json': record('b'),
      'backpack/c.json': record('c'),
    });
    expect(JSON.parse((await ask(simulator, 'backpack', '/_simulator/recorded')).text)).toEqual([
      'GET /api/v1/x (a.json)',
    ]);
  });

  it.each([
    ['binance', '/fapi/v1/x', undefined, 404, '-5000'],
    ['bybit', '/v5/x', undefined, 404, 'not found'],
    ['hyperliquid', '/info', { type: 'x' }, 422, 'deserialize'],
    ['backpack', '/api/v1/x', undefined, 404, 'not found'],
  ] as const)('answers as %s does where nothing is recorded', async (venue, path, body, status, words) => {
    const simulator = await replay({});
    expect(await ask(simulator, venue, path, body)).toMatchObject({ status, text: expect.stringContaining(words) });
  });

  it('takes faults as the model does', async () => {
    const simulator = await replay({});
    await simulator.faults.add({ kind: '451' });
    expect((await ask(simulator, 'binance', '/fapi/v1/x')).status).toBe(451);
  });
});
