import {
  type ExchangeAdapter,
  Mapping,
  type NotOffered,
  type Pages,
  type PolledDataset,
  Reference,
  replyMapperFor,
} from '@feedlake/exchanges';
import type { RestClient, RestReply, RestRequest } from '@feedlake/transport';
import { RowBuffer } from './row-buffer.ts';
import type { HistoryOffer, PageListener, SnapshotOffer, Venue } from './venue.ts';

/** An exchange that has an adapter of ours, with a client to reach it. */
export class NativeVenue implements Venue {
  readonly id: string;
  readonly adapter: ExchangeAdapter;
  readonly reference = new Reference();
  readonly client: RestClient;

  constructor(id: string, adapter: ExchangeAdapter, client: RestClient) {
    this.id = id;
    this.adapter = adapter;
    this.client = client;
  }

  instruments(wanted: readonly string[] | null, buffer: RowBuffer, signal: AbortSignal): Promise<void> {
    return this.run(this.adapter.instruments(wanted), buffer, signal);
  }

  symbolOf(venueSymbol: string): string | null {
    return this.adapter.symbolOf(venueSymbol, this.reference);
  }

  async snapshot(dataset: PolledDataset): Promise<SnapshotOffer> {
    const offer = this.adapter.snapshot[dataset];
    return {
      needsNames: !offer.bulk,
      atOnce: null,
      parts: (names) =>
        offer.pages({ symbols: names }, this.reference).map((pages, index) => ({
          symbol: offer.bulk ? null : (names?.[index] ?? null),
          fetch: (buffer, signal, onPage) => this.run(pages, buffer, signal, onPage),
        })),
    };
  }

  async history(dataset: PolledDataset): Promise<HistoryOffer | NotOffered> {
    const offer = this.adapter.history[dataset];
    if ('notOffered' in offer) return offer;
    const { periods, horizonSeconds } = offer;
    return {
      periods,
      horizonSeconds,
      fetch: (query, buffer, signal, onPage) => this.run(offer.pages(query), buffer, signal, onPage),
    };
  }

  requests(): number {
    return this.client.stats().requests;
  }

  close(): Promise<void> {
    return this.client.close();
  }

  /**
   * Runs requests that follow from each other and maps their replies into the buffer.
   * @throws VenueError when a request failed for good; the signal's reason.
   */
  async run(pages: Pages, buffer: RowBuffer, signal: AbortSignal, onPage?: PageListener): Promise<void> {
    let step = pages.next();
    while (!step.done) {
      const request = step.value;
      let reply: RestReply;
      try {
        reply = await this.client.request(request, signal);
      } catch (error) {
        signal.throwIfAborted();
        // A request that only adds to others may fail: then the generator goes on without it, else it throws.
        step = pages.throw(error);
        buffer.reject(`${request.path}: ${error instanceof Error ? error.message : error}`);
        continue;
      }
      const page = new RowBuffer();
      this.#map(request, reply, page);
      buffer.take(page);
      onPage?.({ rows: page.rows.length });
      step = pages.next({ value: reply.value, times: page.rows.map(({ row }) => row.ts_event ?? row.ts_recv) });
    }
  }

  #map(request: RestRequest, reply: RestReply, buffer: RowBuffer): void {
    const mapper = replyMapperFor(this.adapter, request);
    if (mapper === null) throw new TypeError(`${this.id}: no mapper for replies to ${request.method} ${request.path}`);
    const mapping = new Mapping(
      {
        exchange: this.id,
        received: reply.received,
        source: 'x-feedlake-simulated' in reply.headers ? 'simulated' : 'rest',
        request,
        reference: this.reference,
        symbolOf: this.adapter.symbolOf,
      },
      buffer,
    );
    mapper.map(reply.value, mapping);
  }
}
