import { floorTo, second } from '@feedlake/schema';
import type { RestRequest } from '@feedlake/transport';
import type { Pages } from '../adapter.ts';
import { firstMs } from '../range.ts';
import type { Poll, PollQuery, Streams } from '../stream/streams.ts';
import { arrayOf, msTime, objectOf } from '../value.ts';
import { options as schema } from './options.ts';
import { info } from './rest.ts';
import { widths } from './widths.ts';

/** The most recent trades, an undocumented number of them: reckoned as 100, of which each 20 cost one more. */
function* trades({ symbol }: PollQuery): Pages {
  yield info({ type: 'recentTrades', coin: symbol }, 25);
}

function* books({ symbol }: PollQuery): Pages {
  yield info({ type: 'l2Book', coin: symbol }, 2);
}

/** The candles from the one on that was open at the last poll; each 60 cost one more. */
function* candles({ symbol, since, now, options }: PollQuery): Pages {
  const endTime = Math.floor(now / 1000);
  for (const seconds of options.candleSeconds) {
    const startTime = floorTo(since, seconds * second) / 1000;
    const count = Math.min(5000, (endTime - startTime) / 1000 / seconds + 1);
    const req = { coin: symbol, interval: widths[seconds] ?? '', startTime, endTime };
    yield info({ type: 'candleSnapshot', req }, 20 + Math.ceil(count / 60));
  }
}

/** Fills of a page; each 20 cost one more. */
const perPage = 2000;

/** `userFillsByTime` of the vaults ascends: a full page is followed by one from its last time on. */
function* liquidations({ since, options }: PollQuery): Pages {
  for (const vault of schema.parse(options.options).liquidator_vaults) {
    for (let startTime = firstMs(since); ; ) {
      const { value } = yield fillsFrom(vault, startTime);
      const fills = arrayOf(value) ?? [];
      const last = Math.max(0, ...fills.map((fill) => (msTime(objectOf(fill)?.time) ?? 0) / 1000));
      if (fills.length < perPage || last <= startTime) break;
      startTime = last;
    }
  }
}

function fillsFrom(user: string, startTime: number): RestRequest {
  return info({ type: 'userFillsByTime', user, startTime }, 20 + perPage / 20);
}

const each = { bulk: false, resumes: false };

/** Within 1200 of weight a minute, for all instruments together. */
export const polls: Streams['polls'] = {
  trades: { everyMs: 5_000, ...each, pages: trades },
  book_deltas: { everyMs: 5_000, ...each, pages: books },
  liquidations: { everyMs: 60_000, bulk: true, resumes: false, pages: liquidations },
  candles: { everyMs: 30_000, ...each, pages: candles },
} satisfies Record<string, Poll>;
