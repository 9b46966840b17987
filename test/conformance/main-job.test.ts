import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { exitCode } from '@feedlake/cli';
import { fetchHistory, HistoryKeeper, NativeVenue, takeSnapshot, type Venue } from '@feedlake/collector';
import { Reference } from '@feedlake/exchanges';
import { Lake, openStore, query, snapshotName } from '@feedlake/lake';
import { floorTo, hour, isoTime, minute, plainDecimal } from '@feedlake/schema';
import { startSimulator } from '@feedlake/simulator';
import { RestClient, systemClock } from '@feedlake/transport';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { workspace } from '../support/cli.ts';
import { adapterOf } from './adapters.ts';
import { type Fact, type Stated, statedBy } from './main-job/facts.ts';
import { listings } from './main-job/listing.ts';
import { payloadFolder } from './payloads/folder.ts';
import type { PayloadLine } from './payloads/line.ts';
import { payloadFiles, payloadText } from './payloads/manifest.ts';
import { readPayload } from './payloads/read.ts';

/** Written by the authors of a program for its tests, not sent by an exchange. */
const constructed = /^hummingbot\//;

/**
 * The main job on what exchanges really sent: each recorded reply about open interest or funding is served at its real
 * path, collected into a lake, read back by DuckDB, and compared with the reply.
 */
const payloads = payloadFolder();
const jobs = payloads === null ? [] : jobsIn(payloads);

interface Job {
  readonly name: string;
  readonly venue: string;
  readonly line: PayloadLine;
  readonly stated: Stated;
}

function jobsIn(folder: string): Job[] {
  const recorded = payloadFiles(folder).filter(({ file }) => !constructed.test(file));
  return recorded.flatMap(({ file, venue }) =>
    readPayload(file, payloadText(folder, file)).flatMap((line, index) =>
      statedBy(venue, line).map((stated) => ({
        name: `${file}#${index}: ${stated.of} ${stated.dataset}`,
        venue,
        line,
        stated,
      })),
    ),
  );
}

if (payloads === null) {
  it.skip('recorded replies: not present, so the main job is not run on them (set FEEDLAKE_PAYLOADS to their folder)');
} else {
  describe('the main job on recorded replies', () => runOn(payloads));
}

function runOn(recordings: string): void {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'feedlake-main-job-'));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  it('there are replies of every venue, of the present and of the past', () => {
    const kinds = new Set(jobs.map(({ venue, stated }) => `${venue} ${stated.of}`));
    expect([...kinds].sort()).toEqual(
      ['backpack', 'binance', 'bybit', 'hyperliquid'].flatMap((venue) => [`${venue} past`, `${venue} present`]),
    );
  });

  it.each(jobs)('$name', async ({ venue, line, stated }) => {
    const expected = ourFacts(venue, stated.facts);
    const names = [...new Set(expected.map(({ venueSymbol }) => venueSymbol))];
    const recorded = { venue, request: requestFor(line, names), status: 200, bodyText: line.text };
    writeFileSync(join(folder, 'replies.json'), JSON.stringify([recorded, ...listings(venue, names)]));
    const simulator = await startSimulator({ replay: folder });
    const time = receiptOf(venue, stated);
    const client = new RestClient({
      exchange: venue,
      rules: adapterOf(venue).rest,
      hosts: [simulator.urls[venue as keyof typeof simulator.urls]],
      clock: { ...systemClock, now: () => time },
    });
    const lake = new Lake(openStore(join(folder, 'lake')), { writer: 'test' });
    try {
      const problems = await collect(new NativeVenue(venue, adapterOf(venue), client), stated, names, time, lake);
      expect(problems).toEqual([]);
      const settled = expected.filter((fact) => stated.of === 'present' || (fact.time ?? 0) <= time);
      expect(await factsInLake(lake, stated.dataset)).toEqual(settled.map(sentence).sort());
    } finally {
      await client.close();
      await simulator.close();
    }
  });

  it('the commands, on all recordings at once', async () => {
    const { feedlake, lake: recorded } = await workspace({ replay: recordings });
    const openInterest = await feedlake(['fetch-oi', 'all', '--exchange', 'hyperliquid,bybit,backpack', '--store']);
    const funding = await feedlake(['fetch-funding', 'all', '--exchange', 'hyperliquid,bybit,binance', '--store']);
    expect([openInterest.code, funding.code]).toEqual([exitCode.ok, exitCode.ok]);
    const sql = (dataset: string) =>
      `select exchange, count(*) > 0, bool_and(source = 'rest') from ${dataset} group by 1 order by 1`;
    const all = (exchanges: string[]) => exchanges.map((exchange) => [exchange, true, true]);
    expect((await query(recorded, sql('open_interest'))).rows).toEqual(all(['backpack', 'bybit', 'hyperliquid']));
    expect((await query(recorded, sql('funding_rates'))).rows).toEqual(all(['binance', 'bybit', 'hyperliquid']));
  });
}

/** The facts about instruments of ours, each once. */
function ourFacts(venue: string, facts: readonly Fact[]): Fact[] {
  const adapter = adapterOf(venue);
  const reference = new Reference();
  const ours = facts.filter(({ venueSymbol }) => adapter.symbolOf(venueSymbol, reference) !== null);
  return [...new Map(ours.map((fact) => [sentence(fact), fact])).values()];
}

/** When the reply was received: after all that it states; but Backpack's history begins with an hour that is still open. */
function receiptOf(venue: string, { of, facts }: Stated): number {
  const last = Math.max(...facts.map(({ time }) => time ?? 0));
  if (last === 0) return Date.now() * 1000;
  return venue === 'backpack' && of === 'past' && facts.length > 1 ? last - 30 * minute : last + hour;
}

/** The request as it was recorded; some recordings of one symbol's reply do not say that it was asked for alone. */
function requestFor({ request }: PayloadLine, names: readonly string[]): unknown {
  if (request?.body === undefined) {
    const [path, query = ''] = request?.path.split('?') ?? [];
    const parameters = new URLSearchParams(query);
    if (names.length === 1) parameters.set('symbol', names[0] ?? '');
    if (path?.startsWith('/v5/')) parameters.set('category', 'linear');
    return { method: 'GET', path, query: parameters.toString() };
  }
  const body: Record<string, unknown> = JSON.parse(request.body);
  return {
    method: 'POST',
    path: request.path,
    body: names.length === 1 && body.type === 'fundingHistory' ? { coin: names[0], ...body } : body,
  };
}

async function collect(
  venue: Venue,
  stated: Stated,
  names: readonly string[],
  time: number,
  lake: Lake,
): Promise<string[]> {
  const { signal } = new AbortController();
  const { dataset } = stated;
  if (stated.of === 'present') {
    const symbols = adapterOf(venue.id).snapshot[dataset].bulk && names.length > 1 ? 'all' : names;
    const { rows, failures, rejected } = await takeSnapshot(venue, dataset, {
      symbols,
      scheduled: null,
      signal,
    });
    await lake.write(dataset, venue.id, snapshotName(time), rows);
    return [...failures.map(({ message }) => message), ...rejected];
  }
  const times = stated.facts.map((fact) => fact.time ?? 0);
  const { failures, rejected } = await fetchHistory(venue, dataset, {
    symbols: names,
    from: floorTo(Math.min(...times), minute),
    to: Math.max(...times) + minute,
    periodSeconds: stated.periodSeconds ?? 3600,
    now: time,
    signal,
    keeper: new HistoryKeeper(lake),
  });
  return [...failures.map(({ message }) => message), ...rejected];
}

async function factsInLake(lake: Lake, dataset: Stated['dataset']): Promise<string[]> {
  const column = dataset === 'open_interest' ? 'open_interest' : 'rate';
  const { rows } = await query(
    lake,
    `select venue_symbol, ts_event, coalesce(exact ->> '$.${column}', ${column}::varchar) from ${dataset}`,
  );
  return rows.map(([symbol, time, value]) => `${symbol} ${time} ${plainDecimal(String(value))}`).sort();
}

function sentence({ venueSymbol, time, value }: Fact): string {
  return `${venueSymbol} ${time === null ? null : isoTime(time)} ${plainDecimal(value)}`;
}
