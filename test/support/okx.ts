import { type Answer, json, startVenue, type Venue } from './venue.ts';

const hour = 3_600_000;
const ms = (time: number) => String(time);

/** Instruments of a small OKX: linear and inverse perpetuals, and a dated future. */
const instruments = {
  SWAP: [
    instrument('BTC-USDT-SWAP', { ctVal: '0.01', settleCcy: 'USDT', tickSz: '0.1', lotSz: '0.1' }),
    instrument('DOGE-USDT-SWAP', { ctVal: '1000', settleCcy: 'USDT', tickSz: '0.00001', lotSz: '1' }),
    instrument('BTC-USD-SWAP', { ctVal: '100', settleCcy: 'BTC', tickSz: '0.1', lotSz: '1' }),
    instrument('OLD-USDT-SWAP', { ctVal: '1', settleCcy: 'USDT', tickSz: '0.1', lotSz: '1', state: 'suspend' }),
  ],
  FUTURES: [
    instrument('BTC-USDT-261225', {
      ctVal: '0.01',
      settleCcy: 'USDT',
      tickSz: '0.1',
      lotSz: '1',
      expTime: ms(Date.UTC(2026, 11, 25, 8)),
    }),
  ],
};

function instrument(instId: string, more: Readonly<Record<string, string>>) {
  const [base = '', quote = ''] = instId.split('-');
  const instType = instId.endsWith('-SWAP') ? 'SWAP' : 'FUTURES';
  const ctType = more.settleCcy === quote ? 'linear' : 'inverse';
  return {
    instType,
    instId,
    uly: `${base}-${quote}`,
    instFamily: `${base}-${quote}`,
    ctType,
    ctMult: '1',
    state: 'live',
    listTime: ms(Date.UTC(2020, 0, 1)),
    expTime: '',
    ...more,
  };
}

/** Open interest as OKX tells it: contracts, the same in the base asset, the same in dollars. */
const openInterest: Readonly<Record<string, readonly [string, string, string]>> = {
  'BTC-USDT-SWAP': ['3120750.4', '31207.504', '3120750400.123456789012345'],
  'DOGE-USDT-SWAP': ['812345', '812345000', '97481400'],
  'BTC-USD-SWAP': ['4100000', '4100.25', '410000000'],
  'BTC-USDT-261225': ['51200', '512', '51200000'],
};

export interface OkxOptions {
  /** The exchange's time, in milliseconds. */
  readonly now: number;
  /** How many settlements there are, one every eight hours up to now. */
  readonly settlements: number;
}

/** The rate that was settled at a time. */
export function okxRate(time: number): string {
  return `0.0000${(time / (8 * hour)) % 1000}1`;
}

/** The public REST API of an OKX that has just a few instruments, with invented figures. */
export function startOkx({ now, settlements }: OkxOptions): Promise<Venue> {
  const last = Math.floor(now / (8 * hour)) * 8 * hour;
  const next = last + 8 * hour;
  const times = Array.from({ length: settlements }, (_, index) => last - index * 8 * hour);
  const routes: Readonly<Record<string, (query: URLSearchParams) => unknown>> = {
    '/api/v5/public/instruments': (query) => instruments[query.get('instType') as keyof typeof instruments] ?? [],
    '/api/v5/public/open-interest': (query) =>
      Object.entries(openInterest)
        .filter(([instId]) => (query.get('instType') === 'SWAP') === instId.endsWith('-SWAP'))
        .filter(([instId]) => [null, instId].includes(query.get('instId')))
        .map(([instId, [oi, oiCcy, oiUsd]]) => ({
          instId,
          instType: query.get('instType'),
          oi,
          oiCcy,
          oiUsd,
          ts: ms(now),
        })),
    '/api/v5/public/funding-rate': (query) =>
      instruments.SWAP.filter(({ instId }) => ['ANY', instId].includes(query.get('instId') ?? '')).map(
        ({ instId }) => ({
          instId,
          instType: 'SWAP',
          fundingRate: '0.0000123456789012345',
          fundingTime: ms(next),
          nextFundingRate: '',
          nextFundingTime: ms(next + 8 * hour),
          ts: ms(now),
        }),
      ),
    // Newest first, between `before` and `after`, both exclusive.
    '/api/v5/public/funding-rate-history': (query) =>
      times
        .filter((time) => time > Number(query.get('before') ?? 0))
        .filter((time) => time < Number(query.get('after') ?? Number.POSITIVE_INFINITY))
        .slice(0, Math.min(100, Number(query.get('limit') ?? 100)))
        .map((time) => ({ instId: query.get('instId'), realizedRate: okxRate(time), fundingTime: ms(time) })),
  };
  const answer: Answer = (response, request) => {
    const { pathname, searchParams } = new URL(request.url ?? '/', 'http://okx');
    const route = routes[pathname];
    if (route === undefined) json(response, { code: '404', data: [], msg: 'no such path' }, 404);
    else json(response, { code: '0', msg: '', data: route(searchParams) });
  };
  return startVenue(answer);
}
