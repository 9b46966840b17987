import {
  type ExchangeAdapter,
  Mapping,
  type Reference,
  replyMapperFor,
  type StreamedDataset,
  type StreamTopic,
} from '@feedlake/exchanges';
import { Spool } from '@feedlake/lake';
import { type AnyRow, type DatasetName, parseJson } from '@feedlake/schema';
import { RowBuffer } from '../row-buffer.ts';
import { BookIntake } from '../stream/book-intake.ts';
import type { Intake } from '../stream/intake.ts';
import { Ledger } from '../stream/ledger.ts';
import { makeIntake } from '../stream/make-intake.ts';
import { grouped, messageRows } from '../stream/message-rows.ts';
import type { Interruption } from './interruptions.ts';
import type { RawMessage } from './raw-messages.ts';
import type { IsWanted } from './wanted-symbols.ts';

export interface ReplayOptions {
  /** Exchange id that the rows carry. */
  readonly exchange: string;
  readonly adapter: ExchangeAdapter;
  readonly reference: Reference;
  readonly isWanted: IsWanted;
  /** Takes each row in the order in which it is recorded. */
  readonly onRow: (dataset: DatasetName, row: AnyRow) => void;
}

const mostReasons = 100;
/** How a connection is named whose message is the reply to a request. */
const reply = 'rest:';

/**
 * Takes what an exchange sent as the live streams do: the same mappers, and the same intakes, which leave out what comes
 * twice and follow the books.
 */
export class Replay {
  /** How often messages, or parts of them, were no rows, and why the first of them. */
  readonly rejected = { count: 0, reasons: [] as string[] };
  readonly #options: ReplayOptions;
  readonly #venue: Pick<ReplayOptions, 'adapter' | 'reference'> & { readonly id: string };
  readonly #intakes = new Map<string, Intake>();
  readonly #ledger = new Ledger({ writer: 'rebuild', now: () => 0, emit: () => {} });
  /** For columns straight from bytes, which are not made here. */
  readonly #spool = new Spool({
    folder: '',
    writer: 'rebuild',
    limits: { bytes: 0, rows: 0, ageMs: 0 },
    now: () => 0,
    beforeEnd: () => {},
    onClosed: () => {},
  });

  constructor(options: ReplayOptions) {
    const { exchange, adapter, reference } = options;
    this.#options = options;
    this.#venue = { id: exchange, adapter, reference };
  }

  message(raw: RawMessage): void {
    try {
      if (raw.connection.startsWith(reply)) this.#reply(raw);
      else this.#message(raw);
    } catch (error) {
      this.#reject([error instanceof Error ? error.message : String(error)]);
      this.#loseState(raw);
    }
  }

  /** What comes next does not follow what came before. */
  interrupted({ dataset, venueSymbol, topic, cause }: Interruption): void {
    const key = keyOf(dataset, venueSymbol ?? '');
    const intake = this.#intakes.get(key);
    if (topic !== null) this.#options.reference.lastKnown.delete(topic);
    // A process that begins anew knows nothing of candles that were open.
    if (topic === null && dataset === 'candles') this.#intakes.delete(key);
    else intake?.interrupted?.(cause);
  }

  #message({ message, ts_recv, source }: RawMessage): void {
    const from = source === 'simulated' ? source : 'live';
    const { groups, rejected } = messageRows(this.#venue, message, ts_recv, from);
    this.#reject(rejected);
    for (const { dataset, venueSymbol, rows } of groups) {
      if (!this.#options.isWanted(String(rows[0]?.symbol), venueSymbol)) continue;
      this.#intake(dataset, venueSymbol, rows).rows(rows, ts_recv);
    }
  }

  /** A whole book that was asked for. */
  #reply({ connection, message, ts_recv, source }: RawMessage): void {
    const { adapter, reference, exchange } = this.#options;
    const request = { method: 'GET', path: connection.slice(reply.length), costs: {} } as const;
    const buffer = new RowBuffer();
    const origin = {
      exchange,
      received: ts_recv,
      source: source === 'simulated' ? ('simulated' as const) : ('rest' as const),
      request,
      reference,
      symbolOf: adapter.symbolOf,
    };
    replyMapperFor(adapter, request)?.map(parseJson(message), new Mapping(origin, buffer));
    this.#reject(buffer.rejected);
    for (const { dataset, venueSymbol, rows } of grouped(buffer)) {
      const intake = this.#intake(dataset, venueSymbol, rows);
      if (intake instanceof BookIntake) intake.snapshot(rows, ts_recv);
    }
  }

  #reject(reasons: readonly string[]): void {
    const { rejected } = this;
    rejected.count += reasons.length;
    rejected.reasons.push(...reasons.slice(0, Math.max(0, mostReasons - rejected.reasons.length)));
  }

  /** Liquidations may come by two feeds at once, so all of them go one way, as live ones do. */
  #intake(dataset: DatasetName, venueSymbol: string, rows: readonly AnyRow[]): Intake {
    const key = keyOf(dataset, dataset === 'liquidations' ? '' : venueSymbol);
    const known = this.#intakes.get(key);
    if (known !== undefined) return known;
    const symbol = String(rows[0]?.symbol);
    const entry = this.#ledger.entry({ exchange: this.#options.exchange, dataset, symbol, venueSymbol });
    const target = { record: this.#options.onRow };
    const topic = topicOf(dataset as StreamedDataset, symbol, venueSymbol);
    const recorder = { ledger: this.#ledger, spool: this.#spool };
    const intake = makeIntake(topic, entry, {
      venue: this.#venue,
      recorder,
      target,
      scans: false,
      since: Number(rows[0]?.ts_recv),
      onBookLost: () => {},
    });
    this.#intakes.set(key, intake);
    return intake;
  }

  /** A feed that tells changes alone begins anew after a message that could not be read. */
  #loseState({ message }: RawMessage): void {
    const { adapter, reference } = this.#options;
    const data = Buffer.from(message);
    for (const { read } of Object.values(adapter.streams.routes)) {
      try {
        const incoming = read(data);
        if (incoming.kind === 'data') reference.lastKnown.delete(incoming.topic);
      } catch {
        // It can't be told whose message it was.
      }
    }
  }
}

function keyOf(dataset: DatasetName, venueSymbol: string): string {
  return `${dataset} ${venueSymbol}`;
}

/** A feed as far as an intake has to know it. */
function topicOf(dataset: StreamedDataset, symbol: string, venueSymbol: string): StreamTopic {
  const instrument = { symbol, venue_symbol: venueSymbol, type: 'perpetual' };
  return { topic: '', channel: '', route: '', silenceMs: 0, dataset, instrument };
}
