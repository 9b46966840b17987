import { createHash, randomBytes } from 'node:crypto';

/** Marks a token as one of feedlake's: tools that look for leaked secrets go by it. */
const prefix = 'fl_';
/** 256 bits. */
const randomLength = 32;

/** A new bearer token: `fl_` and 256 random bits as base64url. It is told once and not kept anywhere. */
export function createToken(): string {
  return `${prefix}${randomBytes(randomLength).toString('base64url')}`;
}

/** What the settings know of a token: its SHA-256, hexadecimal. 256 random bits need no salt and no slow hash. */
export function hashToken(token: string): string {
  return createHash('sha256').update(token).digest('hex');
}
