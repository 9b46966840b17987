import { infoReply, type PayloadLine, reply, streamed } from '../line.ts';
import { parseVerbatim } from '../verbatim.ts';

type Sample = Readonly<Record<string, unknown>> | readonly unknown[];

/**
 * `[{function, name, payload}]`: messages that the authors of a connector made up in the shape of the protocol. Their
 * invented coin is quoted in HBOT, which is no quote asset of any venue: it is read as USDT.
 */
export function readHummingbot(text: string, file: string): PayloadLine[] {
  const venue = file.split('/')[1] ?? '';
  const samples = parseVerbatim(text.replaceAll('COINALPHAHBOT', 'COINALPHAUSDT')) as { payload: Sample }[];
  return samples.map(({ payload }) => readSample(venue, payload));
}

function readSample(venue: string, sample: Sample): PayloadLine {
  const text = JSON.stringify(sample);
  if (venue === 'hyperliquid' && Array.isArray(sample)) return infoReply('{"type":"metaAndAssetCtxs"}', text);
  if (venue === 'hyperliquid' && 'levels' in sample) return infoReply('{"type":"l2Book"}', text);
  if (venue === 'backpack' && Array.isArray(sample)) return reply('/api/v1/markPrices', text);
  if (venue === 'backpack' && 'lastUpdateId' in sample) return reply('/api/v1/depth?symbol=COINALPHA_HBOT_PERP', text);
  if (venue === 'binance-usdm' && 'lastUpdateId' in sample) return reply('/fapi/v1/depth', text);
  if (venue === 'binance-usdm' && 'lastFundingRate' in sample) return reply('/fapi/v1/premiumIndex', text);
  if (venue === 'bybit-linear' && ('retCode' in sample || 'ret_code' in sample)) return bybitReply(sample, text);
  return streamed(text);
}

function bybitReply(sample: Sample, text: string): PayloadLine {
  const { result } = sample as { result: Readonly<Record<string, unknown>> };
  return reply('u' in result ? '/v5/market/orderbook' : '/v5/market/tickers', text);
}
