import { readFileSync, writeFileSync } from 'node:fs';
import { datasetsPage } from './datasets-page.ts';

/**
 * `npm run docs` writes docs/datasets.md from the schema; `npm run docs -- --check` exits 1 when it is out of date.
 */
const path = new URL('../../../docs/datasets.md', import.meta.url);
const page = datasetsPage();

if (!process.argv.includes('--check')) {
  writeFileSync(path, page);
} else if (readOrEmpty() !== page) {
  process.stderr.write('docs/datasets.md is not what the schema says: npm run docs\n');
  process.exitCode = 1;
}

function readOrEmpty(): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}
