import { afterAll, describe, expect, it } from 'vitest';
import { type HotFeed, scanAndCompare, type VenueId } from '../support/scanned.ts';
import { payloadFolder } from './payloads/folder.ts';
import { type PayloadFile, payloadFiles, payloadText } from './payloads/manifest.ts';
import { readPayload } from './payloads/read.ts';

const folder = payloadFolder();

if (folder === null) {
  it.skip('real messages: not present, so nothing is shown of them (set FEEDLAKE_PAYLOADS to their folder)');
} else {
  checkScans(folder);
}

/** Captured byte for byte; others were written anew by whoever kept them. */
const verbatim = /^(cryptofeed|tardis|arbitrage-observatory)\//;

/** How messages of hot feeds begin, wherever blanks are left out. */
const hot = /"aggTrade"|"depthUpdate"|"publicTrade\.|"orderbook\.|"channel":"(trades|l2Book)"|"e":"(trade|depth)"/;

function checkScans(folder: string): void {
  const counts = new Map<string, { scanned: number; of: number }>();

  afterAll(() => {
    const lines = [...counts].map(([name, { scanned, of }]) => `  ${name}: ${scanned} of ${of}\n`);
    process.stdout.write(`captured messages of hot feeds that are scanned\n${lines.join('')}`);
  });

  describe('real messages of hot feeds', () => {
    const files = payloadFiles(folder).filter((file) => messagesOf(folder, file).length > 0);

    it.each(files)('$file: scanned to the rows of the mapper, or not at all', (file) => {
      for (const text of messagesOf(folder, file)) {
        const isScanned = scanned(file, text);
        if (!verbatim.test(file.file) || !hot.test(text)) continue;
        const count = counts.get(file.venue) ?? { scanned: 0, of: 0 };
        counts.set(file.venue, { scanned: count.scanned + (isScanned ? 1 : 0), of: count.of + 1 });
      }
    });

    it('nearly all that were captured are scanned', () => {
      const all = [...counts.values()];
      const total = all.reduce((sum, { of }) => sum + of, 0);
      expect(total).toBeGreaterThan(0);
      expect(all.reduce((sum, { scanned }) => sum + scanned, 0) / total).toBeGreaterThan(0.99);
    });
  });
}

function messagesOf(folder: string, { file }: PayloadFile): string[] {
  return readPayload(file, payloadText(folder, file)).flatMap(({ request, text }) => (request === null ? [text] : []));
}

/** Tries a message as one of each hot feed, for the instrument that it names. */
function scanned({ venue }: PayloadFile, text: string): boolean {
  const symbol = /"(?:s|coin)":\s*"([^"]*)"/.exec(text)?.[1] ?? '';
  const feeds: readonly HotFeed[] = ['trades', 'book_deltas'];
  return (
    feeds.filter((feed) => scanAndCompare(venue as VenueId, feed, Buffer.from(text), symbol) !== null).length === 1
  );
}
