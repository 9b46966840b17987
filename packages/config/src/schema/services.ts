import { z } from 'zod';

const port = (fallback: number) => z.int().min(0).max(65_535).default(fallback).describe('Port; 0 = any free one');
const host = () => z.string().min(1).default('127.0.0.1').describe('Address to listen on');

/** The `health` section: where `/health` and `/metrics` are. */
export const health = z
  .strictObject({ host: host(), port: port(9464) })
  .prefault({})
  .describe('Health and metrics');

const token = z.strictObject({
  name: z.string().min(1).describe('Who it is for; shown in logs'),
  sha256: z
    .string()
    .regex(/^[0-9a-f]{64}$/, 'the SHA-256 of the token, 64 lower-case hexadecimal digits')
    .meta({ description: 'SHA-256 of the token, hexadecimal', writeOnly: true }),
  scopes: z
    .array(z.enum(['read', 'write']))
    .min(1)
    .default(['read'])
    .describe('What it allows'),
  expires: z.iso
    .date('a date such as `2027-01-31`')
    .optional()
    .describe('First date (UTC) on which it no longer works'),
});

/** The `api` section: the HTTP API. */
export const api = z
  .strictObject({
    enabled: z.boolean().default(false).describe('Whether `up` serves it'),
    host: host(),
    port: port(8080),
    tokens: z.array(token).default([]).describe('Bearer tokens that are accepted, by their hashes'),
  })
  .prefault({})
  .describe('HTTP API');

/** The `log` section. */
export const log = z
  .strictObject({
    level: z.enum(['trace', 'debug', 'info', 'warn', 'error', 'silent']).default('info').describe('Least level shown'),
    format: z
      .enum(['auto', 'text', 'json'])
      .default('auto')
      .describe('`text` for people, `json` one object a line, `auto`: text on a terminal, else json'),
  })
  .prefault({})
  .describe('Logs');
