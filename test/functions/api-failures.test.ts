import { BackfillJobs } from '@feedlake/collector';
import { expect, test } from 'vitest';
import { token } from '../infra/offline/stages.ts';
import { fixture } from './support/fixture.ts';
import type { RunningFunction } from './support/lambda.ts';

const aws = fixture();

/** What a function URL hands over of a POST. */
function posted(path: string, body: object) {
  const http = { method: 'POST', path, protocol: 'HTTP/1.1', sourceIp: '203.0.113.7', userAgent: 'test' };
  return {
    version: '2.0',
    rawPath: path,
    rawQueryString: '',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    requestContext: { domainName: 'abcdefghijklmnop.lambda-url.ap-northeast-1.on.aws', http },
    body: JSON.stringify(body),
    isBase64Encoded: false,
  };
}

async function post(api: RunningFunction, path: string, body: object) {
  const { value, prelude } = await api.invoke(posted(path, body));
  return { status: prelude?.statusCode, problem: JSON.parse(String(value)) };
}

test('a lake that the snapshot function could not write to is no fault of the API', async () => {
  const { root } = aws.newLake();
  const api = await aws.start('Api', root);
  const snapshot = await aws.start('Snapshot', root);
  const denied = Object.assign(new Error('access denied'), { name: 'StoreError' });
  aws.invocations.answer = () => ({ ...snapshot, invoke: () => Promise.reject(denied) });
  const answer = await post(api, '/v1/snapshots/open_interest', { exchange: 'bybit' });
  expect(answer).toMatchObject({ status: 503, problem: { type: 'urn:feedlake:problem:lake-unavailable' } });
});

test('what no deployed function does is not offered', async () => {
  const { root } = aws.newLake();
  const api = await aws.start('Api', root, {
    settings: ({ exchanges }) => {
      if (exchanges.bybit !== undefined) exchanges.okx = { ...exchanges.bybit, exchange: 'okx', engine: 'ccxt' };
    },
  });
  const answer = await post(api, '/v1/snapshots/open_interest', { exchange: 'okx' });
  expect(answer).toMatchObject({ status: 501, problem: { type: 'urn:feedlake:problem:not-available' } });
});

test('a backfill that no function takes does not wait for ever', async () => {
  const { root, lake } = aws.newLake();
  const api = await aws.start('Api', root, { variables: { AWS_ENDPOINT_URL_LAMBDA: 'http://127.0.0.1:9' } });
  const range = { from: '2026-11-20T00:00:00Z', to: '2026-11-21T00:00:00Z' };
  const answer = await post(api, '/v1/backfills', { exchange: 'bybit', dataset: 'open_interest', ...range });
  expect(answer.status).toBe(500);
  const [id = '', ...others] = await lake.store.folders('_backfills/');
  expect(others).toEqual([]);
  const jobs = new BackfillJobs({
    lake,
    venueOf: (exchange) => {
      throw new RangeError(exchange);
    },
  });
  expect(await jobs.status(id)).toMatchObject({
    state: 'failed',
    failures: [{ exchange: 'bybit', symbol: null, message: 'no function took it', kind: 'internal' }],
  });
});
