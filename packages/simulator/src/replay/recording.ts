import type { VenueId } from '../venue.ts';

/** A reply that a venue once sent. */
export interface Recording {
  readonly venue: VenueId;
  readonly method: string;
  readonly path: string;
  /** Query parameters, or the fields of a JSON body, by name. */
  readonly parameters: ReadonlyMap<string, string>;
  /** Whether the request itself was recorded; otherwise it was told from the reply, and other parameters are unknown. */
  readonly requestKnown: boolean;
  /** The body of the request where it was no JSON object, "" where there was none. */
  readonly requestBody: string;
  readonly status: number;
  readonly contentType: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly text: string;
  /** Where it was found, relative to the folder. */
  readonly file: string;
  /** 0 = captured, 1 = a documented example. */
  readonly doubt: number;
}

/** The parameters of a request: those of its query and, for JSON bodies, their fields. Nested objects are flattened. */
export function parametersOf(query: string, body: string): Map<string, string> {
  const parameters = new Map(new URLSearchParams(query));
  if (!body.startsWith('{')) return parameters;
  try {
    flatten(JSON.parse(body), parameters);
  } catch {
    return parameters;
  }
  return parameters;
}

function flatten(value: object, into: Map<string, string>): void {
  for (const [name, field] of Object.entries(value)) {
    if (typeof field === 'object' && field !== null) flatten(field, into);
    else into.set(name, String(field));
  }
}
