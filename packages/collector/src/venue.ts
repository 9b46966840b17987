import { type ExchangeAdapter, Mapping, type Pages, Reference, replyMapperFor } from '@feedlake/exchanges';
import type { RestClient, RestReply, RestRequest } from '@feedlake/transport';
import { RowBuffer } from './rowBuffer.ts';

/** Called after every page with what has come so far. */
export type PageListener = (page: { rows: number }) => void;

/** One exchange as the collector works with it: its adapter, a client to reach it, and what it has told so far. */
export class Venue {
  /** Exchange id that the rows carry. */
  readonly id: string;
  readonly adapter: ExchangeAdapter;
  readonly client: RestClient;
  readonly reference = new Reference();

  constructor(id: string, adapter: ExchangeAdapter, client: RestClient) {
    this.id = id;
    this.adapter = adapter;
    this.client = client;
  }

  /**
   * Runs requests that follow from each other and maps their replies into `buffer`. What came before a failure stays
   * in the buffer.
   * @throws VenueError when a request failed for good; the signal's reason when it was aborted.
   */
  async run(pages: Pages, buffer: RowBuffer, signal: AbortSignal, onPage?: PageListener): Promise<void> {
    let step = pages.next();
    while (!step.done) {
      const request = step.value;
      const reply = await this.client.request(request, signal);
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
