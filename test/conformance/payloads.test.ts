import { type ExchangeAdapter, Reference } from '@feedlake/exchanges';
import { afterAll, describe, expect, it } from 'vitest';
import { adapterOf } from './adapters.ts';
import { asSent } from './payloads/as-sent.ts';
import { checkExpectedFile } from './payloads/expected-file.ts';
import { payloadFolder } from './payloads/folder.ts';
import { faultsOf } from './payloads/invariants.ts';
import { expectedFiles, type PayloadFile, payloadFiles } from './payloads/manifest.ts';
import type { Outcome } from './payloads/normalize.ts';
import { incomplete, listed, notSent, otherTopic, whyNotOurs } from './payloads/not-ours.ts';
import { outcomesOf, rowsOf } from './payloads/outcomes.ts';
import { Tally } from './payloads/tally.ts';
import { compareWithTardis, type TardisResult } from './payloads/tardis-expected.ts';
import type { PlainRow } from './rows.ts';

const folder = payloadFolder();

if (folder === null) {
  it.skip('real payloads: not present, so nothing is shown of them (set FEEDLAKE_PAYLOADS to their folder)');
} else {
  checkPayloads(folder);
}

function checkPayloads(folder: string): void {
  const files = payloadFiles(folder);
  const tally = new Tally();

  afterAll(() => {
    process.stdout.write(tally.report());
  });

  describe('real payloads', () => {
    it.each(files)('$file', (file) => {
      const outcomes = outcomesOf(folder, file.venue, file.file);
      tally.add(file.venue, outcomes);
      if (whyNotOurs(file.file) !== null) expect(rowsOf(outcomes)).toEqual([]);
      else checkFile(file, outcomes);
    });

    it('nothing is on the list of what is not ours without need', () => {
      const present = listed.filter((name) => files.some(({ file }) => file === name.split('#')[0]));
      const withoutRows = files.flatMap(({ file, venue }) => {
        const outcomes = present.some((name) => name.startsWith(file)) ? outcomesOf(folder, venue, file) : [];
        const single = outcomes.flatMap((outcome, index) =>
          rowsOf([outcome]).length === 0 ? [`${file}#${index}`] : [],
        );
        return single.length === outcomes.length ? [file, ...single] : single;
      });
      expect(present.filter((name) => !withoutRows.includes(name))).toEqual([]);
    });
  });

  describe('messages of streams are told apart before they are read', () => {
    const streams = files.filter(({ file, venue }) =>
      outcomesOf(folder, venue, file).some(({ line }) => line.request === null),
    );
    it.each(streams)('$file', ({ file, venue }) => {
      outcomesOf(folder, venue, file).forEach((outcome, index) => {
        if (outcome.line.request === null) checkIncoming(`${file}#${index}`, venue, outcome);
      });
    });
  });

  describe('what others made of the same payloads', () => {
    it.each(expectedFiles(folder))('$file', (file) => checkExpectedFile(folder, file));

    const withResults = files.filter(({ file, venue }) =>
      outcomesOf(folder, venue, file).some((outcome) => resultsOfOthers(adapterOf(venue), outcome).length > 0),
    );
    it.each(withResults)('$file', ({ file, venue }) => {
      const comparisons = outcomesOf(folder, venue, file).map((outcome) =>
        compareWithTardis(outcome.line.text, rowsOf([outcome]), resultsOfOthers(adapterOf(venue), outcome)),
      );
      expect(comparisons.flatMap(({ differences }) => differences)).toEqual([]);
      expect(comparisons.reduce((sum, { compared }) => sum + compared, 0)).toBeGreaterThan(0);
    });
  });
}

/** A session knows what the message is, and that of a topic it is data that names the instruments of its rows. */
function checkIncoming(name: string, venue: string, outcome: Outcome): void {
  const { text, topic } = asSent(venue, outcome.line.text);
  for (const rules of Object.values(adapterOf(venue).streams.routes)) {
    const incoming = rules.read(Buffer.from(text));
    if (topic !== null) expect(incoming, name).toEqual({ kind: 'data', topic });
    else if (notSent.includes(name)) expect(incoming, name).toEqual({ kind: 'unknown' });
    else expect(['ack', 'refused', 'heartbeat'], name).toContain(incoming.kind);
  }
  const isNamed = ({ venue_symbol }: PlainRow) => topic?.toLowerCase().includes(String(venue_symbol).toLowerCase());
  const unnamed = rowsOf([outcome]).filter((row) => isNamed(row) !== true);
  expect(unnamed.length > 0, name).toBe(otherTopic.includes(name));
}

/** Every message becomes valid rows or is understood to hold none, and the file as a whole becomes some. */
function checkFile({ file, venue }: PayloadFile, outcomes: readonly Outcome[]): void {
  outcomes.forEach((outcome, index) => {
    const message = `${file}#${index}`;
    if (whyNotOurs(file, index) !== null) expect(rowsOf([outcome]), message).toEqual([]);
    else expect(faultsOfOutcome(adapterOf(venue), outcome), message).toEqual(incomplete[message] ?? []);
  });
  expect(rowsOf(outcomes), 'maps to nothing, and is not on the list of files that are not ours').not.toEqual([]);
}

/** What another project made of a message, as far as it is about instruments of ours. */
function resultsOfOthers(adapter: ExchangeAdapter, { line }: Outcome): TardisResult[] {
  const results = (line.expected ?? []) as TardisResult[];
  return results.filter(({ symbol }) => adapter.symbolOf(symbol, new Reference()) !== null);
}

function faultsOfOutcome(adapter: ExchangeAdapter, outcome: Outcome): string[] {
  const { line, result } = outcome;
  if (result === null) return [`no mapper for ${line.request?.method} ${line.request?.path}`];
  const silent = result.rows.length + result.ignored.length + result.rejected.length === 0;
  return [...result.rejected, ...(silent ? ['nothing came of it'] : []), ...faultsOf(adapter, outcome)];
}
