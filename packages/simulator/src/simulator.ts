import type { Writable } from 'node:stream';
import type { BackpackOptions } from './backpack/streams.ts';
import type { BybitOptions } from './bybit/rest.ts';
import type { FaultRule } from './fault/rule.ts';
import { FaultRules, hits, type StandingRule } from './fault/rules.ts';
import { Control } from './http/control.ts';
import { type RecordedRequest, RequestLog } from './http/request-log.ts';
import { VenueServer } from './http/venue-server.ts';
import type { HyperliquidOptions } from './hyperliquid/rest.ts';
import type { StreamOptions } from './model/pace.ts';
import { readRecordings } from './replay/folder.ts';
import { describe, replayApi } from './replay/rest.ts';
import type { ConnectionReport } from './stream/connection.ts';
import type { BookMoment, SimulatedBook } from './stream/protocol.ts';
import { StreamServer } from './stream/stream-server.ts';
import { Timeline } from './stream/timeline.ts';
import { end } from './stream/topic.ts';
import { TruthLog } from './truth.ts';
import { type VenueId, venueIds } from './venue.ts';
import { modelsOf } from './venue-model.ts';

export interface SimulatorOptions {
  /** The same seed (and start) gives the same markets and histories. Default 1. */
  readonly seed?: number;
  /** Port of the first venue; the others follow it. 0, the default, means any free ones. */
  readonly port?: number;
  /** Default: all four. */
  readonly venues?: readonly VenueId[];
  /** Instruments of the largest venue, Binance; the others have their usual share of it. Default 500. */
  readonly symbols?: number;
  /**
   * The venues' clock, in microseconds. Default: this machine's. Where it is given, streams say nothing by themselves, but
   * only in {@link Simulator.advance}, which also moves the venues' time ahead of this clock.
   */
  readonly now?: () => number;
  /** A folder of recorded replies to serve in place of the model; see {@link readRecordings}. There are no streams then. */
  readonly replay?: string;
  /** A file (NDJSON, appended to) or a stream for everything that is stated. */
  readonly truthLog?: string | Writable;
  /** How many facts and messages the truth remembers; a file or stream gets all of them anyway. Default a million. */
  readonly truthCapacity?: number;
  /** Whether the venues' rate limits are enforced. Default true; recorded replies have none. */
  readonly enforceLimits?: boolean;
  /** How lively the markets are. */
  readonly streams?: StreamOptions;
  /** Whether the truth of streams is kept. Default true; it costs about as much as the messages themselves. */
  readonly streamTruth?: boolean;
  readonly bybit?: BybitOptions;
  readonly hyperliquid?: HyperliquidOptions;
  readonly backpack?: BackpackOptions;
}

/** Venues that are being simulated. */
export interface Simulator {
  /** Base URL of each venue for REST; "" for one that is not simulated. */
  readonly urls: Readonly<Record<VenueId, string>>;
  /** Base URL of each venue for streams, without the venue's paths; "" for one that is not simulated. */
  readonly wsUrls: Readonly<Record<VenueId, string>>;
  readonly truth: TruthLog;
  readonly faults: {
    /** From now on; resolves when it is in force. */
    add(rule: FaultRule): Promise<void>;
    /** Ends all rules; venues that refused connections listen again. Half-open connections stay so. */
    clear(): Promise<void>;
    /** The rules that stand, and how often they have hit. */
    list(): StandingRule[];
  };
  /** The venues' time, in microseconds. */
  now(): number;
  /**
   * With a clock of the test's own ({@link SimulatorOptions.now}): lets so many milliseconds pass, and everything happen
   * that falls into them, in order; 0 = up to what that clock says. Resolves when all of it was handed to the sockets.
   * @throws Error with the real clock, on which things happen by themselves.
   */
  advance(ms: number): Promise<void>;
  /**
   * The whole order book of an instrument, by the venue's own name, now or at a moment of the past.
   * @throws RangeError where there is no such venue or instrument.
   */
  book(venue: VenueId, symbol: string, moment?: BookMoment): SimulatedBook;
  /** The WebSocket connections that a venue has had, the open ones last. */
  connections(venue: VenueId): ConnectionReport[];
  /** The requests that a venue has had, oldest first, WebSocket handshakes among them. */
  requests(venue: VenueId): RecordedRequest[];
  /** Forgets the requests so far. */
  forgetRequests(): void;
  close(): Promise<void>;
}

/**
 * Starts local venues that speak the real REST and WebSocket protocols, each on a port of its own on the loopback address.
 * @throws Error where a port is taken or the folder of recordings can't be read.
 * @throws RangeError for a rate of the streams that can't be had.
 */
export async function startSimulator(options: SimulatorOptions = {}): Promise<Simulator> {
  const { port = 0, venues = venueIds, enforceLimits = true, streamTruth = true } = options;
  const timeline = new Timeline(options.now ?? null);
  const now = () => timeline.now();
  const truth = new TruthLog(options.truthLog, options.truthCapacity);
  const requests = new RequestLog();
  const faults = new FaultRules();
  const recordings = options.replay === undefined ? null : readRecordings(options.replay);
  const servers = new Map<VenueId, VenueServer>();
  const streams = new Map<VenueId, StreamServer>();
  const timers = new Set<NodeJS.Timeout>();

  async function addFault(rule: FaultRule): Promise<void> {
    if (rule.kind === 'close-all') return closeAll(rule);
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

  function closeAll(rule: FaultRule): void {
    let closed = 0;
    for (const [id, server] of streams) {
      for (const connection of server.openConnections) {
        const topics = [...connection.topics];
        const meant = rule.match === undefined ? hits(rule, id, '') : topics.some((topic) => hits(rule, id, topic));
        if (!meant) continue;
        end(connection, rule);
        closed += 1;
      }
    }
    faults.addDone(rule, closed);
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
    standingFaults: () => faults.list(),
    recorded: (venue) => (recordings ?? []).filter((recording) => recording.venue === venue).map(describe),
  });
  const shared = { faults, truth, requests, control, now };
  try {
    const models = modelsOf(options, now());
    for (const [index, id] of venues.entries()) {
      const model = recordings === null ? models[id]() : { api: replayApi(id, recordings), streams: null };
      const streamShared = { faults, truth, streamTruth, requests, timeline };
      const stream =
        model.streams === null ? null : new StreamServer(model.api, model.streams, streamShared, enforceLimits);
      const server = new VenueServer(model.api, stream, shared, enforceLimits);
      await server.listen(port === 0 ? 0 : port + index);
      servers.set(id, server);
      if (stream !== null) streams.set(id, stream);
    }
  } catch (error) {
    await close();
    throw error;
  }

  async function close(): Promise<void> {
    timeline.close();
    for (const timer of timers) clearTimeout(timer);
    await Promise.all([...servers.values()].map((server) => server.close()));
    await truth.close();
  }

  const each = (of: (id: VenueId) => string) => ({
    binance: of('binance'),
    bybit: of('bybit'),
    hyperliquid: of('hyperliquid'),
    backpack: of('backpack'),
  });

  return {
    urls: each((id) => servers.get(id)?.url ?? ''),
    wsUrls: each((id) => (streams.has(id) ? (servers.get(id)?.url ?? '').replace(/^http/, 'ws') : '')),
    truth,
    faults: { add: addFault, clear: clearFaults, list: () => faults.list() },
    now,
    async advance(ms) {
      if (options.now === undefined)
        throw new Error('the simulation runs on the real clock: it has no time to advance');
      await timeline.advance(ms);
    },
    book(venue, symbol, moment = { time: now() }) {
      const book = streams.get(venue)?.protocol.book(symbol, moment) ?? null;
      if (book === null) throw new RangeError(`${venue} ${symbol}: no such instrument is simulated`);
      return book;
    },
    connections: (venue) => streams.get(venue)?.connections() ?? [],
    requests: (venue) => requests.of(venue),
    forgetRequests: () => requests.clear(),
    close,
  };
}
