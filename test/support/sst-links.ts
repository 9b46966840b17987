import { createCipheriv, createDecipheriv } from 'node:crypto';

/** What is linked to a function, by name. */
export type Links = Readonly<Record<string, { readonly type?: string; readonly [property: string]: unknown }>>;

const algorithm = 'aes-256-gcm';
/** Every deployment has a key of its own, used once. */
const nonce = Buffer.alloc(12);
const tagBytes = 16;

/** Reads the file `resource.enc` of a function: what SST seals, with the tag at the end. @param key `SST_KEY`, base64 */
export function unsealed(sealed: Buffer, key: string): Links {
  const decipher = createDecipheriv(algorithm, Buffer.from(key, 'base64'), nonce);
  decipher.setAuthTag(sealed.subarray(-tagBytes));
  return JSON.parse(
    Buffer.concat([decipher.update(sealed.subarray(0, -tagBytes)), decipher.final()]).toString(),
  ) as Links;
}

/** What {@link unsealed} reads. */
export function sealed(links: Links, key: string): Buffer {
  const cipher = createCipheriv(algorithm, Buffer.from(key, 'base64'), nonce);
  return Buffer.concat([cipher.update(JSON.stringify(links)), cipher.final(), cipher.getAuthTag()]);
}
