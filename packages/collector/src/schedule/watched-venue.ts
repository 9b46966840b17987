import type { RowBuffer } from '../row-buffer.ts';
import type { Venue } from '../venue.ts';

/**
 * The same venue, whose buffers can be looked at afterwards: they tell which instruments' rows were turned down.
 * @param onBuffer told of every buffer that something is fetched into, before it is
 */
export function watchedVenue(venue: Venue, onBuffer: (buffer: RowBuffer) => void): Venue {
  return {
    id: venue.id,
    reference: venue.reference,
    symbolOf: (name) => venue.symbolOf(name),
    instruments(wanted, buffer, signal) {
      onBuffer(buffer);
      return venue.instruments(wanted, buffer, signal);
    },
    async snapshot(dataset) {
      const offer = await venue.snapshot(dataset);
      if ('notOffered' in offer) return offer;
      return {
        needsNames: offer.needsNames,
        atOnce: offer.atOnce,
        parts: (names) =>
          offer.parts(names).map((part) => ({
            symbol: part.symbol,
            fetch(buffer, signal, onPage) {
              onBuffer(buffer);
              return part.fetch(buffer, signal, onPage);
            },
          })),
      };
    },
    history: (dataset) => venue.history(dataset),
    requests: () => venue.requests(),
    close: () => venue.close(),
  };
}
