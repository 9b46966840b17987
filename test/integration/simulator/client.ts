import { type Simulator, type SimulatorOptions, startSimulator, type VenueId } from '@feedlake/simulator';
import { afterEach } from 'vitest';

/** 15 October 2026, 12:34:56 UTC, in microseconds. */
export const start = Date.UTC(2026, 9, 15, 12, 34, 56) * 1000;

const running: Simulator[] = [];

afterEach(async () => {
  await Promise.all(running.splice(0).map((simulator) => simulator.close()));
});

/** A simulator with a clock of its own that ends with the test. */
export async function simulate(options: SimulatorOptions = {}): Promise<Simulator> {
  const simulator = await startSimulator({ seed: 7, symbols: 60, now: () => start, ...options });
  running.push(simulator);
  return simulator;
}

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
}

/** Asks a venue; a body makes it a POST of JSON. */
export async function ask(simulator: Simulator, venue: VenueId, path: string, body?: unknown): Promise<Answer> {
  const post = { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) };
  const response = await fetch(simulator.urls[venue] + path, body === undefined ? {} : post);
  return { status: response.status, headers: response.headers, text: await response.text() };
}

/** The JSON of an answer that must be a good one, as the type that the test expects. */
export async function data<Value>(simulator: Simulator, venue: VenueId, path: string, body?: unknown): Promise<Value> {
  const answer = await ask(simulator, venue, path, body);
  if (answer.status !== 200) throw new Error(`${path}: ${answer.status} ${answer.text}`);
  return JSON.parse(answer.text) as Value;
}
