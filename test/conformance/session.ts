import type { TaggedRow } from '@feedlake/collector';
import { type ExchangeAdapter, Mapping, Reference, type RowSink, replyMapperFor } from '@feedlake/exchanges';
import { type DatasetName, parseIsoTime, parseJson, type Row } from '@feedlake/schema';
import { received, type Step } from './fixture.ts';
import { type PlainRow, plainRow } from './rows.ts';

/** What became of some messages. */
export class Result implements RowSink {
  readonly tagged: TaggedRow[] = [];
  readonly rejected: string[] = [];
  readonly ignored: string[] = [];

  row<Name extends DatasetName>(dataset: Name, row: Row<Name>): void {
    this.tagged.push({ dataset, row } as unknown as TaggedRow);
  }

  reject(reason: string): void {
    this.rejected.push(reason);
  }

  ignore(reason: string): void {
    this.ignored.push(reason);
  }

  /** The rows without the columns that are the same in all of a session. */
  get rows(): PlainRow[] {
    return this.tagged.map((tagged) => {
      const { exchange: _exchange, source: _source, ts_recv: _received, ...row } = plainRow(tagged);
      return row as PlainRow;
    });
  }
}

/** Reads messages of one venue one after another, with one reference, as the collector does on one connection. */
export class Session {
  readonly #adapter: ExchangeAdapter;
  readonly #reference = new Reference();

  constructor(adapter: ExchangeAdapter) {
    this.#adapter = adapter;
  }

  /** @throws Error when the adapter has no mapper for the request. */
  read({ request, texts }: Step): Result {
    const result = new Result();
    const mapper = request === null ? null : replyMapperFor(this.#adapter, request);
    if (request !== null && mapper === null) throw new Error(`no mapper for ${request.method} ${request.path}`);
    for (const text of texts) {
      const mapping = new Mapping(
        {
          exchange: this.#adapter.id,
          received: parseIsoTime(received) ?? 0,
          source: request === null ? 'live' : 'rest',
          request: request === null ? null : { ...request, costs: {} },
          reference: this.#reference,
          symbolOf: this.#adapter.symbolOf,
        },
        result,
      );
      if (mapper === null) this.#adapter.message(parseJson(text), mapping);
      else mapper.map(parseJson(text), mapping);
    }
    return result;
  }
}
