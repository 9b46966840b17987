import type { Row } from '@feedlake/schema';

/**
 * What a venue has told about its instruments so far. Mappers fill it and look things up in it; they work without it
 * too, with less to say.
 */
export class Reference {
  /** By the venue's own name. */
  readonly instruments = new Map<string, Row<'instruments'>>();
  /**
   * Seconds between fundings by the venue's own name, where a reply made for that was read; null before that.
   * Whether absence from it means something is the venue's affair.
   */
  fundingIntervals: Map<string, number> | null = null;
  /** Last known state per topic, for streams that only send what has changed. Emptied on reconnect. */
  readonly lastKnown = new Map<string, Record<string, unknown>>();
}
