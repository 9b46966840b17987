import * as z from 'zod';
import { duration } from './text.ts';

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
    tokens: z
      .array(token)
      .default([])
      .describe('Bearer tokens that are accepted, by their hashes; `feedlake api-token create` makes one'),
    cors_origins: z
      .array(z.string().regex(/^https?:\/\/[^/\s]+$/, 'an origin such as `https://app.example`'))
      .default([])
      .describe('Web pages whose scripts may read answers, by their origin; none by default'),
    rate_limit: z
      .strictObject({
        per_token: z.int().positive().default(600).describe('Requests a minute with one token'),
        per_address: z
          .int()
          .positive()
          .default(60)
          .describe('Requests a minute from one address without a valid token'),
      })
      .prefault({})
      .describe('How many requests are answered; beyond that the answer is 429'),
    concurrent_reads: z
      .int()
      .positive()
      .default(2)
      .describe('Answers that read the lake at the same time; others wait'),
    most_rows: z.int().positive().default(1_000_000).describe('Rows of one answer at most'),
    longest_range: duration()
      .default('366d')
      .meta({ description: 'Longest range of time of one request', examples: ['366d'] }),
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
