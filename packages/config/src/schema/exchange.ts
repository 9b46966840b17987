import { datasetNames } from '@feedlake/schema';
import * as z from 'zod';
import { allOrNames, baseUrl, duration, oneOrMore, secret } from './text.ts';
import { wait } from './wait.ts';

/** A schema of one adapter's own `options`: an object whose keys all have defaults or may be absent. */
export type OptionsSchema = z.ZodType<Record<string, unknown>>;

/** What decides the defaults of one entry under `exchanges`. */
export interface ExchangeFacts {
  /** The venue that the entry is about. */
  readonly exchange: string;
  /** Whether a native adapter exists for it. */
  readonly native: boolean;
  /** The native adapter's own options; without it any are taken. */
  readonly options?: OptionsSchema | undefined;
}

/** The datasets that some exchange streams. */
const streamed = datasetNames.filter(
  (name) => name !== 'coverage' && name !== 'raw' && name !== 'instruments' && name !== 'funding_rates',
);

const credentials = z
  .strictObject({
    api_key: secret()
      .optional()
      .meta({ description: 'API key or public key', examples: [`\${BACKPACK_API_KEY}`] }),
    secret: secret()
      .optional()
      .meta({ description: 'API secret or private seed', examples: [`\${BACKPACK_SECRET}`] }),
    password: secret().optional().describe('Passphrase, where a venue has one'),
    private_key: secret().optional().describe('Private key of a wallet'),
    wallet_address: secret().optional().describe('Address of a wallet'),
  })
  .prefault({})
  .describe('Keys for private data; public data needs none');

const endpoints = z
  .strictObject({
    rest: oneOrMore(baseUrl('https', 'http'))
      .optional()
      .meta({
        description: "Base URL or URLs, best first; default: the venue's own",
        examples: ['https://fapi.binance.com'],
      }),
    websocket: oneOrMore(baseUrl('wss', 'ws'))
      .optional()
      .meta({
        description: "Base URL or URLs, best first; default: the venue's own",
        examples: ['wss://fstream.binance.com'],
      }),
  })
  .prefault({})
  .describe('Hosts to use instead of the usual ones');

const rest = z
  .strictObject({
    concurrency: z.int().min(1).max(1000).default(8).describe('Requests under way at once'),
    retries: z.int().min(0).max(100).default(4).describe('Further attempts after one that can be retried'),
    timeout: wait().default('10s').describe('Time for one attempt, from sending to the last byte'),
  })
  .prefault({})
  .describe('Requests over HTTP');

const websocket = z
  .strictObject({
    reconnect_delay: wait().default('1s').describe('Longest wait before the first reconnect; it doubles each time'),
    reconnect_delay_max: wait().default('1m').describe('Longest wait before any reconnect'),
    rotate_after: wait().default('23h').describe('Age at which a connection is replaced, before the venue cuts it'),
    queue: z.int().min(1).default(10_000).describe('Received messages that may wait to be handled'),
  })
  .prefault({})
  .describe('Live connections');

const rateLimit = z
  .strictObject({
    share: z
      .number()
      .gt(0)
      .max(1)
      .default(0.8)
      .describe("Part of the venue's request budgets that this process may use"),
  })
  .prefault({})
  .describe('Request budgets');

const silence = z
  .partialRecord(z.enum(streamed), wait())
  .default({})
  .meta({
    description: 'Time without data after which a feed counts as dead, by dataset; default: by its own rhythm',
    examples: [{ book_deltas: '30s' }],
  });

const timeouts = z
  .strictObject({
    connect: wait().default('10s').describe('Time to connect, through the proxy and TLS included'),
    silence,
  })
  .prefault({})
  .describe('Deadlines of connections');

/**
 * The settings of one exchange. The defaults of `exchange` and `engine` depend on the entry, so they stand in the
 * descriptions and not in the JSON Schema.
 */
export const exchangeSettings = (facts: ExchangeFacts) =>
  z
    .strictObject({
      enabled: z.boolean().default(true).describe('Whether it is collected'),
      exchange: z.string().min(1).default(facts.exchange).meta({
        default: undefined,
        description: 'Id of the venue, where the key is a name of your own; default: the key',
      }),
      engine: z
        .enum(['native', 'ccxt'])
        .default(facts.native ? 'native' : 'ccxt')
        .meta({ default: undefined, description: '`native` or `ccxt`; default: native where an adapter exists' }),
      symbols: allOrNames()
        .prefault('all')
        .meta({ description: 'Instruments: `all`, or a list of symbols', examples: [['BTC-USDT-PERP']] }),
      channels: z
        .array(z.enum(streamed))
        .default([])
        .meta({ description: 'Datasets to stream', examples: [['trades', 'liquidations']] }),
      candle_intervals: z
        .array(duration())
        .min(1)
        .default(['1m'])
        .meta({ description: 'Widths of the candles to stream', examples: [['1m', '1h']] }),
      endpoints,
      credentials,
      rest,
      websocket,
      rate_limit: rateLimit,
      timeouts,
      rest_only: z.boolean().default(false).describe('Never open a WebSocket; poll over REST where that makes sense'),
      options: (facts.options ?? z.record(z.string(), z.unknown()))
        .prefault({})
        .describe("The adapter's own options; with `engine: ccxt` those of ccxt"),
    })
    .prefault({});

/** The `exchanges` section: the entries whose facts are known, and any others, which go through ccxt. */
export const exchanges = (known: Readonly<Record<string, ExchangeFacts>>) =>
  z
    .object(Object.fromEntries(Object.entries(known).map(([id, facts]) => [id, exchangeSettings(facts)])))
    .catchall(exchangeSettings({ exchange: '', native: false }))
    .prefault({})
    .meta({
      description:
        'Exchanges by id. Those with a native adapter are there without being named; any other id goes through ccxt',
    });
