import { minute, second } from '@feedlake/schema';
import { createLogger } from '@feedlake/telemetry';
import { type Fault, ProxyPool, type ProxyTurn } from '@feedlake/transport';
import { expect, test } from 'vitest';
import { FakeClock } from '../../support/fake-clock.ts';

const a = 'socks5h://ann:hunter2@a.example:1080';
const b = 'http://b.example:3128';
const refused: Fault = { kind: 'network', message: 'connection refused by the proxy' };
const blocked: Fault = { kind: 'geo_blocked', message: 'HTTP 451' };

function pool(rest: readonly string[], websocket: readonly string[] = ['direct']) {
  const clock = new FakeClock();
  const lines: string[] = [];
  const logger = createLogger({ level: 'trace', stream: { write: (line) => lines.push(JSON.parse(line).message) } });
  const made = new ProxyPool({ exchange: 'venue', proxies: { rest, websocket }, clock, logger });
  const choose = (except: readonly string[] = []): ProxyTurn => {
    const turn = made.choose('rest', (proxy) => !except.includes(proxy));
    if (turn === null) throw new Error('no turn');
    return turn;
  };
  const pass = (micros: number) => clock.delay(micros / 1000);
  const scores = () =>
    Object.fromEntries(made.scores().map(({ protocol, proxy, score }) => [`${protocol} ${proxy}`, score]));
  return { pool: made, clock, lines, choose, pass, scores };
}

test('the first is used for as long as it is well', async () => {
  const { pool: proxies, choose, pass, lines } = pool([a, b]);
  for (let n = 0; n < 20; n++) {
    const turn = choose();
    expect(turn.proxy).toBe(a);
    proxies.succeeded(turn);
    await pass(minute);
  }
  expect(lines).toEqual([]);
});

test('many that met one failure together leave once, by one place', () => {
  const { pool: proxies, choose, lines } = pool([a, b, 'direct']);
  const turns = Array.from({ length: 50 }, () => choose());
  for (const turn of turns) proxies.failed(turn, refused, true);
  expect(choose().proxy).toBe(b);
  expect(lines).toEqual([
    'venue rest: leaving socks5h://a.example:1080 for http://b.example:3128 until 2026-11-03T08:00:30Z: connection refused by the proxy',
  ]);
});

test('it is probed by one user, and taken back when it is well', async () => {
  const { pool: proxies, choose, pass, lines } = pool([a, b]);
  proxies.failed(choose(), refused, true);
  await pass(30 * second - 1000);
  expect(choose().proxy).toBe(b);
  await pass(1000);
  const probe = choose();
  expect(probe.proxy).toBe(a);
  expect([choose().proxy, choose().proxy]).toEqual([b, b]);
  proxies.succeeded(probe);
  expect(choose().proxy).toBe(a);
  expect(lines.at(-1)).toBe('venue rest: socks5h://a.example:1080 is well again');
});

test('a probe that fails makes the rest twice as long, up to a limit, without a word', async () => {
  const { pool: proxies, choose, pass, lines } = pool([a, b]);
  proxies.failed(choose(), refused, true);
  const rests: number[] = [];
  for (let n = 0; n < 9; n++) {
    let turn = choose();
    let rest = 0;
    while (turn.proxy === b) {
      await pass(30 * second);
      rest += 30;
      turn = choose();
    }
    rests.push(rest);
    proxies.failed(turn, refused, true);
  }
  expect(rests).toEqual([30, 60, 120, 240, 480, 960, 1920, 1920, 1920]);
  expect(lines.length).toBe(1);
});

test('a probe that nothing is heard of frees the proxy for another', async () => {
  const { pool: proxies, choose, pass } = pool([a, b]);
  proxies.failed(choose(), refused, true);
  await pass(30 * second);
  expect([choose().proxy, choose().proxy]).toEqual([a, b]);
  await pass(minute);
  expect([choose().proxy, choose().proxy]).toEqual([a, b]);
});

test('a block is left alone for longer than a refused connection, a ban until it ends', async () => {
  const { pool: proxies, clock, choose, pass } = pool([a, b, 'direct']);
  proxies.failed(choose(), blocked, false);
  proxies.failed(choose(), { kind: 'banned', message: 'banned', retryAt: clock.now() + 20 * minute }, false);
  expect(choose().proxy).toBe('direct');
  await pass(10 * minute - second);
  expect(choose().proxy).toBe('direct');
  await pass(second);
  expect(choose().proxy).toBe(a);
  expect(choose().proxy).toBe('direct');
  await pass(10 * minute);
  expect([choose().proxy, choose().proxy, choose().proxy]).toEqual([a, b, 'direct']);
});

test('what was begun before a failure says nothing afterwards, for good or bad', async () => {
  const { pool: proxies, choose, pass, scores } = pool([a, b]);
  const [first, second_] = [choose(), choose()];
  proxies.failed(first, refused, true);
  proxies.succeeded(second_);
  expect(choose().proxy).toBe(b);
  await pass(30 * second);
  proxies.succeeded(choose());
  proxies.failed(second_, refused, true);
  expect(choose().proxy).toBe(a);
  expect(scores()['rest socks5h://a.example:1080']).toBe(0.5);
});

test('with none well, the one that is due first is used, and the first success brings it back', async () => {
  const { pool: proxies, choose, lines } = pool([a, b]);
  proxies.failed(choose(), blocked, false);
  proxies.failed(choose(), refused, true);
  for (let n = 0; n < 5; n++) {
    const turn = choose();
    expect(turn.proxy).toBe(b);
    proxies.failed(turn, refused, true);
    const other = choose([b]);
    expect(other.proxy).toBe(a);
    proxies.failed(other, blocked, false);
  }
  proxies.succeeded(choose());
  expect(choose().proxy).toBe(b);
  expect(lines.map((line) => line.replace(/ until.*/, ''))).toEqual([
    'venue rest: leaving socks5h://a.example:1080 for http://b.example:3128',
    'venue rest: leaving http://b.example:3128, though nothing else is well',
    'venue rest: http://b.example:3128 is well again',
  ]);
});

test('an outage of our own line leaves no long rests behind', async () => {
  const { pool: proxies, choose, pass } = pool([a, b]);
  for (let n = 0; n < 100; n++) for (const except of [[], [b]]) proxies.failed(choose(except), refused, true);
  await pass(30 * second);
  expect(choose().proxy).toBe(a);
});

test('setbacks are forgiven, so that the score recovers', async () => {
  const { pool: proxies, choose, pass, scores } = pool([a, b]);
  const score = () => scores()['rest socks5h://a.example:1080'];
  for (const rest of [30, 60]) {
    proxies.failed(choose(), refused, true);
    await pass(rest * second);
  }
  proxies.succeeded(choose());
  expect(score()).toBe(0.25);
  await pass(10 * minute);
  expect(score()).toBe(0.5);
  await pass(10 * minute);
  expect(score()).toBe(1);
});

test('a proxy that can not be used is left by both protocols, one that is blocked by one alone', () => {
  const { pool: proxies, choose } = pool([a, b], [b, a, 'direct']);
  const websocket = () => proxies.choose('websocket')?.proxy;
  proxies.failed(choose(), blocked, false);
  expect([choose().proxy, websocket()]).toEqual([b, b]);
  proxies.failed(choose(), refused, true);
  expect(websocket()).toBe(a);
});

test('a turn that waited is renewed while its proxy is the one to use', async () => {
  const { pool: proxies, choose } = pool([a, b]);
  const [one, two] = [choose(), choose()];
  expect(proxies.renew(one)).toBe(one);
  proxies.failed(two, refused, true);
  expect(proxies.renew(one)).toBeNull();
  expect(proxies.renew(one, (proxy) => proxy === a)?.proxy).toBe(a);
});

test('the caller leaves out what failed for it; a pool of one has no rotation to tell of', () => {
  const { pool: proxies, choose, lines } = pool([a]);
  expect(proxies.choose('rest', () => false)).toBeNull();
  proxies.failed(choose(), refused, true);
  proxies.succeeded(choose());
  expect(lines).toEqual([]);
});

test('scores and lines hold neither user nor password', () => {
  const { pool: proxies, choose, lines } = pool([a, b]);
  proxies.failed(choose(), refused, true);
  expect(JSON.stringify([lines, proxies.scores()])).not.toMatch(/hunter2|ann/);
});

test('a list must have something in it, and nothing but proxies', () => {
  expect(() => pool([])).toThrow('the list of proxies is empty');
  expect(() => pool(['ftp://a:1'])).toThrow("a proxy must be 'direct' or");
  expect(pool([a, a]).pool.proxies('rest')).toEqual([a]);
});
