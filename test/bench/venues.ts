/** The simulated exchanges of the benchmark: prints their URLs, then the number of requests so far for each line read. */
import { createInterface } from 'node:readline';
import { startSimulator, venueIds } from '@feedlake/simulator';

const simulator = await startSimulator();
process.stdout.write(`${JSON.stringify(simulator.urls)}\n`);
for await (const _line of createInterface({ input: process.stdin })) {
  const count = venueIds.reduce((sum, id) => sum + simulator.requests(id).length, 0);
  process.stdout.write(`${count}\n`);
}
await simulator.close();
