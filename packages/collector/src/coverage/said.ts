import type { Interval } from '../intervals.ts';
import { type Claim, type ClaimedPart, claimOf, isSameClaim } from './kind.ts';
import type { CoverageRow } from './row.ts';
import { type Word, wordOf } from './word.ts';

/** Words by the symbol that they name; null = all. */
type BySymbol = Map<string | null, Word[]>;

/** All that is said about one claim on a dataset of an exchange. */
export interface SaidOfClaim {
  readonly claim: Claim;
  readonly words: BySymbol;
}

/** All that is said about a dataset of an exchange. */
export class SaidOfDataset {
  readonly exchange: string;
  readonly dataset: string;
  readonly claims: SaidOfClaim[] = [];
  readonly #repairs: BySymbol = new Map();

  constructor(exchange: string, dataset: string) {
    this.exchange = exchange;
    this.dataset = dataset;
  }

  add(word: Word): void {
    let said = this.claims.find(({ claim }) => isSameClaim(claim, word.claim));
    if (said === undefined) {
      said = { claim: word.claim, words: new Map() };
      this.claims.push(said);
    }
    addTo(said.words, word);
    if (word.isRepair) addTo(this.#repairs, word);
  }

  /** What is said about a symbol under a claim; under other claims only the repairs. */
  about({ claim, words }: SaidOfClaim, symbol: string | null): Word[] {
    return namesOf(symbol).flatMap((name) => [
      ...(words.get(name) ?? []),
      ...(this.#repairs.get(name) ?? []).filter((repair) => !isSameClaim(repair.claim, claim)),
    ]);
  }

  /** Whether anything is said about a symbol under a claim. */
  speaksOf({ words }: SaidOfClaim, symbol: string): boolean {
    return words.has(symbol) || words.has(null);
  }

  /**
   * The symbols whose timelines can differ: those that words name, and null for all the others where words are about
   * all. But of a stream, whose symbols are named one by one, such words may only tell of outages ("nothing could be
   * listed"): then there are no others.
   */
  symbols({ claim, words }: SaidOfClaim): (string | null)[] {
    const ofAll = words.get(null);
    if (ofAll === undefined) return [...words.keys()];
    const isNamed = [...words].some(([symbol, said]) => symbol !== null && said.some((word) => !word.isRepair));
    const hasOthers = claim.kind !== 'stream' || !isNamed || ofAll.some((word) => word.isCovered);
    const all = new Set([...words.keys(), ...this.#repairs.keys()]);
    return [...all].filter((symbol) => symbol !== null || hasOthers);
  }
}

/** Sorts what rows say about a range by what it is about. */
export function whatIsSaid(rows: Iterable<CoverageRow>, range: Interval): SaidOfDataset[] {
  const all = new Map<string, SaidOfDataset>();
  const claims = new Map<string | null, ClaimedPart>();
  for (const row of rows) {
    const detail = row.detail ?? null;
    const claim = claims.get(detail) ?? claimOf(detail);
    claims.set(detail, claim);
    const word = wordOf(row, claim, range);
    if (word === null) continue;
    const key = `${row.exchange} ${row.dataset}`;
    const said = all.get(key) ?? new SaidOfDataset(row.exchange, row.dataset);
    all.set(key, said);
    said.add(word);
  }
  return [...all.values()];
}

function namesOf(symbol: string | null): (string | null)[] {
  return symbol === null ? [null] : [symbol, null];
}

function addTo(words: BySymbol, word: Word): void {
  const known = words.get(word.symbol);
  if (known === undefined) words.set(word.symbol, [word]);
  else known.push(word);
}
