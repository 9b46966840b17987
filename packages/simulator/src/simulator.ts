import type { Writable } from 'node:stream';
import { now as systemNow } from '@feedlake/schema';
import { backpackMarkets } from './backpack/markets.ts';
import { backpackApi } from './backpack/rest.ts';
import { binanceMarkets } from './binance/markets.ts';
import { binanceApi } from './binance/rest.ts';
import { bybitMarkets } from './bybit/markets.ts';
import { type BybitOptions, bybitApi } from './bybit/rest.ts';
import type { FaultRule } from './fault/rule.ts';
import { FaultRules } from './fault/rules.ts';
import { Control } from './http/control.ts';
import { type RecordedRequest, RequestLog } from './http/request-log.ts';
import { VenueServer } from './http/venue-server.ts';
import { hyperliquidDexes } from './hyperliquid/markets.ts';
import { type HyperliquidOptions, hyperliquidApi } from './hyperliquid/rest.ts';
import { readRecordings } from './replay/folder.ts';
import { describe, replayApi } from './replay/rest.ts';
import { TruthLog } from './truth.ts';
import { type VenueApi, type VenueId, venueIds } from './venue.ts';

export interface SimulatorOptions {
  /** The same seed (and start) gives the same markets and histories. Default 1. */
  readonly seed?: number;
  /** Port of the first venue; the others follow it. 0, the default, means any free ones. */
  readonly port?: number;
  /** Default: all four. */
  readonly venues?: readonly VenueId[];
  /** Instruments of the largest venue, Binance; the others have their usual share of it. Default 500. */
  readonly symbols?: number;
  /** The venues' clock, in microseconds. Default: this machine's. */
  readonly now?: () => number;
  /** A folder of recorded replies to serve in place of the model; see {@link readRecordings}. */
  readonly replay?: string;
  /** A file (NDJSON, appended to) or a stream for everything that is stated. */
  readonly truthLog?: string | Writable;
  /** Whether the venues' rate limits are enforced. Default true; recorded replies have none. */
  readonly enforceLimits?: boolean;
  readonly bybit?: BybitOptions;
  readonly hyperliquid?: HyperliquidOptions;
}

/** Venues that are being simulated. */
export interface Simulator {
  /** Base URL of each venue; "" for one that is not simulated. */
  readonly urls: Readonly<Record<VenueId, string>>;
  readonly truth: TruthLog;
  readonly faults: {
    /** From now on; resolves when it is in force. */
    add(rule: FaultRule): Promise<void>;
    /** Ends all rules; venues that refused connections listen again. */
    clear(): Promise<void>;
  };
  /** The requests that a venue has had, oldest first. */
  requests(venue: VenueId): RecordedRequest[];
  /** Forgets the requests so far. */
  forgetRequests(): void;
  close(): Promise<void>;
}

/**
 * Starts local venues that speak the real REST protocols, each on a port of its own on the loopback address.
 * @throws Error where a port is taken or the folder of recordings can't be read.
 */
export async function startSimulator(options: SimulatorOptions = {}): Promise<Simulator> {
  const { port = 0, venues = venueIds, now = systemNow } = options;
  const truth = new TruthLog(options.truthLog);
  const requests = new RequestLog();
  const faults = new FaultRules();
  const recordings = options.replay === undefined ? null : readRecordings(options.replay);
  const servers = new Map<VenueId, VenueServer>();
  const timers = new Set<NodeJS.Timeout>();

  async function addFault(rule: FaultRule): Promise<void> {
    if (rule.kind !== 'refuse') return faults.add(rule);
    const refusing = [...servers].filter(([id]) => rule.venue === undefined || rule.venue === id);
    await Promise.all(refusing.map(([, server]) => server.refuse()));
    if (rule.delayMs === undefined) return;
    const timer = setTimeout(() => {
      timers.delete(timer);
      for (const [, server] of refusing) void server.listen();
    }, rule.delayMs);
    timers.add(timer);
  }

  async function clearFaults(): Promise<void> {
    faults.clear();
    await Promise.all([...servers.values()].map((server) => server.listen()));
  }

  const control = new Control({
    truth,
    requests,
    addFault,
    clearFaults,
    recorded: (venue) => (recordings ?? []).filter((recording) => recording.venue === venue).map(describe),
  });
  const shared = { faults, truth, requests, control, now };
  const models = modelsOf(options, now());
  for (const [index, id] of venues.entries()) {
    const api = recordings === null ? models[id]() : replayApi(id, recordings);
    const server = new VenueServer(api, shared, options.enforceLimits ?? true);
    await server.listen(port === 0 ? 0 : port + index);
    servers.set(id, server);
  }
  const url = (id: VenueId) => servers.get(id)?.url ?? '';

  return {
    urls: { binance: url('binance'), bybit: url('bybit'), hyperliquid: url('hyperliquid'), backpack: url('backpack') },
    truth,
    faults: { add: addFault, clear: clearFaults },
    requests: (venue) => requests.of(venue),
    forgetRequests: () => requests.clear(),
    async close() {
      for (const timer of timers) clearTimeout(timer);
      await Promise.all([...servers.values()].map((server) => server.close()));
      await truth.close();
    },
  };
}

function modelsOf(options: SimulatorOptions, start: number): Record<VenueId, () => VenueApi> {
  const { seed = 1, symbols = 500 } = options;
  const share = (part: number) => Math.max(8, Math.round(symbols * part));
  return {
    binance: () => binanceApi(binanceMarkets(seed, start, share(1))),
    bybit: () => bybitApi(bybitMarkets(seed, start, share(0.9)), options.bybit),
    hyperliquid: () => hyperliquidApi(hyperliquidDexes(seed, start, share(0.4)), options.hyperliquid),
    backpack: () => backpackApi(backpackMarkets(seed, start, share(0.16))),
  };
}
