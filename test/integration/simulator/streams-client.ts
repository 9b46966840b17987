import { setTimeout } from 'node:timers/promises';
import type { Simulator, TruthRecord, VenueId } from '@feedlake/simulator';
import { onTestFinished } from 'vitest';
import { WebSocket } from 'ws';

/** A message, parsed, as the type that the test expects. */
// biome-ignore lint/suspicious/noExplicitAny: what a venue sends has no type, and a test reads fields of it that it expects.
export type Message = any;

/** A plain WebSocket client of a simulated venue. */
export interface StreamClient {
  readonly socket: WebSocket;
  /** Its name in the truth. */
  readonly name: string;
  /** All texts that came, oldest first. */
  readonly texts: string[];
  /** Those of them that are JSON. */
  messages(): Message[];
  send(value: unknown): void;
  /** Resolves when everything that the venue has sent so far has come. */
  settled(): Promise<void>;
  /** The code that it was closed with; resolves when it is. */
  readonly closed: Promise<number>;
}

/** Connects to a venue; ends with the test. @throws where the venue refuses. */
export async function connect(simulator: Simulator, venue: VenueId, path: string): Promise<StreamClient> {
  const before = simulator.connections(venue).length;
  const socket = new WebSocket(simulator.wsUrls[venue] + path);
  const texts: string[] = [];
  socket.on('message', (data) => texts.push(String(data)));
  socket.on('error', () => {});
  const closed = new Promise<number>((resolve) => {
    socket.on('close', resolve);
  });
  onTestFinished(() => socket.terminate());
  await new Promise((resolve, reject) => {
    socket.once('open', resolve);
    socket.once('error', reject);
  });
  const name = simulator.connections(venue)[before]?.name ?? '';
  return {
    socket,
    name,
    texts,
    closed,
    messages: () => texts.map((text) => JSON.parse(text)),
    send: (value) => socket.send(typeof value === 'string' ? value : JSON.stringify(value)),
    settled: () =>
      new Promise((resolve) => {
        socket.once('pong', () => resolve());
        socket.ping();
      }),
  };
}

/** The status that a handshake is refused with. */
export async function refusal(
  simulator: Simulator,
  venue: VenueId,
  path: string,
): Promise<{ status: number; type: string; body: string }> {
  const socket = new WebSocket(simulator.wsUrls[venue] + path);
  socket.on('error', () => {});
  return new Promise((resolve, reject) => {
    socket.once('open', () => {
      socket.terminate();
      reject(new Error(`${path} was let in`));
    });
    socket.once('unexpected-response', (_request, response) => {
      let body = '';
      response.on('data', (chunk: Buffer) => {
        body += chunk.toString();
      });
      response.on('end', () =>
        resolve({ status: response.statusCode ?? 0, type: response.headers['content-type'] ?? '', body }),
      );
    });
  });
}

/** Waits for a condition, for as long as the test may take. */
export async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await setTimeout(2);
}

/** Lets time pass in steps, after each of which the clients have read everything. */
export async function pass(
  simulator: Simulator,
  ms: number,
  clients: readonly StreamClient[],
  steps = 1,
): Promise<void> {
  for (let step = 0; step < steps; step += 1) {
    await simulator.advance(ms / steps);
    await Promise.all(clients.map((client) => client.settled()));
  }
}

/** A book that a test keeps from what it is told, by the decimal values of prices. */
export class KeptBook {
  readonly #sides = { bids: new Map<number, number>(), asks: new Map<number, number>() };

  set(bids: readonly (readonly string[])[], asks: readonly (readonly string[])[]): this {
    this.#sides.bids.clear();
    this.#sides.asks.clear();
    return this.apply(bids, asks);
  }

  apply(bids: readonly (readonly string[])[], asks: readonly (readonly string[])[]): this {
    for (const [side, levels] of [
      [this.#sides.bids, bids],
      [this.#sides.asks, asks],
    ] as const) {
      for (const [price, size] of levels) {
        if (Number(size) === 0) side.delete(Number(price));
        else side.set(Number(price), Number(size));
      }
    }
    return this;
  }

  /** Best levels first. */
  levels(): { bids: number[][]; asks: number[][] } {
    return {
      bids: [...this.#sides.bids].sort(([a], [b]) => b - a),
      asks: [...this.#sides.asks].sort(([a], [b]) => a - b),
    };
  }
}

/** The numbers of a book in the simulator's texts, at most so many levels a side. */
export function numbers(
  book: { readonly bids: readonly (readonly string[])[]; readonly asks: readonly (readonly string[])[] },
  count = Number.POSITIVE_INFINITY,
): { bids: number[][]; asks: number[][] } {
  const side = (levels: readonly (readonly string[])[]) => levels.slice(0, count).map((level) => level.map(Number));
  return { bids: side(book.bids), asks: side(book.asks) };
}

/** Truth records that nobody got. */
export function lost(records: readonly TruthRecord[]): TruthRecord[] {
  return records.filter((record) => record.sentTo?.length === 0 && record.sampledOut !== true);
}
