import { readdirSync, readFileSync } from 'node:fs';
import { join, sep } from 'node:path';
import type { VenueId } from '../venue.ts';
import type { Recording } from './recording.ts';
import { type Origin, recordingOf, venueNamed } from './shapes.ts';

/**
 * Recorded replies in a folder. Its own format is one JSON file per reply,
 * `{"venue": "bybit", "request": "GET /v5/market/tickers?category=linear", "status": 200, "headers": {}, "bodyText": "…"}`,
 * with `body` (JSON) in place of `bodyText` where the bytes do not matter; `request` may also be
 * `{"method", "path", "query", "body"}`. Other recorders' shapes are listed at {@link recordingOf}; a file may hold one
 * record, an array of them, or one a line (`.jsonl`).
 *
 * A record without a venue gets it from `MANIFEST.json` (`[{"file", "exchange", "kind", "provenance"}]`) in the folder, or from the
 * name of a folder above it (`binance`, `binance-usdm`, `bybit`, `bybit-linear`, `hyperliquid`, `backpack`), or from its host.
 * What is none of the four venues, or no reply, is left out.
 */
export function readRecordings(folder: string): Recording[] {
  const manifest = manifestOf(folder);
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((file) => /\.jsonl?$/.test(file) && file !== 'MANIFEST.json')
    .sort()
    .flatMap((file) => recordingsIn(folder, file.split(sep).join('/'), manifest));
}

interface Listed {
  readonly file: string;
  readonly exchange?: string;
  readonly kind?: string;
  readonly provenance?: string;
}

function manifestOf(folder: string): Map<string, Listed> {
  let text: string;
  try {
    text = readFileSync(join(folder, 'MANIFEST.json'), 'utf8');
  } catch {
    return new Map();
  }
  return new Map((JSON.parse(text) as Listed[]).map((listed) => [listed.file, listed]));
}

function recordingsIn(folder: string, file: string, manifest: ReadonlyMap<string, Listed>): Recording[] {
  const listed = manifest.get(file);
  if (listed !== undefined && !isReply(listed)) return [];
  const venue = listed === undefined ? venueOfFolder(file) : venueNamed(listed.exchange);
  if (listed?.exchange !== undefined && venue === null) return [];
  const origin = { file, venue, doubt: doubtOf(listed) };
  const text = readFileSync(join(folder, file), 'utf8');
  const records = file.endsWith('.jsonl') ? text.split('\n').filter((line) => line.trim() !== '') : [text];
  return records.flatMap((record) => recordingsOf(record, origin));
}

function recordingsOf(text: string, origin: Origin): Recording[] {
  let value: unknown;
  try {
    value = JSON.parse(text, exactNumber);
  } catch {
    return [];
  }
  const several = Array.isArray(value) && value.length > 0 && value.every(hasRequest);
  const records = several ? (value as unknown[]) : [value];
  return records.flatMap((record) => recordingOf(record, text, origin) ?? []);
}

/** Keeps a number's digits where they are to be written again: a raw JSON value in place of a double. */
function exactNumber(_name: string, value: unknown, context?: { source?: string }): unknown {
  if (typeof value !== 'number' || context?.source === undefined || String(value) === context.source) return value;
  return (JSON as unknown as { rawJSON(text: string): unknown }).rawJSON(context.source);
}

function hasRequest(value: unknown): boolean {
  return typeof value === 'object' && value !== null && 'request' in value;
}

function isReply(listed: Listed): boolean {
  return listed.kind === undefined || listed.kind === 'rest-response';
}

function doubtOf(listed: Listed | undefined): number {
  return /^(captured|recorded)/.test(listed?.provenance ?? 'captured') ? 0 : 1;
}

function venueOfFolder(file: string): VenueId | null {
  const folders = file.split('/').slice(0, -1).reverse();
  return folders.map(venueNamed).find((venue) => venue !== null) ?? null;
}
