import { type Answer, startVenue, type Venue } from './venue.ts';

/** Perpetuals of a small Gate, by settlement: contracts of 0.0001 BTC, and of one dollar each. */
const contracts: Readonly<Record<string, readonly object[]>> = {
  usdt: [contract('BTC_USDT', '0.0001')],
  btc: [contract('BTC_USD', '0')],
};

function contract(name: string, quanto_multiplier: string) {
  return {
    name,
    quanto_multiplier,
    type: quanto_multiplier === '0' ? 'inverse' : 'direct',
    status: 'trading',
    mark_price: '60000.5',
    index_price: '60001.25',
    funding_rate: '0.0000734',
    funding_rate_indicative: '0.0000735',
    funding_interval: 28800,
    funding_next_apply: Date.UTC(2026, 9, 15, 16) / 1000,
    order_price_deviate: '0.5',
    order_price_round: '0.1',
    order_size_min: 1,
    order_size_max: 1000000,
    leverage_min: '1',
    leverage_max: '100',
    create_time: Date.UTC(2020, 0, 1) / 1000,
    in_delisting: false,
    position_size: 123456789,
  };
}

export interface GateOptions {
  /** The exchange's time, in seconds. */
  readonly now: number;
  /** Hourly buckets of open interest that are kept. */
  readonly buckets: number;
}

/** Contracts open in the bucket of a time (s): more digits than a double holds. */
export function gateContracts(time: number): string {
  return `1234567890123456${String(time).slice(-6)}`;
}

/** The public REST API of a Gate that has just two contracts, with invented figures. */
export function startGate({ now, buckets }: GateOptions): Promise<Venue> {
  const last = Math.floor(now / 3600) * 3600;
  const times = Array.from({ length: buckets }, (_, index) => last - (buckets - 1 - index) * 3600);
  const settled = times.filter((time) => time % 28_800 === 0);
  const answer: Answer = (response, request) => {
    const { pathname, searchParams: query } = new URL(request.url ?? '/', 'http://gate');
    const [, kind = '', settle = '', what = ''] = /^\/api\/v4\/(futures|delivery)\/(\w+)\/(\w+)$/.exec(pathname) ?? [];
    const limit = Math.min(100, Number(query.get('limit') ?? 100));
    const send = (body: string, status = 200) =>
      response.writeHead(status, { 'content-type': 'application/json' }).end(body);
    if (what === 'contracts') send(JSON.stringify(kind === 'futures' ? (contracts[settle] ?? []) : []));
    else if (what === 'contract_stats') {
      // Oldest first from `from` on; there is no end. Numbers are JSON numbers.
      const page = times.filter((time) => time >= Number(query.get('from') ?? last)).slice(0, limit);
      const rows = page.map(
        (time) =>
          `{"time":${time},"mark_price":60000.5,"open_interest":${gateContracts(time)},"open_interest_usd":1.5}`,
      );
      send(`[${rows.join(',')}]`);
    } else if (what === 'funding_rate') {
      // Newest first, up to `to`.
      const to = Number(query.get('to') ?? now);
      const page = settled.filter((time) => time >= Number(query.get('from') ?? 0) && time <= to).slice(-limit);
      send(JSON.stringify(page.reverse().map((t) => ({ r: '0.000123', t }))));
    } else send(JSON.stringify({ label: 'INVALID_PARAM_VALUE', message: 'no such path' }), 400);
  };
  return startVenue(answer);
}
