import { type DatasetName, datasetNames, schemaVersion } from '@feedlake/schema';

/** One Parquet object of the lake, as far as its key tells. */
export interface LakeObject {
  readonly key: string;
  /** Bytes. */
  readonly size: number;
  readonly dataset: DatasetName;
  readonly exchange: string;
  /** UTC date of its rows, `2026-03-27`. */
  readonly date: string;
  /** Its name without path and ending. */
  readonly name: string;
}

const version = `v${schemaVersion}`;
const shape = new RegExp(`^${version}/([^/]+)/exchange=([^/]+)/date=(\\d{4}-\\d{2}-\\d{2})/([^/]+)\\.parquet$`);
const exchangeId = /^[a-z0-9][a-z0-9_-]*$/;

/**
 * Key of an object: `v1/{dataset}/exchange={id}/date={YYYY-MM-DD}/{name}.parquet`.
 */
export function objectKey(parts: Pick<LakeObject, 'dataset' | 'exchange' | 'date' | 'name'>): string {
  return `${dateFolder(parts.dataset, parts.exchange, parts.date)}${parts.name}.parquet`;
}

/** Folder of a dataset. */
export function datasetFolder(dataset: DatasetName): string {
  return `${version}/${dataset}/`;
}

/** Folder of what one exchange has of a dataset. */
export function exchangeFolder(dataset: DatasetName, exchange: string): string {
  return `${datasetFolder(dataset)}exchange=${exchange}/`;
}

/** Folder of one UTC date. */
export function dateFolder(dataset: DatasetName, exchange: string, date: string): string {
  return `${exchangeFolder(dataset, exchange)}date=${date}/`;
}

/** The value of a partition folder's name, `binance` of `exchange=binance`; null when it is no such folder. */
export function partitionValue(folder: string, partition: 'exchange' | 'date'): string | null {
  return folder.startsWith(`${partition}=`) ? folder.slice(partition.length + 1) : null;
}

/** Reads a key of the lake; null for keys of anything else. */
export function parseKey(key: string, size: number): LakeObject | null {
  const parts = shape.exec(key);
  if (parts === null) return null;
  const [, dataset = '', exchange = '', date = '', name = ''] = parts;
  return isDataset(dataset) ? { key, size, dataset, exchange, date, name } : null;
}

/** Whether a text can be the id of an exchange in a path. */
export function isExchangeId(text: string): boolean {
  return exchangeId.test(text);
}

function isDataset(text: string): text is DatasetName {
  return datasetNames.some((name) => name === text);
}
