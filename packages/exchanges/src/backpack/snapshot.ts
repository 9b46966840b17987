import type { RestRequest } from '@feedlake/transport';
import type { Pages, Selection, Snapshot } from '../adapter.ts';
import type { Reference } from '../reference.ts';

/** A request, for the only symbol that is wanted or for all of them. */
function bulk(path: string, { symbols }: Selection): RestRequest {
  const only = symbols?.length === 1 ? symbols[0] : undefined;
  const query = only === undefined ? '' : `?symbol=${encodeURIComponent(only)}`;
  return { method: 'GET', path: `${path}${query}`, costs: { requests: 1 } };
}

/** One call brings all symbols. */
export const openInterest: Snapshot = {
  bulk: true,
  pages: (selection) => [openInterestOf(selection)],
};

function* openInterestOf(selection: Selection): Pages {
  yield bulk('/api/v1/openInterest', selection);
}

/** One call brings all symbols; the intervals are those of the markets, listed once. */
export const fundingRates: Snapshot = {
  bulk: true,
  pages: (selection, reference) => [fundingRatesOf(selection, reference)],
};

function* fundingRatesOf(selection: Selection, reference: Reference): Pages {
  if (reference.instruments.size === 0) {
    try {
      yield* instruments();
    } catch {
      // Without the markets the rates come all the same, with their intervals unknown.
    }
  }
  yield bulk('/api/v1/markPrices', selection);
}

/** Lists the markets. */
export function* instruments(): Pages {
  yield { method: 'GET', path: '/api/v1/markets', costs: { requests: 1 } };
}
