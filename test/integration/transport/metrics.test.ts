import { Metrics } from '@feedlake/telemetry';
import { expect, test } from 'vitest';
import { startHttpProxy } from '../../support/proxies.ts';
import { failure, get, plainRules, testClient } from '../../support/rest.ts';
import { json, page, startVenue } from '../../support/venue.ts';

/** The samples of a metric, without `exchange`: labels to value. */
async function samples(metrics: Metrics, name: string): Promise<Record<string, number>> {
  const lines = (await metrics.text()).split('\n').filter((line) => line.startsWith(`${name}{`));
  return Object.fromEntries(
    lines.map((line) => {
      const [, labels = '', value] = /\{exchange="venue\d+",?(.*)\} (.*)$/.exec(line) ?? [];
      return [labels, Number(value)];
    }),
  );
}

test('requests are counted by what came of them, with their time, bytes and retries', async () => {
  await using venue = await startVenue((response, _request, count) => {
    if (count === 1) json(response, {}, 503);
    else if (count === 2) json(response, { ok: 1 });
    else page(response, 'Not here', 403);
  });
  const metrics = new Metrics();
  await using t = testClient([venue.url], { metrics });
  await t.client.request(get('/'));
  await failure(t.client.request(get('/')));
  expect(await samples(metrics, 'feedlake_rest_requests_total')).toEqual({
    'outcome="maintenance"': 1,
    'outcome="ok"': 1,
    'outcome="geo_blocked"': 1,
  });
  expect(await samples(metrics, 'feedlake_rest_retries_total')).toEqual({ '': 1 });
  expect(await samples(metrics, 'feedlake_rest_received_bytes_total')).toEqual({ '': t.client.stats().bytes });
  expect(await samples(metrics, 'feedlake_rest_request_duration_seconds_count')).toEqual({ '': 3 });
});

test('a proxy that fails is an outcome of its own, and its score and the way taken instead are shown', async () => {
  await using proxy = await startHttpProxy();
  await using venue = await startVenue((response) => json(response, {}));
  const metrics = new Metrics();
  const proxies = ['socks5://ann:hunter2@127.0.0.1:1', `http://127.0.0.1:${proxy.port}`];
  await using t = testClient([venue.url], { metrics, proxies });
  await t.client.request(get('/'));
  expect(await samples(metrics, 'feedlake_rest_requests_total')).toEqual({ 'outcome="proxy"': 1, 'outcome="ok"': 1 });
  const [dead, good] = [
    'protocol="rest",proxy="socks5://127.0.0.1:1"',
    `protocol="rest",proxy="http://127.0.0.1:${proxy.port}"`,
  ];
  expect(await samples(metrics, 'feedlake_proxy_score')).toEqual({ [dead]: 0.5, [good]: 1 });
  expect(await samples(metrics, 'feedlake_proxy_demoted')).toEqual({ [dead]: 1, [good]: 0 });
  expect(await metrics.text()).not.toMatch(/hunter2|ann:/);
});

test('breakers and budgets are shown as they are when asked, and no longer than the client lives', async () => {
  await using venue = await startVenue((response, request) => json(response, {}, request.url === '/down' ? 503 : 200));
  const metrics = new Metrics();
  const rules = plainRules({ budgets: [{ pool: 'weight', capacity: 20, seconds: 60 }] });
  await using t = testClient([venue.url], { metrics, rules, retries: 0 });
  const breaker = `host="127.0.0.1:${venue.port}",proxy="direct"`;
  await t.client.request(get('/', { weight: 5 }));
  expect(await samples(metrics, 'feedlake_rest_breaker_state')).toEqual({ [breaker]: 0 });
  expect(await samples(metrics, 'feedlake_rest_budget_used_ratio')).toEqual({ 'pool="weight",proxy="direct"': 0.25 });
  for (let n = 0; n < 5; n++) await failure(t.client.request(get('/down')));
  expect(await samples(metrics, 'feedlake_rest_breaker_state')).toEqual({ [breaker]: 2 });
  await t.clock.delay(60_000);
  expect(await samples(metrics, 'feedlake_rest_budget_used_ratio')).toEqual({ 'pool="weight",proxy="direct"': 0 });
  await t.client.close();
  expect(await samples(metrics, 'feedlake_rest_breaker_state')).toEqual({});
  expect(await samples(metrics, 'feedlake_rest_requests_total')).toEqual({
    'outcome="ok"': 1,
    'outcome="maintenance"': 5,
  });
});
