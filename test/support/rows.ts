import { parseIsoTime, type Row } from '@feedlake/schema';

/** Microseconds of an ISO time. */
export function at(iso: string): number {
  const micros = parseIsoTime(iso);
  if (micros === null) throw new RangeError(iso);
  return micros;
}

type Symbolic = { symbol?: string | undefined };

const common = ({ symbol = 'BTC-USDT-PERP' }: Symbolic, time: number) => ({
  exchange: 'binance',
  symbol,
  venue_symbol: symbol.replaceAll('-', ''),
  ts_event: time,
  ts_recv: time + 1000,
  source: 'simulated',
});

/** An open interest row of binance. */
export function openInterest(time: number, values: Partial<Row<'open_interest'>> = {}): Row<'open_interest'> {
  return { ...common(values, time), open_interest: '1234.5', ...values };
}

/** A trade of binance. */
export function trade(id: string, time: number, values: Partial<Row<'trades'>> = {}): Row<'trades'> {
  return {
    ...common(values, time),
    trade_id: id,
    side: 'buy',
    price: '60000.1',
    size: '0.002',
    off_book: false,
    ...values,
  };
}
