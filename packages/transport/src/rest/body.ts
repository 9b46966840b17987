import { promisify } from 'node:util';
import { brotliDecompress, gunzip, inflate } from 'node:zlib';
import { parseJson } from '@feedlake/schema';

/** The content encodings that {@link decodeBody} reads, as an `accept-encoding` header. */
export const acceptEncoding = 'gzip, br, deflate';

const decoders: Readonly<Record<string, (bytes: Buffer, options: { maxOutputLength: number }) => Promise<Buffer>>> = {
  gzip: promisify(gunzip),
  'x-gzip': promisify(gunzip),
  br: promisify(brotliDecompress),
  deflate: promisify(inflate),
};

/** A body that is not what its headers say. */
export class BodyError extends Error {
  override readonly name = 'BodyError';
}

/**
 * Undoes the content encodings of a body (RFC 9110, section 8.4: listed in the order they were applied).
 * @param maxBytes the most that it may unpack to
 * @throws BodyError when the encoding is unknown, the data is damaged or cut short, or unpacks to more than that.
 */
export async function decodeBody(bytes: Buffer, encoding: string, maxBytes: number): Promise<string> {
  let body = bytes;
  for (const name of encoding.toLowerCase().split(',').reverse()) {
    const coding = name.trim();
    if (coding === '' || coding === 'identity' || body.length === 0) continue;
    const decode = decoders[coding];
    if (decode === undefined) throw new BodyError(`the body's encoding '${coding}' is unknown`);
    try {
      body = await decode(body, { maxOutputLength: maxBytes });
    } catch (error) {
      throw new BodyError(`the body is no whole ${coding} data: ${error instanceof Error ? error.message : error}`);
    }
  }
  return body.toString('utf8');
}

/** Whether a body is meant to be JSON: it says so, or it begins like it. */
export function isJsonBody(contentType: string, text: string): boolean {
  return /\bjson\b/i.test(contentType) || /^\s*[[{]/.test(text);
}

/** The value of a body: its JSON, or its text where it is no JSON. */
export function bodyValue(contentType: string, text: string): unknown {
  if (!isJsonBody(contentType, text)) return text;
  try {
    return parseJson(text);
  } catch {
    return text;
  }
}
