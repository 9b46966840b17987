export type {
  ExchangeAdapter,
  History,
  HistoryQuery,
  NotOffered,
  Page,
  Pages,
  PolledDataset,
  ReplyMapper,
  Selection,
} from './adapter.ts';
export { Mapping, type RowSink } from './mapping.ts';
export { Reference } from './reference.ts';
