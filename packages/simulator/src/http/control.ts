import { BadFaultRule, type FaultRule, faultRuleOf } from '../fault/rule.ts';
import type { StandingRule } from '../fault/rules.ts';
import type { TruthFilter, TruthLog } from '../truth.ts';
import type { Reply, VenueApi, VenueRequest } from '../venue.ts';
import { json } from './reply.ts';
import type { RequestLog } from './request-log.ts';

/** The answer to a control request, and what is only done once the client has it: it may cost the connection. */
export interface Controlling {
  readonly reply: Reply;
  afterwards?(): Promise<void>;
}

/** What the control paths act on. */
export interface Controlled {
  readonly truth: TruthLog;
  readonly requests: RequestLog;
  /** What can be replayed, by venue; empty where the model answers. */
  recorded(venue: VenueApi['id']): readonly string[];
  addFault(rule: FaultRule): Promise<void>;
  clearFaults(): Promise<void>;
  standingFaults(): readonly StandingRule[];
}

/**
 * The simulator's own paths, on every venue's port:
 *
 * | request | |
 * |---|---|
 * | `POST /_simulator/faults` | adds a rule (see {@link FaultRule}); it is for this venue unless it names another or `"venue": "all"` |
 * | `GET /_simulator/faults` | the rules that stand, and how often they have hit |
 * | `DELETE /_simulator/faults` | clears the rules of all venues |
 * | `GET /_simulator/truth?dataset=&kind=&symbol=&topic=` | what this venue has stated |
 * | `GET /_simulator/requests` | the requests that this venue has had |
 * | `GET /_simulator/recorded` | what this venue can replay |
 */
export class Control {
  readonly #controlled: Controlled;

  constructor(controlled: Controlled) {
    this.#controlled = controlled;
  }

  async answer(request: VenueRequest, api: VenueApi): Promise<Controlling> {
    const { truth, requests } = this.#controlled;
    switch (`${request.method} ${request.path}`) {
      case 'POST /_simulator/faults':
        return this.#add(request.body, api);
      case 'GET /_simulator/faults':
        return { reply: json(this.#controlled.standingFaults().map(plain)) };
      case 'DELETE /_simulator/faults':
        await this.#controlled.clearFaults();
        return { reply: json({}) };
      case 'GET /_simulator/truth':
        return { reply: json(truth.records(filterOf(request, api))) };
      case 'GET /_simulator/requests':
        return { reply: json(requests.of(api.id)) };
      case 'GET /_simulator/recorded':
        return { reply: json(this.#controlled.recorded(api.id)) };
      default:
        return { reply: json({ error: `no such control path: ${request.method} ${request.path}` }, [], 404) };
    }
  }

  async #add(body: string, api: VenueApi): Promise<Controlling> {
    try {
      const rule = faultRuleOf(body, api.id);
      const adding = () => this.#controlled.addFault(rule);
      if (rule.kind === 'refuse') return { reply: json({}, [], 201), afterwards: adding };
      await adding();
      return { reply: json({}, [], 201) };
    } catch (error) {
      if (error instanceof BadFaultRule) return { reply: json({ error: error.message }, [], 400) };
      throw error;
    }
  }
}

function filterOf(request: VenueRequest, api: VenueApi): TruthFilter {
  const named = ['dataset', 'kind', 'symbol', 'topic'].flatMap((name) => {
    const value = request.query.get(name);
    return value === null ? [] : [[name, value]];
  });
  return { venue: api.id, ...Object.fromEntries(named) };
}

/** A rule as JSON has it: a regular expression as its source. */
function plain({ rule, hits }: StandingRule) {
  const { match, ...rest } = rule;
  return { rule: match instanceof RegExp ? { ...rest, regex: match.source } : rule, hits };
}
