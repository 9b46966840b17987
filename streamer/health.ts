/**
 * `health.js [live | ready]`: whether the process of this container fares well, by its own word: exit code 0 or 1. It is run
 * every few seconds, so it loads next to nothing. Where health is served is taken from the record that the process keeps in
 * its `state_dir`, since host and port are settings; that of `up --simulate` is beside its lake.
 */
import { readFileSync } from 'node:fs';
import { get } from 'node:http';
import process from 'node:process';
import { environment } from '@feedlake/config';

/** Less than the container's own patience with this command, so that the reason is said. */
const patienceMs = 3_000;

const [, , part] = process.argv;
const { FEEDLAKE_STATE_DIR: stateDir = '.feedlake' } = environment();

function fail(reason: string): never {
  process.stderr.write(`${reason}\n`);
  process.exit(1);
}

function served(): string {
  const record = recordIn(stateDir) ?? recordIn('demo-lake/.feedlake');
  if (record === null) return fail(`nothing runs in state_dir ${stateDir}`);
  return record.health ?? fail('it starts');
}

function recordIn(folder: string): { readonly health: string | null } | null {
  try {
    return JSON.parse(readFileSync(`${folder}/instance.json`, 'utf8'));
  } catch {
    return null;
  }
}

// A server on every address is asked on the loopback one.
const base = served().replace('//0.0.0.0:', '//127.0.0.1:').replace('//[::]:', '//[::1]:');
const url = part === undefined ? `${base}/health` : `${base}/health/${part}`;
get(url, { agent: false, timeout: patienceMs }, (response) => {
  response.setEncoding('utf8');
  let text = '';
  response.on('data', (more: string) => {
    text += more;
  });
  response.on('end', () => {
    process.stdout.write(`${text}\n`);
    process.exitCode = response.statusCode === 200 ? 0 : 1;
  });
})
  .on('timeout', () => fail(`${url} does not answer within ${patienceMs / 1000} s`))
  .on('error', ({ message }) => fail(`${url} does not answer: ${message}`));
