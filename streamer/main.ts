#!/usr/bin/env node
/**
 * What the container runs: the `feedlake` command as its first process.
 *
 * The kernel lets that process have only the signals that it asks for, so a stop that comes while the program loads must be
 * asked for too: else the container would be killed after its whole grace.
 */
import process from 'node:process';

/** As `feedlake` says that it was interrupted. */
const interrupted = 130;

const leave = () => process.exit(interrupted);
const stops = ['SIGINT', 'SIGTERM'] as const;
for (const name of stops) process.on(name, leave);
const { main } = await import('@feedlake/cli');
for (const name of stops) process.off(name, leave);
await main(process.argv);
