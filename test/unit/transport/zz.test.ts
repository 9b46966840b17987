import { test } from 'vitest';
import { BudgetBook } from '../../../packages/transport/src/rest/budget-book.ts';
import { FakeClock } from '../../support/fake-clock.ts';
test('perf', async () => {
  const book = new BudgetBook('v', [{pool:'a',capacity:100,seconds:60},{pool:'b',capacity:100,seconds:60}], new FakeClock());
  const s = new AbortController().signal; let t = performance.now();
  await Promise.all(Array.from({length:10000},async()=>{const l=await book.take({a:1},{maxWaitMs:1e9,signal:s}); l.settle();}));
  process.stderr.write(`${performance.now()-t} ms\n`); t = performance.now();
  const ac = new AbortController();
  const all = Promise.allSettled(Array.from({length:10000},async()=>{await book.take({a:100},{maxWaitMs:1e9,signal:ac.signal}); }));
  ac.abort(); await all;
  process.stderr.write(`${performance.now()-t} ms\n`);t = performance.now();
  book.block({kind:'rate_limited',message:''}, Date.now()*1000+1e12);
  await Promise.allSettled(Array.from({length:2000},async()=>{await book.take({a:1},{maxWaitMs:1e12,signal:s}); }));
  process.stderr.write(`${performance.now()-t} ms\n`);
}, 60000);
