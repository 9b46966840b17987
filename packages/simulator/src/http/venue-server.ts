import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { finished } from 'node:stream/promises';
import { setTimeout as delay } from 'node:timers/promises';
import { faultReply, spoiled } from '../fault/replies.ts';
import { type FaultRule, requestFaults } from '../fault/rule.ts';
import { type FaultRules, subjectOf } from '../fault/rules.ts';
import { Limiter } from '../limiter.ts';
import type { StreamServer } from '../stream/stream-server.ts';
import type { TruthLog } from '../truth.ts';
import type { Reply, VenueApi, VenueRequest } from '../venue.ts';
import type { Control } from './control.ts';
import type { RequestLog } from './request-log.ts';

/** What all venue servers of one simulation share. */
export interface Shared {
  readonly faults: FaultRules;
  readonly truth: TruthLog;
  readonly requests: RequestLog;
  readonly control: Control;
  /** Microseconds. */
  now(): number;
}

/**
 * Ports that venues of this process have had. None is given out twice: whoever was limited or banned by one venue would
 * hold it against another at the same address.
 */
const givenPorts = new Set<number>();

/** One venue on a port of its own, so that its paths are exactly the venue's. */
export class VenueServer {
  readonly #api: VenueApi;
  readonly #shared: Shared;
  readonly #limiter: Limiter;
  readonly #server: Server;
  readonly #streams: StreamServer | null;
  readonly #closing = new AbortController();
  /** Microseconds that this venue's clock is ahead, after pages were made to shift. */
  #ahead = 0;
  #port = 0;

  /** @param streams the venue's WebSocket side, on the same port; null where it has none. */
  constructor(api: VenueApi, streams: StreamServer | null, shared: Shared, enforceLimits: boolean) {
    this.#api = api;
    this.#streams = streams;
    this.#shared = shared;
    this.#limiter = new Limiter(api.budgets, enforceLimits);
    this.#server = createServer((request, response) => {
      this.#serve(request, response).catch((error: unknown) => fail(response, error));
    });
    if (streams === null) return;
    this.#server.on('upgrade', (request, socket, head) => streams.handshake(request, socket as Socket, head));
  }

  /** Base URL, once it listens. */
  get url(): string {
    return `http://127.0.0.1:${this.#port}`;
  }

  get api(): VenueApi {
    return this.#api;
  }

  /** Listens on a port, 0 = any free one; again on the same one after {@link refuse}. */
  async listen(port = this.#port): Promise<void> {
    if (this.#server.listening) return;
    await new Promise<void>((resolve, reject) => {
      this.#server.once('error', reject);
      this.#server.listen(port, '127.0.0.1', () => {
        this.#server.off('error', reject);
        resolve();
      });
    });
    const got = (this.#server.address() as AddressInfo).port;
    if (port === 0 && givenPorts.has(got)) {
      await new Promise((resolve) => this.#server.close(resolve));
      return this.listen(0);
    }
    givenPorts.add(got);
    this.#port = got;
  }

  /** Refuses connections from now on, and ends those that there are. */
  async refuse(): Promise<void> {
    if (!this.#server.listening) return;
    const closed = new Promise((resolve) => this.#server.close(resolve));
    this.#server.closeAllConnections();
    this.#streams?.terminate();
    await closed;
  }

  async close(): Promise<void> {
    this.#closing.abort();
    await this.refuse();
  }

  async #serve(incoming: IncomingMessage, response: ServerResponse): Promise<void> {
    const request = await read(incoming);
    if (request.path.startsWith('/_simulator/')) {
      const { reply, afterwards } = await this.#shared.control.answer(request, this.#api);
      send(response, reply, { connection: 'close' });
      await finished(response);
      await afterwards?.();
      return;
    }
    const rule = this.#shared.faults.take(this.#api.id, subjectOf(request), requestFaults);
    if (rule?.kind === 'shifting-page') this.#ahead += (rule.advanceMs ?? 3_600_000) * 1000;
    const at = this.#shared.now() + this.#ahead;
    const weight = this.#api.costs(request);
    if (rule?.kind === 'reset') {
      this.#record(request, null, weight, at);
      incoming.socket.resetAndDestroy();
      return;
    }
    const reply = this.#reply(request, rule, weight, at);
    if (rule?.kind === 'slow') await delay(rule.delayMs ?? 1000, undefined, { signal: this.#closing.signal });
    if (response.destroyed) return;
    this.#record(request, reply.status, weight, at);
    this.#shared.truth.add(this.#api.id, at, reply.facts ?? []);
    const headers = {
      ...this.#api.usageHeaders(this.#limiter.used(at)),
      ...(this.#api.simulated ? { 'x-feedlake-simulated': '1' } : {}),
    };
    if (rule?.kind === 'cut') sendHalf(response, reply, headers);
    else send(response, reply, headers);
  }

  #reply(request: VenueRequest, rule: FaultRule | null, weight: Readonly<Record<string, number>>, at: number): Reply {
    const instead = rule === null ? null : faultReply(rule, this.#api, at);
    if (instead !== null) return instead;
    const verdict = this.#limiter.take(weight, at);
    if (verdict.kind === 'limited') return this.#api.refusals.rateLimited(at);
    if (verdict.kind === 'banned') return this.#api.refusals.banned(at, verdict.until);
    const reply = this.#api.answer(request, at);
    if (reply.extraCost !== undefined) this.#limiter.charge(reply.extraCost, at);
    return rule === null ? reply : spoiled(rule, reply);
  }

  #record(request: VenueRequest, status: number | null, weight: Readonly<Record<string, number>>, at: number): void {
    const { method, path, queryText: query, body } = request;
    this.#shared.requests.add({ venue: this.#api.id, method, path, query, body, status, weight, at });
  }
}

/** A mistake of the simulator's own shows as one; a client that went away is none. */
function fail(response: ServerResponse, error: unknown): void {
  if (response.destroyed || response.headersSent) {
    response.destroy();
    return;
  }
  response.writeHead(500, { 'content-type': 'text/plain', 'x-feedlake-simulator-error': '1' });
  response.end(error instanceof Error ? (error.stack ?? error.message) : String(error));
}

async function read(incoming: IncomingMessage): Promise<VenueRequest> {
  const chunks: Buffer[] = [];
  for await (const chunk of incoming) chunks.push(chunk as Buffer);
  const target = incoming.url ?? '/';
  const mark = target.indexOf('?');
  const queryText = mark < 0 ? '' : target.slice(mark + 1);
  return {
    method: incoming.method ?? 'GET',
    path: mark < 0 ? target : target.slice(0, mark),
    queryText,
    query: new URLSearchParams(queryText),
    body: Buffer.concat(chunks).toString('utf8'),
    contentType: incoming.headers['content-type'] ?? '',
  };
}

function send(response: ServerResponse, reply: Reply, headers: Readonly<Record<string, string>>): void {
  response.writeHead(reply.status, headersOf(reply, headers));
  response.end(reply.body);
}

function sendHalf(response: ServerResponse, reply: Reply, headers: Readonly<Record<string, string>>): void {
  response.writeHead(reply.status, headersOf(reply, headers));
  response.write(reply.body.slice(0, reply.body.length / 2), () => response.destroy());
}

function headersOf(reply: Reply, headers: Readonly<Record<string, string>>): Record<string, string> {
  return {
    'content-type': reply.contentType,
    ...headers,
    ...reply.headers,
    'content-length': String(Buffer.byteLength(reply.body)),
  };
}
