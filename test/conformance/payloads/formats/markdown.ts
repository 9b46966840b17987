import { adapterOf } from '../../adapters.ts';
import { strictJson } from '../lenient.ts';
import { type PayloadLine, reply } from '../line.ts';

/**
 * Pages of Binance's documentation, samples in fenced blocks. A file is named after its path, in small letters and with
 * `_` for `/`: `doc_get_fapi_v1_openinterest.md`.
 */
export function readMarkdown(text: string, file: string): PayloadLine[] {
  const name = /doc_get_(\w+)\.md$/.exec(file)?.[1];
  const paths = adapterOf('binance').replies.flatMap((mapper) => mapper.paths);
  const path = paths.find((known) => known.slice(1).replaceAll('/', '_').toLowerCase() === name);
  const samples = [...text.matchAll(/^```\w*\n([[{].*?)^```/gms)].map(([, sample = '']) => strictJson(sample));
  return path === undefined ? [] : samples.map((sample) => reply(path, sample));
}
