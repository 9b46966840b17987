import { strictJson } from '../lenient.ts';
import { type PayloadLine, reply } from '../line.ts';

/** Pages of Binance's documentation: `doc_get_<path with _ for />.md`, samples in fenced blocks. */
export function readMarkdown(text: string, file: string): PayloadLine[] {
  const path = paths[/doc_get_(\w+)\.md$/.exec(file)?.[1] ?? ''];
  const samples = [...text.matchAll(/^```\w*\n([[{].*?)^```/gms)].map(([, sample = '']) => strictJson(sample));
  return path === undefined ? [] : samples.map((sample) => reply(path, sample));
}

const paths: Readonly<Record<string, string>> = {
  fapi_v1_aggtrades: '/fapi/v1/aggTrades',
  fapi_v1_fundingrate: '/fapi/v1/fundingRate',
  fapi_v1_klines: '/fapi/v1/klines',
  fapi_v1_openinterest: '/fapi/v1/openInterest',
  fapi_v1_premiumindex: '/fapi/v1/premiumIndex',
  futures_data_openinteresthist: '/futures/data/openInterestHist',
};
