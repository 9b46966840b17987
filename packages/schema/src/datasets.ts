import { type Columns, decimal, flag, integer, text, time } from './column.ts';

/** One dataset of the lake: what its rows are, how they are told apart and how they are ordered. */
export interface Dataset {
  /** One sentence for people: what a row is. */
  readonly doc: string;
  readonly columns: Columns;
  /** The columns that identify a row: two rows equal in all of them are one fact recorded twice. */
  readonly key: readonly string[];
  /** Ascending sort order of the rows inside one object. */
  readonly order: readonly string[];
}

const common = {
  exchange: text({ doc: 'Exchange id, lower case' }),
  symbol: text({ doc: 'Unified symbol, for example BTC-USDT-PERP' }),
  venue_symbol: text({ doc: "The venue's own name of the instrument" }),
  ts_event: time({ nullable: true, doc: 'When it happened, by the venue; null where the venue gives no time' }),
  ts_recv: time({ doc: 'When this process received it' }),
  source: text({ doc: '`live` (stream), `rest`, `archive` or `simulated`' }),
} satisfies Columns;

const exact = {
  exact: text({ nullable: true, doc: 'JSON object, column → original text, for numbers that a DOUBLE cannot hold' }),
} satisfies Columns;

const price = (doc: string) => decimal({ unit: 'quote', doc });
const priceOrNull = (doc: string) => decimal({ unit: 'quote', nullable: true, doc });
const scheduledTime = time({
  nullable: true,
  doc: 'Slot of the schedule that this row was polled for; null for histories and streams',
});

const tickerValues = [
  'last_price',
  'mark_price',
  'index_price',
  'bid_price',
  'bid_size',
  'ask_price',
  'ask_size',
  'funding_rate',
  'open_interest',
  'funding_time',
] as const;

/** The schema of the lake, version 1. Parquet files, validation, documentation and catalogue derive from it. */
export const datasets = {
  open_interest: {
    doc: 'Open interest of one instrument, one side, in base units: at one moment or at the end of a history bucket.',
    columns: {
      ...common,
      open_interest: decimal({ unit: 'base', minimum: 0, doc: 'Open interest, one side' }),
      open_interest_value: decimal({
        unit: 'quote',
        minimum: 0,
        nullable: true,
        doc: 'Notional value of it, one side',
      }),
      value_basis: text({
        nullable: true,
        doc: '`reported` by the venue, `mark`: computed from the mark price of the same reply, or null',
      }),
      mark_price: priceOrNull('Mark price told in the same reply'),
      period_seconds: integer({
        unit: 's',
        nullable: true,
        doc: 'Width of a history bucket; null for a point in time',
      }),
      scheduled_time: scheduledTime,
      ...exact,
    },
    key: ['exchange', 'symbol', 'period_seconds', 'ts_event', 'scheduled_time'],
    order: ['symbol', 'ts_event', 'period_seconds'],
  },
  funding_rates: {
    doc: 'Funding rate of one instrument for one interval: settled, or the running estimate.',
    columns: {
      ...common,
      kind: text({ doc: '`settled` (charged) or `running` (estimate for the interval now open)' }),
      rate: decimal({ unit: 'fraction per interval', doc: 'Raw rate of one interval, never annualised' }),
      funding_time: time({ nullable: true, doc: 'When this rate was, or will next be, charged' }),
      interval_seconds: integer({ unit: 's', nullable: true, doc: 'Funding interval; null where not stated' }),
      mark_price: priceOrNull('Mark price told in the same reply'),
      index_price: priceOrNull('Index (oracle) price told in the same reply'),
      scheduled_time: scheduledTime,
      ...exact,
    },
    key: ['exchange', 'symbol', 'kind', 'funding_time', 'ts_event', 'scheduled_time'],
    order: ['symbol', 'ts_event', 'kind'],
  },
  liquidations: {
    doc: 'One liquidation order.',
    columns: {
      ...common,
      side: text({ nullable: true, doc: 'Side of the liquidated POSITION: `long` or `short`; null where unknown' }),
      venue_side: text({ nullable: true, doc: "The venue's own side letter or word" }),
      price: price("The order's price (on Bybit the bankruptcy price)"),
      average_price: priceOrNull('Price that it traded at, where told'),
      size: decimal({ unit: 'base', minimum: 0, doc: "The order's full quantity" }),
      value: decimal({ unit: 'quote', nullable: true, doc: 'Notional value, only where the venue states it' }),
      completeness: text({
        doc: '`full`, `sampled` (Binance: at most one per symbol per second) or `backstop` (Hyperliquid vault fills only)',
      }),
      ordinal: integer({ doc: 'Counts equal rows within one message from 0' }),
      ...exact,
    },
    key: ['exchange', 'symbol', 'ts_event', 'side', 'venue_side', 'price', 'size', 'ordinal'],
    order: ['symbol', 'ts_event', 'ordinal'],
  },
  trades: {
    doc: 'One trade, or an aggregate of the fills of one order at one price.',
    columns: {
      ...common,
      trade_id: text({ doc: "The venue's id of the trade" }),
      side: text({ doc: 'Aggressor: `buy` or `sell`' }),
      price: price('Price'),
      size: decimal({ unit: 'base', minimum: 0, doc: 'Quantity' }),
      off_book: flag({ doc: 'Insurance fund, ADL or block trade: not matched in the public book' }),
      first_trade_id: text({ nullable: true, doc: 'First trade of an aggregate' }),
      last_trade_id: text({ nullable: true, doc: 'Last trade of an aggregate' }),
      ...exact,
    },
    key: ['exchange', 'symbol', 'trade_id'],
    order: ['symbol', 'ts_event', 'trade_id'],
  },
  book_deltas: {
    doc: 'One changed price level of an order book. A snapshot replaces the whole book.',
    columns: {
      ...common,
      side: text({ nullable: true, doc: '`bid` or `ask`; null in the single row of a message without levels' }),
      price: priceOrNull('Price of the level'),
      size: decimal({ unit: 'base', minimum: 0, nullable: true, doc: 'New quantity at this price; 0 removes it' }),
      first_seq: integer({ nullable: true, doc: 'First update id in the message' }),
      last_seq: integer({ nullable: true, doc: 'Last update id in the message' }),
      prev_seq: integer({ nullable: true, doc: 'Last update id of the message before, where told' }),
      cross_seq: integer({ nullable: true, doc: 'Sequence shared by all streams of the venue, where told' }),
      is_snapshot: flag({ doc: 'This message replaces the book' }),
      is_last: flag({ doc: 'Last row of its message' }),
      ...exact,
    },
    key: ['exchange', 'symbol', 'ts_event', 'last_seq', 'is_snapshot', 'side', 'price'],
    order: ['symbol', 'ts_event', 'last_seq'],
  },
  tickers: {
    doc: 'What a venue says in passing about an instrument at one moment; columns not told are null.',
    columns: {
      ...common,
      last_price: priceOrNull('Price of the last trade'),
      mark_price: priceOrNull('Mark price'),
      index_price: priceOrNull('Index (oracle) price'),
      bid_price: priceOrNull('Best bid'),
      bid_size: decimal({ unit: 'base', nullable: true, doc: 'Quantity at the best bid' }),
      ask_price: priceOrNull('Best ask'),
      ask_size: decimal({ unit: 'base', nullable: true, doc: 'Quantity at the best ask' }),
      funding_rate: decimal({ unit: 'fraction per interval', nullable: true, doc: 'Running funding rate' }),
      open_interest: decimal({ unit: 'base', nullable: true, doc: 'Open interest, one side' }),
      funding_time: time({ nullable: true, doc: 'When the running rate will be charged' }),
      ...exact,
    },
    // Two messages of one millisecond, of different streams, are two facts: so the values belong to the key.
    key: ['exchange', 'symbol', 'ts_event', ...tickerValues],
    order: ['symbol', 'ts_event'],
  },
  candles: {
    doc: 'One candle. `ts_event` is its open time.',
    columns: {
      ...common,
      interval_seconds: integer({ unit: 's', doc: 'Width of the candle' }),
      open_time: time({ doc: 'Start of the candle' }),
      open: price('First price'),
      high: price('Highest price'),
      low: price('Lowest price'),
      close: price('Last price'),
      volume: decimal({ unit: 'base', doc: 'Traded quantity' }),
      quote_volume: decimal({ unit: 'quote', nullable: true, doc: 'Traded value' }),
      trades: integer({ nullable: true, doc: 'Number of trades' }),
      closed: flag({ doc: 'The candle is final' }),
      ...exact,
    },
    key: ['exchange', 'symbol', 'interval_seconds', 'open_time'],
    order: ['symbol', 'ts_event', 'interval_seconds'],
  },
  instruments: {
    doc: 'One instrument as its venue describes it. `ts_event` is null.',
    columns: {
      ...common,
      type: text({ doc: '`perpetual`, `future` or `spot`' }),
      base: text({ doc: "Base asset, the venue's own name" }),
      quote: text({ doc: 'Quote asset' }),
      settle: text({ doc: 'Settlement asset' }),
      contract_size: decimal({ unit: 'base', nullable: true, doc: 'Base units per contract' }),
      price_tick: decimal({ unit: 'quote', nullable: true, doc: 'Smallest price step' }),
      size_step: decimal({ unit: 'base', nullable: true, doc: 'Smallest quantity step' }),
      funding_interval_seconds: integer({ unit: 's', nullable: true, doc: 'Funding interval, where stated' }),
      status: text({ doc: '`trading`, `delisted`, or the status in the words of the venue, lower case' }),
      listed_time: time({ nullable: true, doc: 'When trading began' }),
      expiry_time: time({ nullable: true, doc: 'When a dated instrument expires' }),
      ...exact,
    },
    key: ['exchange', 'symbol', 'ts_recv'],
    order: ['symbol', 'ts_recv'],
  },
  coverage: {
    doc: 'What the lake knows about an interval of a dataset: covered, or a gap with its cause. The latest word counts.',
    columns: {
      ...common,
      symbol: text({ nullable: true, doc: 'Unified symbol; null = all of the exchange' }),
      venue_symbol: text({ nullable: true, doc: "The venue's own name of the instrument; null = all" }),
      dataset: text({ doc: 'Dataset that this is about' }),
      from_time: time({ doc: 'Start of the interval, inclusive' }),
      to_time: time({ doc: 'End of the interval, exclusive' }),
      state: text({ doc: '`covered` or `gap`' }),
      cause: text({ nullable: true, doc: 'Why there is a gap' }),
      first_seq: integer({ nullable: true, doc: 'First sequence number inside' }),
      last_seq: integer({ nullable: true, doc: 'Last sequence number inside' }),
      rows: integer({ nullable: true, doc: 'Rows of the dataset inside' }),
      writer: text({ doc: 'Which writer says so' }),
      repaired_by: text({ nullable: true, doc: 'What filled an earlier gap' }),
      detail: text({ nullable: true, doc: 'More about it, for example the width of history buckets' }),
      ...exact,
    },
    key: ['exchange', 'dataset', 'symbol', 'from_time', 'to_time', 'state', 'detail', 'writer', 'ts_recv'],
    order: ['dataset', 'symbol', 'from_time', 'ts_recv'],
  },
  raw: {
    doc: 'One message as it was received.',
    columns: {
      ...common,
      symbol: text({ nullable: true, doc: 'Null: a message can hold many symbols' }),
      venue_symbol: text({ nullable: true, doc: 'Null: a message can hold many symbols' }),
      connection: text({ doc: 'Which connection it came from' }),
      message: text({ doc: 'The text of it' }),
      ...exact,
    },
    key: ['exchange', 'connection', 'ts_recv', 'message'],
    order: ['ts_recv'],
  },
} as const satisfies Record<string, Dataset>;

export type DatasetName = keyof typeof datasets;

/** Names of all datasets, in the order of the documentation. */
export const datasetNames = Object.keys(datasets) as DatasetName[];

/** The major version of the lake's layout and schema: the `v1` of its paths. Adding a nullable column keeps it. */
export const schemaVersion = 1;
