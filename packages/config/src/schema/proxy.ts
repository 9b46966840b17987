import * as z from 'zod';
import { oneOrMore, proxy } from './text.ts';

const route = (protocol: string) =>
  oneOrMore(proxy())
    .optional()
    .meta({
      description: `Proxy for ${protocol}: a URL, \`direct\`, or a list (pool)`,
      examples: ['socks5h://user:password@proxy.example:1080'],
    });

const routes = () => z.strictObject({ rest: route('REST'), websocket: route('WebSocket') });

/** The `proxy` section. {@link proxyFor} reads it. */
export const proxies = z
  .strictObject({
    enabled: z.boolean().default(true).describe('`false`: no proxy anywhere, whatever else stands here'),
    default: routes().prefault({}).describe('For every exchange that has none of its own; without it: direct'),
    exchanges: z
      .record(z.string(), routes())
      .default({})
      .describe('By exchange; what is missing is taken from the default'),
  })
  .prefault({})
  .describe('Proxies, by exchange and protocol');
