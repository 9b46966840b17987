import {
  type AnyRow,
  type Candidate,
  type DatasetName,
  faultOf,
  formatSymbol,
  parseJson,
  type Row,
  type SymbolParts,
} from '@feedlake/schema';
import type { RestRequest } from '@feedlake/transport';
import type { Reference } from './reference.ts';
import { objectOf, textOf } from './value.ts';

/** Which row of which dataset a rejected candidate would have been. */
export interface RejectedRow {
  readonly dataset: DatasetName;
  readonly venue_symbol: string;
}

/** Where mapped rows go. */
export interface RowSink {
  row<Name extends DatasetName>(dataset: Name, row: Row<Name>): void;
  /**
   * Something that should have been a row, or a message, and is not: with the reason, for people, and with the row that
   * it would have been, where that is known.
   */
  reject(reason: string, about?: RejectedRow): void;
  /** A message that is understood and holds no rows of ours: acks, pongs, other products. */
  ignore(reason: string): void;
}

/** Where a message or reply comes from. */
export interface Origin {
  /** Exchange id that the rows carry. */
  readonly exchange: string;
  /** When it was received, in microseconds. */
  readonly received: number;
  /** `received` is not known and the time of reading instead: a captured message without its own. Default false. */
  readonly receivedIsGuess?: boolean;
  readonly source: 'live' | 'rest' | 'simulated';
  /** The request that it answers; null for streams. */
  readonly request: RestRequest | null;
  readonly reference: Reference;
  /** The unified symbol behind the venue's own name; null when it is no instrument of ours. */
  readonly symbolOf: (venueSymbol: string, reference: Reference) => string | null;
}

type CommonColumn = 'exchange' | 'symbol' | 'venue_symbol' | 'ts_event' | 'ts_recv' | 'source' | 'exact';

/** The columns of a dataset that are its own, as a parser found them. */
export type Values<Name extends DatasetName> = Omit<Candidate<Name>, CommonColumn>;

/** One message or reply on its way to rows: where it came from and where its rows go. */
export class Mapping {
  readonly origin: Origin;
  readonly #sink: RowSink;
  readonly #liquidations = new Map<string, number>();

  constructor(origin: Origin, sink: RowSink) {
    this.origin = origin;
    this.#sink = sink;
  }

  get reference(): Reference {
    return this.origin.reference;
  }

  /** When the message was received, in microseconds. */
  get received(): number {
    return this.origin.received;
  }

  /** The value of a parameter in the request's query, or null. */
  parameter(name: string): string | null {
    const query = this.origin.request?.path.split('?')[1];
    return query === undefined ? null : new URLSearchParams(query).get(name);
  }

  /** The value of a field in the request's JSON body, as text, or null. */
  bodyParameter(name: string): string | null {
    const body = this.origin.request?.body;
    return body === undefined ? null : textOf(objectOf(parseJson(body))?.[name]);
  }

  /**
   * Adds a row, or rejects the candidate with the reason why it is none. The common columns are filled in from the
   * venue's own name of the instrument and the time of the event in microseconds (null where the venue gives none).
   */
  row<Name extends DatasetName>(dataset: Name, venueSymbol: unknown, time: number | null, values: Values<Name>): void {
    const symbol = this.#symbol(dataset, venueSymbol);
    if (symbol !== null && time === null && isTimed(dataset, values as AnyRow)) {
      this.reject(`${dataset} of ${venueSymbol}: ts_event is missing`, { dataset, venue_symbol: String(venueSymbol) });
    } else if (symbol !== null) this.#add(dataset, symbol, venueSymbol as string, time, values);
  }

  /** Adds a ticker unless it tells nothing. */
  ticker(venueSymbol: unknown, time: number | null, values: Values<'tickers'>): void {
    if (Object.values(values).every((value) => value === null || value === undefined)) {
      this.reject(`tickers of ${venueSymbol}: no value in it`);
    } else this.row('tickers', venueSymbol, time, values);
  }

  /** Adds a liquidation and counts it among its equals within this message. */
  liquidation(venueSymbol: unknown, time: number | null, values: Omit<Values<'liquidations'>, 'ordinal'>): void {
    const key = JSON.stringify([venueSymbol, time, values.venue_side, Number(values.price), Number(values.size)]);
    const ordinal = this.#liquidations.get(key) ?? 0;
    this.#liquidations.set(key, ordinal + 1);
    this.row('liquidations', venueSymbol, time, { ...values, ordinal });
  }

  /** Adds an instrument under the symbol that its parts make, and remembers it as reference. */
  instrument(
    venueSymbol: unknown,
    parts: SymbolParts,
    values: Omit<Values<'instruments'>, 'type' | 'base' | 'quote'>,
  ): void {
    if (typeof venueSymbol !== 'string' || venueSymbol === '') {
      this.reject('instruments: the instrument has no name');
      return;
    }
    const row = this.#add('instruments', formatSymbol(parts), venueSymbol, null, {
      ...values,
      type: parts.type,
      base: parts.base,
      quote: parts.quote,
    });
    if (row !== null) this.reference.instruments.set(venueSymbol, row);
  }

  /** Reports something that can't be mapped; what is good beside it goes on. */
  reject(reason: string, about?: RejectedRow): void {
    if (about === undefined) this.#sink.reject(reason);
    else this.#sink.reject(reason, about);
  }

  /** Notes something that is understood and holds no rows of ours. */
  ignore(reason: string): void {
    this.#sink.ignore(reason);
  }

  #symbol(dataset: DatasetName, venueSymbol: unknown): string | null {
    if (typeof venueSymbol !== 'string' || venueSymbol === '') {
      this.reject(`${dataset}: the instrument is missing`);
      return null;
    }
    const symbol = this.origin.symbolOf(venueSymbol, this.reference);
    if (symbol === null)
      this.ignore(`${dataset} of ${venueSymbol}: neither a linear perpetual nor a dated linear future`);
    return symbol;
  }

  #add<Name extends DatasetName>(
    dataset: Name,
    symbol: string,
    venueSymbol: string,
    time: number | null,
    values: Values<Name>,
  ): Row<Name> | null {
    const { exchange, received, source } = this.origin;
    const row: AnyRow = {
      exchange,
      symbol,
      venue_symbol: venueSymbol,
      ts_event: time,
      ts_recv: received,
      source,
      ...(values as AnyRow),
    };
    const fault = faultOf(dataset, row);
    if (fault !== null) {
      this.#sink.reject(`${dataset} of ${venueSymbol}: ${fault}`, { dataset, venue_symbol: venueSymbol });
      return null;
    }
    this.#sink.row(dataset, row as Row<Name>);
    return row as Row<Name>;
  }
}

/** Whether a row without a time is none: the venues give one with each of these, so that one that is missing is a fault. */
function isTimed(dataset: DatasetName, values: AnyRow): boolean {
  if (dataset === 'open_interest') return typeof values.period_seconds === 'number';
  if (dataset === 'funding_rates') return values.kind === 'settled';
  return dataset === 'trades' || dataset === 'liquidations';
}
