import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { objectKey } from '../layout.ts';
import { readFooter } from '../parquet/footer.ts';
import { describe, metadataKey } from '../parquet/metadata.ts';
import { ObjectFile } from '../parquet/object-file.ts';
import { FileStore } from '../store/file-store.ts';
import type { Store } from '../store/store.ts';
import { type DatePartition, nameOfOutput, type Output } from './commit.ts';
import { CompactionError } from './compaction-error.ts';
import type { Engine, EngineValue } from './engine.ts';
import { aboutSql, expectedSql, factsSql, foundSql, inputsSql } from './facts-sql.ts';
import type { Input } from './inputs.ts';
import { cutIntoPieces } from './pieces.ts';

/** Objects that hold the facts of all inputs, each once. */
export interface Written {
  readonly outputs: readonly Output[];
  readonly rows: number;
}

/** The writer that the metadata of outputs names. */
const writer = 'compaction';

interface Making {
  readonly store: Store;
  readonly engine: Engine;
  readonly partition: DatePartition;
  readonly id: string;
  readonly inputs: readonly Input[];
  /** For files that are not wanted afterwards. */
  readonly folder: string;
  /** Rows of an output; whoever gives another number than the default gives another id. */
  readonly most?: number;
}

/**
 * Merges inputs into outputs: each fact once, in the order of the dataset. What is in the store afterwards is read back and
 * compared with the inputs. Outputs that are there already, of a run before or beside this one, are compared alike.
 * @throws CompactionError when an output is not what the inputs make; StoreError; DuckDB's errors.
 */
export async function writeOutputs(making: Making): Promise<Written> {
  const { engine, partition, inputs } = making;
  const { dataset } = partition;
  await engine.run(
    inputsSql(
      dataset,
      inputs.map(({ path }) => path),
    ),
  );
  const outputs: Output[] = [];
  let facts = 0;
  let merged = 0;
  for (const condition of await cutIntoPieces(engine, dataset, making.most)) {
    const expected = await engine.rows(expectedSql(dataset, condition));
    const output = await writeOutput(making, condition, outputs.length + 1, factsOf(expected));
    outputs.push(output);
    facts += sum(expected, 1);
    merged += sum(expected, 3);
  }
  const rows = inputs.reduce((total, input) => total + input.rows, 0);
  if (merged !== rows || outputs.length === 0) {
    throw new CompactionError(`${merged} rows were merged, and the objects have ${rows} by their footers`);
  }
  return { outputs, rows: facts };
}

async function writeOutput(making: Making, condition: string, part: number, expected: string): Promise<Output> {
  const { store, engine, partition, id, inputs, folder } = making;
  const { dataset, exchange } = partition;
  const path = join(folder, 'facts.parquet');
  await engine.run(factsSql(dataset, condition, path));
  const [about = []] = await engine.rows(aboutSql(dataset, path));
  const [rows, firstEvent, lastEvent, firstReceipt, lastReceipt, symbols] = about;
  const metadata = describe({
    dataset,
    exchange,
    writer,
    rows: Number(rows),
    times: { ts_event: range(firstEvent, lastEvent), ts_recv: range(firstReceipt, lastReceipt) },
    symbols: JSON.parse(String(symbols)) as string[],
    more: { [metadataKey.compaction]: id, [metadataKey.replaces]: String(inputs.length) },
  });
  // The encoder is 5 MB of WebAssembly: who does not compact does not load it.
  const { encodeFile } = await import('./encode-file.ts');
  const bytes = await encodeFile(path, dataset, metadata, Number(rows));
  const name = nameOfOutput(id, part);
  const key = objectKey({ ...partition, name });
  const wanted = { rows: Number(rows), facts: expected };
  // Before it is in the lake, where a damaged object would be in everybody's way, and as it is there.
  await verify(making, key, bytes, wanted);
  await store.create(key, bytes);
  const stored = await store.read(key);
  if (Buffer.compare(stored, bytes) !== 0) await verify(making, key, stored, wanted);
  return { name, bytes: stored.length };
}

/**
 * Looks that an object has what it was made of, and can be read by both of those that read objects.
 * @throws CompactionError
 */
async function verify(
  { engine, partition, folder }: Making,
  key: string,
  bytes: Uint8Array,
  wanted: { readonly rows: number; readonly facts: string },
): Promise<void> {
  const name = 'output.parquet';
  const path = join(folder, name);
  await writeFile(path, bytes);
  try {
    const { footer } = await readFooter(new ObjectFile(new FileStore(folder), { key: name, size: bytes.length }));
    const facts = factsOf(await engine.rows(foundSql(partition.dataset, path)));
    if (facts === wanted.facts && footer.rows === wanted.rows) return;
  } catch (error) {
    throw new CompactionError(`${key} can't be read: ${error instanceof Error ? error.message : error}`, {
      cause: error,
    });
  }
  throw new CompactionError(`${key} does not have the facts of what it was made of: move it out of the lake`);
}

/** Symbol, number and checksum of facts, as a text that can be compared. */
function factsOf(rows: readonly EngineValue[][]): string {
  return JSON.stringify(rows.map(([symbol, facts, content]) => [symbol, String(facts), String(content)]));
}

function sum(rows: readonly EngineValue[][], column: number): number {
  return rows.reduce((total, row) => total + Number(row[column]), 0);
}

function range(first: EngineValue | undefined, last: EngineValue | undefined): readonly [number, number] | null {
  return typeof first === 'bigint' && typeof last === 'bigint' ? [Number(first), Number(last)] : null;
}
