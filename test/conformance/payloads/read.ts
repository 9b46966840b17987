import { readCcxtComments } from './formats/ccxt-comments.ts';
import { readHummingbot } from './formats/hummingbot.ts';
import { readJkorf } from './formats/jkorf.ts';
import { readMarkdown } from './formats/markdown.ts';
import { readCryptofeed, readPlain } from './formats/plain.ts';
import { readCassette, readGoCryptoTrader, readRequestLines } from './formats/recorded-requests.ts';
import { readTardis } from './formats/tardis.ts';
import type { PayloadLine } from './line.ts';

type Read = (text: string, file: string) => PayloadLine[];

/** The format of a file is that of its source, the first folder of its path. */
const formats: Readonly<Record<string, Read>> = {
  'arbitrage-observatory': readRequestLines,
  'ate-studio': readPlain,
  'bybit-docs': readPlain,
  'ccxt-comments': readCcxtComments,
  cryptofeed: readCryptofeed,
  gocryptotrader: readGoCryptoTrader,
  hummingbot: readHummingbot,
  'hyperliquid-python-sdk': readCassette,
  'jkorf-net': readJkorf,
  nautilus: readPlain,
  'official-docs-copy': readMarkdown,
  'public-notes': readRequestLines,
  tardis: readTardis,
  tripwire: readRequestLines,
};

/**
 * The messages and replies of a payload file, in their order.
 * @throws RangeError when its source has a format that is not known here.
 */
export function readPayload(file: string, text: string): PayloadLine[] {
  const read = formats[file.split('/')[0] ?? ''];
  if (read === undefined) throw new RangeError(`no reader for the format of ${file}`);
  return read(text, file);
}
