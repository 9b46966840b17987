import type { Lake } from '@feedlake/lake';
import { day, isoDate, type Row, rowJson } from '@feedlake/schema';
import * as z from 'zod';
import { exchangeField } from '../openapi/fields.ts';
import { problems, usualProblems } from '../openapi/problems.ts';
import { rowSchema } from '../openapi/row-schema.ts';
import { serve } from './serve.ts';
import { exchangeOf, inside, type Routes, signalOf } from './shared.ts';

type Instrument = Row<'instruments'>;

const query = () =>
  z.strictObject({
    exchange: exchangeField().optional().meta({ description: 'Only those of this exchange' }),
    match: z
      .string()
      .min(1)
      .max(64)
      .optional()
      .meta({ description: 'Only those whose symbol or own name contains it, in any case', example: 'PEPE' }),
  });

/** `GET /v1/symbols`: the instruments that the lake knows, as they were described last. */
export function symbolRoutes(routes: Routes): void {
  const { options } = routes;
  serve(
    routes,
    {
      method: 'get',
      path: '/v1/symbols',
      tag: 'about',
      summary: 'Instruments, as they were described last',
      access: ['read'],
      request: () => ({ query: query() }),
      responses: () => ({
        200: {
          description: 'Of each exchange those of the newest date that the lake has instruments of, by symbol',
          content: {
            'application/json': z.object({ symbols: z.array(rowSchema('instruments', 'Instrument')) }),
          },
        },
        ...problems(...usualProblems),
      }),
    },
    async (context, input) => {
      const { exchange, match = '' } = input.query;
      const exchanges = exchange === undefined ? options.exchanges : [exchangeOf(routes, 'query.exchange', exchange)];
      const part = match.toLowerCase();
      const signal = signalOf(routes, context.req.raw);
      const symbols = await inside(routes.reads, signal, async () => {
        const rows: ReturnType<typeof rowJson>[] = [];
        for (const { id } of exchanges) {
          for (const row of await newest(options.lake, id, routes.now(), signal)) {
            if (`${row.symbol} ${row.venue_symbol}`.toLowerCase().includes(part))
              rows.push(rowJson('instruments', row));
          }
        }
        return rows;
      });
      return context.json({ symbols });
    },
  );
}

/** Most lakes have a list of every day: this far back is looked before all dates are. */
const recently = 2 * day;

async function newest(lake: Lake, exchange: string, now: number, signal: AbortSignal): Promise<Instrument[]> {
  const date = (await lastDate(lake, exchange, isoDate(now - recently))) ?? (await lastDate(lake, exchange, undefined));
  if (date === null) return [];
  const from = Date.parse(date) * 1000;
  const latest = new Map<string, Instrument>();
  for await (const row of lake.scan('instruments', { exchange, from, to: from + day })) {
    signal.throwIfAborted();
    const known = latest.get(row.symbol);
    if (known === undefined || known.ts_recv < row.ts_recv) latest.set(row.symbol, row);
  }
  return [...latest.values()].sort((a, b) => (a.symbol < b.symbol ? -1 : 1));
}

async function lastDate(lake: Lake, exchange: string, firstDate: string | undefined): Promise<string | null> {
  let last: string | null = null;
  const filter = { exchanges: [exchange], ...(firstDate === undefined ? {} : { firstDate }) };
  for await (const { date } of lake.objects('instruments', filter)) last = date;
  return last;
}
