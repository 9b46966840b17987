/** The simulated exchanges of the soak, at a lively market's pace: prints their addresses. */
import { startSimulator } from '@feedlake/simulator';

const simulator = await startSimulator({
  symbols: 40,
  streamTruth: false,
  streams: { tradesPerSecond: 4, booksPerSecond: 10, liquidationsPerMinute: 2 },
});
process.stdout.write(`${JSON.stringify({ urls: simulator.urls, wsUrls: simulator.wsUrls })}\n`);
process.on('SIGTERM', async () => {
  await simulator.close();
  process.exit(0);
});
