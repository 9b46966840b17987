import { readFileSync } from 'node:fs';
import { datasetNames, datasets } from '@feedlake/schema';
import { describe, expect, it } from 'vitest';
import { datasetsPage } from '../../../packages/schema/scripts/datasets-page.ts';

describe('docs/datasets.md', () => {
  it('is what the schema says (else: npm run docs)', () => {
    expect(readFileSync(new URL('../../../docs/datasets.md', import.meta.url), 'utf8')).toBe(datasetsPage());
  });

  it('tells type, nullability and meaning of every column', () => {
    const sections = datasetsPage().split('\n## ').slice(1);
    expect(sections).toHaveLength(datasetNames.length);
    for (const [index, name] of datasetNames.entries()) {
      for (const [column, { type, nullable, doc }] of Object.entries(datasets[name].columns)) {
        const row = sections[index]?.split('\n').find((line) => line.startsWith(`| \`${column}\` | ${type} |`));
        expect(row, `${name}.${column}`).toContain(doc);
        expect(row?.split(' | ')[2]).toBe(nullable ? 'yes' : '');
      }
    }
  });
});
