import type { RestRequest } from '@feedlake/transport';
import type { Pages, Selection, Snapshot } from '../adapter.ts';
import type { Reference } from '../reference.ts';

const fundingInfo: RestRequest = { method: 'GET', path: '/fapi/v1/fundingInfo', costs: { funding: 1 } };

/** There is no bulk call: one request per symbol, weight 1 each. */
export const openInterest: Snapshot = {
  bulk: false,
  pages: ({ symbols }) => (symbols ?? []).map(openInterestOf),
};

function* openInterestOf(symbol: string): Pages {
  yield {
    method: 'GET',
    path: `/fapi/v1/openInterest?symbol=${encodeURIComponent(symbol)}`,
    costs: { weight: 1 },
  };
}

/** One call brings all symbols; the intervals come from `fundingInfo`, once. */
export const fundingRates: Snapshot = {
  bulk: true,
  pages: (selection, reference) => [fundingRatesOf(selection, reference)],
};

function* fundingRatesOf({ symbols }: Selection, reference: Reference): Pages {
  if (reference.fundingIntervals === null) {
    try {
      yield fundingInfo;
    } catch {
      // Without it the rates come all the same, with their intervals unknown.
    }
  }
  const only = symbols?.length === 1 ? symbols[0] : undefined;
  yield only === undefined
    ? { method: 'GET', path: '/fapi/v1/premiumIndex', costs: { weight: 10 } }
    : { method: 'GET', path: `/fapi/v1/premiumIndex?symbol=${encodeURIComponent(only)}`, costs: { weight: 1 } };
}

/** Lists the instruments, with their funding intervals. */
export function* instruments(): Pages {
  yield fundingInfo;
  yield { method: 'GET', path: '/fapi/v1/exchangeInfo', costs: { weight: 1 } };
}
