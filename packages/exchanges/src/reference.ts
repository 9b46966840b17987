import type { Row } from '@feedlake/schema';

/**
 * What a venue has told about its instruments so far. Mappers fill it and look things up in it; they work without it
 * too, with less to say.
 */
export class Reference {
  /** By the venue's own name. */
  readonly instruments = new Map<string, Row<'instruments'>>();
  /**
   * Seconds between fundings by the venue's own name, where a reply made for that was read; null before that. A null
   * in it: the symbol is listed, but its interval was not readable.
   * Whether absence from it means something is the venue's affair.
   */
  fundingIntervals: Map<string, number | null> | null = null;
  /** Quote assets by what a family of names has in common, where a reply stated it: Hyperliquid's dex prefix. */
  readonly quoteAssets = new Map<string, string>();
  /** Last known state per topic, for streams that only send what has changed. To be emptied on reconnect. */
  readonly lastKnown = new Map<string, Record<string, unknown>>();
}
