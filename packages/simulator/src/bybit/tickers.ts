import { hour, multiply } from '@feedlake/schema';
import { fact } from '../http/reply.ts';
import { book } from '../model/book.ts';
import { dayStatistics } from '../model/candle.ts';
import { nextFunding, runningRate } from '../model/funding.ts';
import { indexPrice, lastPrice, type Market, markPrice } from '../model/market.ts';
import { cut, fixed, ms } from '../model/text.ts';
import type { Fact, Reply } from '../venue.ts';
import { envelope } from './envelope.ts';
import { bothSides } from './open-interest.ts';

/** `GET /v5/market/tickers`: all instruments at once, everything as text, "" for what does not apply. */
export function tickers(markets: readonly Market[], at: number, withSingle: boolean): Reply {
  const list = markets.map((market) => ticker(market, at, withSingle));
  const time = ms(at) * 1000;
  const facts = list.flatMap((row, index): Fact[] => {
    const about = { symbol: row.symbol, time, row: index, kind: 'current' };
    const found = [
      fact({ ...about, dataset: 'open_interest' }, row, [
        'openInterest',
        'openInterestValue',
        'singleOpenInterest',
        'singleOpenInterestValue',
        'markPrice',
      ]),
      fact({ ...about, dataset: 'tickers' }, row, ['lastPrice', 'markPrice', 'indexPrice', 'bid1Price', 'ask1Price']),
    ];
    if (row.fundingRate === '') return found;
    const fields = ['fundingRate', 'nextFundingTime', 'fundingIntervalHour', 'markPrice', 'indexPrice'];
    return [...found, fact({ ...about, dataset: 'funding_rates', kind: 'running' }, row, fields)];
  });
  return envelope({ category: 'linear', list }, at, facts);
}

/** One instrument of it. */
export function ticker(market: Market, at: number, withSingle: boolean) {
  const price = (value: number) => fixed(value, market.priceDecimals);
  const stats = dayStatistics(market, at);
  const { both, single } = bothSides(market, at);
  const mark = price(markPrice(market, at));
  const { bids, asks } = book(market, at, 1);
  const [bid1Price = '', bid1Size = ''] = bids[0] ?? [];
  const [ask1Price = '', ask1Size = ''] = asks[0] ?? [];
  const funded = market.fundingSeconds !== null;
  return {
    symbol: market.symbol,
    lastPrice: stats.c,
    indexPrice: price(indexPrice(market, at)),
    markPrice: mark,
    prevPrice24h: stats.o,
    price24hPcnt: fixed(Number(stats.c) / Number(stats.o) - 1, 6),
    highPrice24h: stats.h,
    lowPrice24h: stats.l,
    prevPrice1h: price(lastPrice(market, at - hour)),
    openInterest: both,
    openInterestValue: cut(multiply(both, mark), 2),
    ...(withSingle ? { singleOpenInterest: single, singleOpenInterestValue: cut(multiply(single, mark), 2) } : {}),
    turnover24h: cut(stats.quoteVolume, 4),
    volume24h: cut(stats.volume, 4),
    fundingRate: funded ? fixed(runningRate(market, at), 8) : '',
    nextFundingTime: funded ? String(ms(nextFunding(market, at))) : '0',
    predictedDeliveryPrice: '',
    basisRate: funded ? '' : '0.00512345',
    deliveryFeeRate: funded ? '' : '0.0005',
    deliveryTime: market.expiry === null ? '0' : String(ms(market.expiry)),
    ask1Size,
    bid1Price,
    ask1Price,
    bid1Size,
    basis: '',
    preOpenPrice: '',
    preQty: '',
    curPreListingPhase: '',
    fundingIntervalHour: funded ? String((market.fundingSeconds ?? 0) / 3600) : '',
    basisRateYear: '',
    fundingCap: funded ? '0.005' : '',
  };
}
