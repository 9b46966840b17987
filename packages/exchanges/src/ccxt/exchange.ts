import { AsyncLocalStorage } from 'node:async_hooks';
import { isDecimal, now, plainDecimal } from '@feedlake/schema';
import { type RestReply, type RestRequest, type RestRules, VenueError } from '@feedlake/transport';
import { arrayOf, objectOf, textOf } from '../value.ts';
import { type ErrorHandler, faultInReply, kindOfError, wordsOfError } from './fault.ts';
import { NotOfferedError } from './not-offered.ts';

/** What is used of one of ccxt's exchanges. Its structures are read as JSON from elsewhere is. */
export interface CcxtApi extends ErrorHandler {
  readonly name: string;
  readonly precisionMode: unknown;
  readonly timeframes: Readonly<Record<string, unknown>>;
  readonly has: Record<string, unknown>;
  readonly rateLimit: number;
  readonly headers: Readonly<Record<string, string>> | undefined;
  readonly markets: Readonly<Record<string, unknown>> | undefined;
  number: unknown;
  parseNumber: (value: unknown, fallback?: unknown) => unknown;
  fetch: (url: string, method?: string, headers?: Readonly<Record<string, string>>, body?: string) => Promise<unknown>;
  options: Record<string, unknown>;
  loadMarkets(reload: boolean): Promise<unknown>;
  fetchTickers(symbols: readonly string[]): Promise<unknown>;
  fetchMarkPrices(symbols: readonly string[]): Promise<unknown>;
  fetchOpenInterest(symbol: string): Promise<unknown>;
  fetchOpenInterests(symbols: readonly string[], params: object): Promise<unknown>;
  fetchOpenInterestHistory(
    symbol: string,
    timeframe: string,
    since: number,
    limit: number,
    params: object,
  ): Promise<unknown>;
  fetchFundingRate(symbol: string): Promise<unknown>;
  fetchFundingRates(symbols: readonly string[]): Promise<unknown>;
  fetchFundingRateHistory(symbol: string, since: number, limit: number, params: object): Promise<unknown>;
}

/** Sends requests to one origin. */
export interface Client {
  request(request: RestRequest, signal: AbortSignal): Promise<RestReply>;
}

export interface ExchangeOptions {
  /** The exchange id that errors carry. */
  readonly id: string;
  /** ccxt's own name of the exchange. */
  readonly className: string;
  /** ccxt's `options`. */
  readonly options: Readonly<Record<string, unknown>>;
  /** Part of the exchange's request budget, as ccxt knows it, that may be used; more than 0, at most 1. */
  readonly share: number;
  /** Makes the client for an origin, the only host of these rules. Called once for each. */
  readonly connect: (rules: RestRules) => Client;
}

/** What a call to ccxt brought, and about the replies that it came from. */
export interface Answer<Value> {
  readonly value: Value;
  /** When the last reply arrived, in microseconds. */
  readonly received: number;
  readonly simulated: boolean;
}

interface Call {
  readonly signal: AbortSignal;
  received: number | null;
  simulated: boolean;
}

type CcxtModule = Readonly<Record<string, new (settings: object) => CcxtApi>>;

/** Market types that are no perpetual or dated future of the exchange's own, and cost requests to list. */
const unwanted = ['spot', 'option', 'hip3', 'stock'];

/** One exchange of ccxt's whose requests all go out through clients of ours. */
export class CcxtExchange {
  readonly api: CcxtApi;
  readonly #id: string;
  readonly #base: CcxtApi;
  readonly #calls = new AsyncLocalStorage<Call>();
  readonly #clients = new Map<string, Client>();
  readonly #connect: (rules: RestRules) => Client;

  private constructor(api: CcxtApi, base: CcxtApi, { id, connect }: ExchangeOptions) {
    this.api = api;
    this.#base = base;
    this.#id = id;
    this.#connect = connect;
    api.fetch = (...request) => this.#fetch(...request);
  }

  /**
   * Loads ccxt, which nothing else does, and sets the exchange up; no request is made.
   * @throws RangeError when ccxt has no such exchange.
   */
  static async open(settings: ExchangeOptions): Promise<CcxtExchange> {
    const { default: ccxt } = await import('ccxt');
    const { className, options, share } = settings;
    if (!ccxt.exchanges.includes(className)) throw new RangeError(`ccxt has no exchange ${className}`);
    const classes = ccxt as unknown as CcxtModule;
    const create = (name: string, more: object): CcxtApi => {
      const Exchange = classes[name];
      if (Exchange === undefined) throw new RangeError(`ccxt has no class ${name}`);
      return new Exchange(more);
    };
    const rateLimit = create(className, {}).rateLimit / share;
    const api = create(className, { options, rateLimit, enableRateLimit: true });
    const types = arrayOf(objectOf(api.options.fetchMarkets)?.types);
    if (types !== null && !Object.hasOwn(options, 'fetchMarkets')) {
      const wanted = types.filter((type) => !unwanted.includes(String(type)));
      api.options.fetchMarkets = { ...objectOf(api.options.fetchMarkets), types: wanted };
    }
    // Loading the markets would ask for all currencies first.
    api.has.fetchCurrencies = false;
    api.number = String;
    api.parseNumber = exactNumber;
    return new CcxtExchange(api, create('Exchange', {}), settings);
  }

  /**
   * Whether the exchange has a method: ccxt's own word for it is not enough, since some of what it claims only throws.
   */
  offers(method: keyof CcxtApi & `fetch${string}`): boolean {
    const { [method]: claimed } = this.api.has;
    return claimed === 'emulated' || (claimed === true && this.api[method] !== this.#base[method]);
  }

  /**
   * Calls ccxt.
   * @throws VenueError when the exchange can't be asked, refuses, or answers something that ccxt can't read;
   * NotOfferedError when ccxt can't do it after all; the signal's reason.
   */
  async call<Value>(signal: AbortSignal, work: (api: CcxtApi) => Promise<Value>): Promise<Answer<Value>> {
    const call: Call = { signal, received: null, simulated: false };
    try {
      const value = await this.#calls.run(call, () => work(this.api));
      return { value, received: call.received ?? now(), simulated: call.simulated };
    } catch (error) {
      signal.throwIfAborted();
      throw this.#plain(error);
    }
  }

  async #fetch(
    address: string,
    method = 'GET',
    headers: Readonly<Record<string, string>> = {},
    body?: string,
  ): Promise<unknown> {
    const call = this.#calls.getStore();
    if (call === undefined) throw new TypeError(`${this.#id}: a request outside of a call`);
    if (method !== 'GET' && method !== 'POST') throw new TypeError(`${this.#id}: ${method} is for private data`);
    const { origin, pathname, search } = new URL(address);
    const own = { ...this.api.headers, ...headers };
    const request: RestRequest = {
      method,
      path: pathname + search,
      headers: Object.fromEntries(Object.entries(own).map(([name, value]) => [name.toLowerCase(), value])),
      ...(body !== undefined && { body }),
      costs: {},
    };
    const reply = await this.#client(origin).request(request, call.signal);
    call.received = reply.received;
    call.simulated ||= 'x-feedlake-simulated' in reply.headers;
    return reply.value ?? reply.text;
  }

  #client(origin: string): Client {
    const known = this.#clients.get(origin);
    if (known !== undefined) return known;
    const client = this.#connect({
      hosts: [origin],
      budgets: [],
      fault: (reply, request) => faultInReply(this.api, reply, request),
    });
    this.#clients.set(origin, client);
    return client;
  }

  #plain(error: unknown): unknown {
    if (error instanceof VenueError || error instanceof NotOfferedError) return error;
    const kind = kindOfError(error);
    const words = wordsOfError(error);
    if (kind === 'not_offered') return new NotOfferedError(words, { cause: error });
    if (kind !== null) return new VenueError(this.#id, { kind, message: words }, null, { cause: error });
    const message = `ccxt can't read the reply: ${words}`;
    return new VenueError(this.#id, { kind: 'malformed', message }, null, { cause: error });
  }
}

/** In place of ccxt's, which reads numbers with an exponent through a double. */
function exactNumber(value: unknown, fallback?: unknown): unknown {
  const text = textOf(value);
  if (text === null) return fallback;
  return /e/i.test(text) && isDecimal(text) ? plainDecimal(text) : text;
}
