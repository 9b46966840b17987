export { exitCode } from './exit.ts';
export { main } from './main.ts';
export { run } from './run.ts';
export type { Streams } from './streams.ts';
