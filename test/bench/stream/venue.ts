/**
 * A venue that streams as fast as its clients read: Binance's protocol for the topics of the benchmark, over frames made
 * beforehand. Prints its address; `pace N` on its input sets the
 * messages a second (0 = none, Infinity = all that is read), and each line is answered by counts. Simulated.
 */
import { createServer } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { createInterface } from 'node:readline';
import { startSimulator } from '@feedlake/simulator';
import { WebSocketServer } from 'ws';
import { depthTemplates, type Template, tradeTemplates } from './frames.ts';

const levels = 20;
const variants = 64;
/** Bytes that are handed to a socket at once. */
const batchBytes = 64 * 1024;

const simulator = await startSimulator({ venues: ['binance'], symbols: 16, enforceLimits: false });
const server = createServer();
const streams = new WebSocketServer({ server });
const flows = new Set<Flow>();
/** Messages a second; infinite = as fast as the clients read. */
let pace = 0;
let topics = 0;
let messages = 0;
let rows = 0;

/** What one client asked for, sent round and round. */
class Flow {
  readonly #socket: Socket;
  readonly #templates: Template[] = [];
  #at = 0;
  #full = false;

  constructor(socket: Socket) {
    this.#socket = socket;
    socket.on('drain', () => {
      this.#full = false;
      this.send();
    });
  }

  /** Another topic than trades and books, such as one that only shows that a connection lives, brings nothing. */
  add(topic: string): void {
    if (!topic.includes('@aggTrade') && !topic.includes('@depth')) return;
    topics += 1;
    const symbol = topic.split('@')[0]?.toUpperCase() ?? '';
    const templates = topic.includes('@depth')
      ? depthTemplates(symbol, variants, levels)
      : tradeTemplates(symbol, variants);
    // Round and round over the symbols, and in each over its variants.
    const width = this.#templates.length / variants;
    for (const [index, template] of templates.entries()) {
      this.#templates.splice(index * (width + 1) + width, 0, template);
    }
  }

  /** As fast as the client reads: a batch at a time. */
  send(): void {
    if (pace !== Number.POSITIVE_INFINITY || this.#full || this.#socket.destroyed || this.#templates.length === 0)
      return;
    const batch: Buffer[] = [];
    for (let bytes = 0; bytes < batchBytes; bytes += batch.at(-1)?.length ?? 0) batch.push(this.#next());
    this.#full = !this.#socket.write(Buffer.concat(batch));
    if (!this.#full) setImmediate(() => this.send());
  }

  /** One message, as a write of its own. */
  sendOne(): void {
    if (!this.#full && !this.#socket.destroyed && this.#templates.length > 0)
      this.#full = !this.#socket.write(this.#next());
  }

  #next(): Buffer {
    const template = this.#templates[this.#at];
    this.#at = (this.#at + 1) % this.#templates.length;
    if (template === undefined) return Buffer.alloc(0);
    template.next(Date.now());
    messages += 1;
    rows += template.rows;
    return Buffer.from(template.frame);
  }
}

streams.on('connection', (client, request) => {
  const flow = new Flow(request.socket);
  flows.add(flow);
  client.on('close', () => flows.delete(flow));
  client.on('error', () => flows.delete(flow));
  client.on('message', (data) => {
    const { method, params, id } = JSON.parse(String(data));
    if (method === 'SUBSCRIBE') for (const topic of params) flow.add(topic);
    client.send(JSON.stringify({ result: null, id }));
  });
});
await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
const { port } = server.address() as AddressInfo;
process.stdout.write(`${JSON.stringify({ rest: simulator.urls.binance, websocket: `ws://127.0.0.1:${port}` })}\n`);

let begun = performance.now();
let due = 0;
setInterval(() => {
  if (pace === 0 || pace === Number.POSITIVE_INFINITY) return;
  const now = performance.now();
  due += ((now - begun) / 1000) * pace;
  begun = now;
  const all = [...flows];
  for (; due >= 1; due -= 1) all[Math.floor(due) % all.length]?.sendOne();
}, 1).unref();

for await (const line of createInterface({ input: process.stdin })) {
  const [verb, value] = line.split(' ');
  if (verb === 'pace') {
    pace = Number(value);
    begun = performance.now();
    for (const flow of flows) flow.send();
  }
  process.stdout.write(`${JSON.stringify({ topics, messages, rows })}\n`);
}
server.closeAllConnections();
server.close();
await simulator.close();
