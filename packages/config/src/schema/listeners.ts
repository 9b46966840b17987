import * as z from 'zod';

const listener = z.object({ host: z.string(), port: z.int() });
const listeners = z.object({ health: listener, api: listener.extend({ enabled: z.boolean() }) });

/** They take every address of the machine. */
const everywhere: ReadonlySet<string> = new Set(['0.0.0.0', '::']);

/** Whether health and the API would listen on one port of one address. Settings that are wrong otherwise have others to say so. */
export function listenApart(settings: unknown): boolean {
  const { data } = listeners.safeParse(settings);
  if (data === undefined) return true;
  const { health, api } = data;
  const isOneAddress = health.host === api.host || everywhere.has(health.host) || everywhere.has(api.host);
  return !(api.enabled && api.port !== 0 && api.port === health.port && isOneAddress);
}
