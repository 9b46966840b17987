import { once } from 'node:events';

/** Writes texts to a stream at the pace that its reader takes them. */
export async function writeAll(
  stream: NodeJS.WritableStream,
  texts: Iterable<string> | AsyncIterable<string>,
): Promise<void> {
  for await (const text of texts) if (!stream.write(text)) await once(stream, 'drain');
}
