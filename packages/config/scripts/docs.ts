import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { nativeOptions } from '@feedlake/exchanges';
import { jsonSchema } from '../src/index.ts';
import { settingsNode } from '../src/schema/node.ts';
import { reference } from './reference.ts';

/**
 * Writes docs/configuration.md and feedlake.schema.json from the schema of the settings and the options of the native
 * adapters. With `--check` it writes nothing and exits with 1 where one of them is out of date.
 */
const root = new URL('../../../', import.meta.url);
const head = readFileSync(new URL('configuration-head.md', import.meta.url), 'utf8');

const files = {
  'docs/configuration.md': `${head}\n${reference(settingsNode(nativeOptions))}`,
  'feedlake.schema.json': formatted('feedlake.schema.json', JSON.stringify(jsonSchema(nativeOptions), null, 2)),
};

for (const [name, content] of Object.entries(files)) {
  const file = new URL(name, root);
  if (!process.argv.includes('--check')) writeFileSync(file, content);
  else if (current(file) !== content) {
    process.stderr.write(`${name} is out of date: run \`npm run docs\`\n`);
    process.exitCode = 1;
  }
}

function current(file: URL): string | null {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return null;
  }
}

/** In the style of the repository, so that its check leaves generated files alone. */
function formatted(name: string, input: string): string {
  const biome = fileURLToPath(new URL('node_modules/@biomejs/biome/bin/biome', root));
  const options = { cwd: fileURLToPath(root), input, encoding: 'utf8' } as const;
  return execFileSync(process.execPath, [biome, 'format', `--stdin-file-path=${name}`], options);
}
