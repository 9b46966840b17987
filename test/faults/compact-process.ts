/**
 * A compaction as a process of its own, to be killed. Says on its standard output what it is about to do to the lake and
 * what it has done, a line each, so that it can be killed right then.
 */
import { compact, openStore } from '@feedlake/lake';
import { now } from '@feedlake/schema';
import { type Change, steppedStore } from '../support/compaction.ts';

const [location = '', folder = ''] = process.argv.slice(2);
const store = openStore(location);
const say = (word: string) => (change: Change) => void process.stdout.write(`${word} ${change.call} ${change.key}\n`);
const watched = steppedStore(store, say('about to'), say('did'));
process.stdout.write('begun\n');
await compact(watched, { now: now(), afterMs: 0, folder, removalDelayMs: 20 });
process.stdout.write('complete\n');
