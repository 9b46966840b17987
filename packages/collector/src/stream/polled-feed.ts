import type { PollQuery } from '@feedlake/exchanges';
import { type AnyRow, minute, second } from '@feedlake/schema';
import { BookIntake, bookPart } from './book-intake.ts';
import type { Intake } from './intake.ts';
import type { Ledger } from './ledger.ts';
import type { LedgerEntry, OpenGap } from './ledger-entry.ts';
import { polledTrades } from './polled-trades.ts';
import { CandleIntake, LiquidationIntake } from './row-intakes.ts';
import { TradeIntake } from './trade-intake.ts';

export interface PolledFeedOptions {
  readonly ledger: Ledger;
  /** Widths of the candles wanted, in seconds. */
  readonly candleSeconds: readonly number[];
  readonly tradeIdsAreConsecutive: boolean;
  /** All topics that bring what the entry is about, whether they are polled or not. */
  readonly allTopics: () => readonly string[];
}

/** What lies between the last poll and the stream. Times in microseconds. */
export interface Seam {
  readonly from: number;
  readonly to: number;
  /** The newest trade of the last poll, where trades are numbered. */
  readonly lastTradeId: string | null;
}

/**
 * So far apart (µs) may the clocks of a venue and of this machine be, and so late may a venue publish: what is asked for
 * by time is asked for from so much earlier on.
 */
const allowance = minute;
/** So many candles come with any poll. */
const mostCandles = 90;
/** What was lost on this side: no poll brings it once more. */
const lostHere: readonly string[] = ['spool', 'malformed'];
/** The part of an entry that stands for its polls. */
export const restPart = 'rest';
const unnumbered = { first: null, last: null };

/** One entry of the ledger that is polled in place of its stream, and the account of that. */
export class PolledFeed {
  readonly entry: LedgerEntry;
  /** The topics whose place the polls take. */
  readonly topics = new Set<string>();
  /** Whether the last poll has brought nothing that could be kept. */
  isFailing = false;
  readonly #intake: Intake;
  readonly #options: PolledFeedOptions;
  /** Whether it tells a state, of which the latest is enough: what was between two polls was never owed. */
  readonly #isState: boolean;
  /** When the last good poll was received (µs). */
  #last: number | null = null;
  /** From when on the last poll was asked for (µs). */
  #since = 0;
  /** Ids of the newest trades of the last poll; null = there was none. */
  #lastIds: ReadonlySet<string> | null = null;

  constructor(intake: Intake, options: PolledFeedOptions) {
    this.entry = intake.entry;
    this.#intake = intake;
    this.#options = options;
    this.#isState = ![TradeIntake, CandleIntake, LiquidationIntake].some((kind) => intake instanceof kind);
  }

  /** What is to be asked for at a time (µs): all from the last good poll on, or what lies in a seam. */
  query(now: number, seam: Seam | null = null): Omit<PollQuery, 'options'> {
    const { until, owedFrom, key } = this.entry;
    const known = seam?.from ?? this.#last ?? (until > 0 ? until : (owedFrom ?? now));
    const reach = Math.min(...this.#options.candleSeconds) * second * mostCandles;
    this.#since = Math.max(known - allowance, this.#intake instanceof CandleIntake ? now - reach : 0);
    const lastTradeId = seam === null ? this.#lastTradeId : seam.lastTradeId;
    return { symbol: key.venueSymbol ?? '', lastTradeId, since: this.#since, now };
  }

  /** A poll has brought these rows, in the order they happened. */
  took(rows: readonly AnyRow[], now: number): void {
    const { ledger } = this.#options;
    const { entry } = this;
    const before = entry.until;
    const { gap, canBeHad } = this.#endGaps(now);
    ledger.turn(entry, 'poll');
    if (typeof rows[0]?.source === 'string') entry.source = rows[0].source;
    // Numbers tell by themselves whether anything was missed.
    if (gap !== null && canBeHad && this.#isNumbered) this.#intake.resumed?.(gap.from, now, gap.cause);
    const { fresh, isWhole } = this.#sift(rows);
    if (gap === null && isWhole === false) ledger.hole(entry, restPart, before, now, 'polling', unnumbered);
    if (gap !== null && canBeHad && isWhole === true) this.#repaired(gap.from, now);
    this.#take(fresh, now);
    entry.until = now;
    this.#last = now;
    this.isFailing = false;
  }

  /** A poll has brought nothing that could be kept. */
  failed(cause: string): void {
    const { ledger } = this.#options;
    const open = this.#ownGaps();
    for (const [part, { from }] of open) ledger.interrupted(this.entry, part, from, cause);
    if (open.length === 0) this.ended(cause);
    this.isFailing = true;
  }

  /** No more polls come, for this cause. */
  ended(cause: string): void {
    const { entry } = this;
    const from = Math.max(entry.until, entry.owedFrom ?? 0);
    if (this.#ownGaps().length === 0) this.#options.ledger.interrupted(entry, restPart, from, cause);
  }

  /**
   * A stream brings it from a time on (µs).
   * @returns what lies between the last poll and that and is worth asking for.
   */
  handOver(to: number): Seam | null {
    const { ledger } = this.#options;
    const { entry } = this;
    const lastTradeId = this.#lastTradeId;
    const { gap, canBeHad } = this.#endGaps(to);
    const from = gap?.from ?? entry.until;
    const hasSeam = !this.#isState && to > from;
    if (gap === null && !hasSeam) entry.until = Math.max(from, to);
    ledger.turn(entry, 'stream');
    if (gap === null && hasSeam) ledger.hole(entry, restPart, from, to, 'polling', unnumbered);
    this.#intake.interrupted?.('polling');
    if (this.#intake instanceof BookIntake) ledger.owed(entry, bookPart, to);
    if (hasSeam || this.#isState) this.#intake.resumed?.(from, to, 'polling');
    // Without numbers, only what was polled before tells where the seam begins.
    const isKnown = !(this.#intake instanceof TradeIntake) || this.#isNumbered || this.#lastIds !== null;
    return hasSeam && canBeHad && isKnown ? { from, to, lastTradeId } : null;
  }

  /** What lies in a seam was asked for, and these rows have come, in the order they happened. */
  bridged(rows: readonly AnyRow[], { from, to }: Seam, now: number): void {
    const { fresh, isWhole } = this.#sift(rows);
    if (isWhole === true) this.#repaired(from, to);
    this.#take(fresh, now);
  }

  get #isNumbered(): boolean {
    return this.#intake instanceof TradeIntake && this.#options.tradeIdsAreConsecutive;
  }

  get #lastTradeId(): string | null {
    return this.#intake instanceof TradeIntake ? this.#intake.lastId : null;
  }

  /** What of a reply is new, and whether all is in it since the last one; null where that is not for a poll to tell. */
  #sift(rows: readonly AnyRow[]): { readonly fresh: readonly AnyRow[]; readonly isWhole: boolean | null } {
    if (!(this.#intake instanceof TradeIntake)) return { fresh: rows, isWhole: this.#isState ? null : true };
    const { fresh, isWhole, lastIds } = polledTrades(this.#intake, rows, {
      lastIds: this.#lastIds,
      isNumbered: this.#isNumbered,
    });
    this.#lastIds = lastIds;
    return { fresh, isWhole };
  }

  #take(rows: readonly AnyRow[], now: number): void {
    if (this.#intake instanceof BookIntake) this.#intake.polled(rows, now);
    else
      this.#intake.rows(
        this.#intake instanceof CandleIntake ? finalCandles(rows, this.entry.owedFrom ?? 0, now) : rows,
        now,
      );
  }

  /** Of candles a poll has no more than it was asked for. */
  #repaired(from: number, to: number): void {
    const reached = this.#intake instanceof CandleIntake ? this.#since : 0;
    this.#options.ledger.repaired(this.entry, Math.max(from, reached), to, 'poll');
  }

  /** The gaps that a poll can end: all but those of topics that are streamed. */
  #ownGaps(): (readonly [part: string, gap: OpenGap])[] {
    const { gaps } = this.entry;
    if (gaps.size === 0) return [];
    const streamed = this.#options.allTopics().filter((topic) => !this.topics.has(topic));
    return [...gaps].filter(([part]) => !streamed.includes(part));
  }

  /** Ends what was missing; gives the gap that began first, and whether what was in them can still be had. */
  #endGaps(at: number): { readonly gap: OpenGap | null; readonly canBeHad: boolean } {
    const open = this.#ownGaps();
    for (const [part] of open) this.#options.ledger.resumed(this.entry, part, at);
    const [gap = null] = open.map(([, one]) => one).sort((a, b) => a.from - b.from);
    return { gap, canBeHad: open.every(([part]) => !lostHere.includes(part)) };
  }
}

/**
 * Candles that have ended since they are owed, and change no more. With some venues it is this machine's clock that says
 * so: it is believed when the next candle has begun, or after a while.
 */
function finalCandles(rows: readonly AnyRow[], owedFrom: number, now: number): AnyRow[] {
  const newest = new Map<unknown, number>();
  for (const { interval_seconds: width, open_time: open } of rows) {
    newest.set(width, Math.max(newest.get(width) ?? 0, Number(open)));
  }
  return rows.filter(({ interval_seconds: width, open_time: open, closed }) => {
    const end = Number(open) + Number(width) * second;
    const isFinal = closed === true && ((newest.get(width) ?? 0) > Number(open) || now - end >= allowance);
    return isFinal && end > owedFrom;
  });
}
