import { type AnyRow, type Candidate, type DatasetName, faultOf, type Row } from '@feedlake/schema';
import type { RestRequest } from '@feedlake/transport';
import type { Reference } from './reference.ts';

/** Where mapped rows go. */
export interface RowSink {
  row<Name extends DatasetName>(dataset: Name, row: Row<Name>): void;
  /** Something that should have been a row, or a message, and is not: with the reason, for people. */
  reject(reason: string): void;
  /** A message that is understood and holds no rows of ours: acks, pongs, other products. */
  ignore(reason: string): void;
}

/** The columns that every row has. */
export type CommonColumns = Pick<Row<'tickers'>, 'exchange' | 'symbol' | 'venue_symbol' | 'ts_recv' | 'source'> & {
  ts_event: number | null;
};

/** One message or reply on its way to rows: where it came from and where its rows go. */
export class Mapping {
  readonly exchange: string;
  /** When it was received, in microseconds. */
  readonly received: number;
  readonly source: 'live' | 'rest' | 'simulated';
  /** The request that it answers; null for streams. */
  readonly request: RestRequest | null;
  readonly reference: Reference;
  readonly #symbolOf: (venueSymbol: string, reference: Reference) => string | null;
  readonly #sink: RowSink;

  constructor(
    adapter: { id: string; symbolOf: (venueSymbol: string, reference: Reference) => string | null },
    origin: Pick<Mapping, 'received' | 'source' | 'request' | 'reference'> & { exchange?: string },
    sink: RowSink,
  ) {
    this.exchange = origin.exchange ?? adapter.id;
    this.received = origin.received;
    this.source = origin.source;
    this.request = origin.request;
    this.reference = origin.reference;
    this.#symbolOf = adapter.symbolOf;
    this.#sink = sink;
  }

  /** The value of a parameter in the request's query, or null. */
  parameter(name: string): string | null {
    const query = this.request?.path.split('?')[1];
    return query === undefined ? null : new URLSearchParams(query).get(name);
  }

  /**
   * Adds a row, or rejects the candidate with the reason why it is none. The common columns are filled in from the
   * venue's own name of the instrument and the time of the event (null where the venue gives none).
   */
  row<Name extends DatasetName>(
    dataset: Name,
    venueSymbol: unknown,
    time: number | null,
    values: Omit<Candidate<Name>, keyof CommonColumns>,
  ): void {
    if (typeof venueSymbol !== 'string' || venueSymbol === '') {
      this.reject(`${dataset}: the instrument is missing`);
      return;
    }
    const symbol = this.#symbolOf(venueSymbol, this.reference);
    if (symbol === null) {
      this.ignore(`${dataset} of ${venueSymbol}: no linear perpetual or dated future`);
      return;
    }
    const candidate = {
      exchange: this.exchange,
      symbol,
      venue_symbol: venueSymbol,
      ts_event: time,
      ts_recv: this.received,
      source: this.source,
      ...values,
    } as AnyRow;
    const fault = faultOf(dataset, candidate);
    if (fault === null) this.#sink.row(dataset, candidate as Row<Name>);
    else this.reject(`${dataset} of ${venueSymbol}: ${fault}`);
  }

  /** Reports something that can't be mapped; what is good beside it goes on. */
  reject(reason: string): void {
    this.#sink.reject(reason);
  }

  /** Notes something that is understood and holds no rows of ours. */
  ignore(reason: string): void {
    this.#sink.ignore(reason);
  }
}
