import { connectionFaults, type FaultRule, messageFaults, subscriptionFaults } from '../fault/rule.ts';
import type { FaultRules } from '../fault/rules.ts';
import type { NotedMessage, TruthLog } from '../truth.ts';
import type { MessageKind, TruthTopic } from '../truth-segment.ts';
import type { Fact, VenueId } from '../venue.ts';
import type { Connection } from './connection.ts';
import type { Feed } from './feed.ts';
import type { Task } from './scheduler.ts';
import type { Timeline } from './timeline.ts';

/** What the topics of a venue share. */
export interface TopicContext {
  readonly venue: VenueId;
  readonly faults: FaultRules;
  /** Null where no truth of streams is kept. */
  readonly truth: TruthLog | null;
  readonly timeline: Timeline;
}

interface Subscription {
  readonly connection: Connection;
  /** The rule by which it brings nothing, and until when. */
  readonly silence: { readonly rule: FaultRule; readonly until: number } | null;
}

const nobody: readonly string[] = [];
const garbage = '{"garbage":';

/** A message that faults have to do with: what it says, and its note in the truth. */
interface Message {
  readonly text: string;
  readonly note: NotedMessage | null;
}

/**
 * A topic from its first subscription on: takes what its feed says, whether or not anybody is there, hands it to the
 * connections that have subscribed, does to it what faults demand, and notes the truth.
 */
export class Topic implements Task, TruthTopic {
  readonly name: string;
  readonly venue: VenueId;
  readonly facts: (text: string) => readonly Fact[];
  readonly #feed: Feed;
  readonly #context: TopicContext;
  #subscriptions: readonly Subscription[] = [];
  /** Names of the subscribers, shared by all notes of messages that went to all of them. */
  #names: readonly string[] = nobody;
  #count = 0;
  #at = 0;
  /** Messages still to be left out. */
  #toWithhold = 0;
  #held: Message | null = null;

  constructor(name: string, feed: Feed, context: TopicContext) {
    this.name = name;
    this.venue = context.venue;
    this.facts = feed.facts;
    this.#feed = feed;
    this.#context = context;
    feed.listen((text, owed) => this.#take(text, owed));
  }

  get due(): number {
    return this.#feed.due;
  }

  run(): void {
    this.#at = this.#feed.due;
    this.#feed.run();
  }

  subscribe(connection: Connection): void {
    if (this.#subscriptions.some((subscription) => subscription.connection === connection)) return;
    const { venue, faults, timeline } = this.#context;
    const at = timeline.now();
    const rule = faults.ofStreams ? faults.take(venue, this.name, subscriptionFaults) : null;
    const until = rule?.delayMs === undefined ? Number.POSITIVE_INFINITY : at + rule.delayMs * 1000;
    const subscription = { connection, silence: rule === null ? null : { rule, until } };
    this.#setSubscriptions([...this.#subscriptions, subscription]);
    for (const { kind, text } of this.#feed.opening?.(at) ?? []) {
      const written = subscription.silence === null && connection.write(this.#framed(connection, text));
      this.#note(text, kind, written ? [connection.name] : nobody, at);
    }
  }

  unsubscribe(connection: Connection): void {
    this.#setSubscriptions(this.#subscriptions.filter((subscription) => subscription.connection !== connection));
  }

  #setSubscriptions(subscriptions: readonly Subscription[]): void {
    this.#subscriptions = subscriptions;
    this.#names = subscriptions.map(({ connection }) => connection.name);
  }

  #take(text: string, owed: boolean): void {
    if (!owed) {
      this.#note(text, 'sampled-out', nobody, this.#at);
      return;
    }
    this.#count += 1;
    if (this.#context.faults.ofStreams || this.#toWithhold > 0 || this.#held !== null || this.#irregular()) {
      this.#takeFaulty({ text, note: this.#note(text, 'stream', nobody, this.#at) });
      return;
    }
    let missed = false;
    for (const { connection } of this.#subscriptions) {
      if (!connection.write(this.#framed(connection, text))) missed = true;
    }
    this.#note(text, 'stream', missed ? this.#writableNames() : this.#names, this.#at);
  }

  /** Whether some subscriber does not simply get what comes. */
  #irregular(): boolean {
    for (const { connection, silence } of this.#subscriptions) {
      if (silence !== null || connection.throttle !== null) return true;
    }
    return false;
  }

  #writableNames(): readonly string[] {
    return this.#subscriptions.filter(({ connection }) => connection.writable).map(({ connection }) => connection.name);
  }

  #takeFaulty(message: Message): void {
    if (this.#toWithhold > 0) {
      this.#toWithhold -= 1;
      return;
    }
    const { faults, venue } = this.#context;
    const rule = faults.ofStreams ? faults.take(venue, this.name, messageFaults) : null;
    const held = this.#held;
    if (rule?.kind === 'drop') return;
    if (rule?.kind === 'sequence-jump') {
      this.#toWithhold = Math.max(0, (rule.count ?? 10) - 1);
      return;
    }
    if (rule?.kind === 'malformed') {
      this.#sendAs(message, (framed) => (rule.beside === true ? garbage : framed.slice(0, framed.length / 2)), false);
      if (rule.beside !== true) return;
    }
    if (rule?.kind === 'reorder' && held === null) {
      this.#held = message;
      message.note?.setOpen(true);
      return;
    }
    this.#send(message);
    if (rule?.kind === 'duplicate') this.#send(message);
    if (held === null) return;
    this.#held = null;
    held.note?.setOpen(false);
    this.#send(held);
  }

  #send(message: Message): void {
    const { faults, venue } = this.#context;
    for (const { connection } of this.#subscriptions) {
      const rule = faults.ofStreams ? faults.take(venue, this.name, connectionFaults) : null;
      if (rule?.kind === 'close') end(connection, rule);
      else if (rule?.kind === 'half-open') connection.halt();
      else if (rule?.kind === 'slow') connection.slowDown(rule, () => faults.stands(rule));
    }
    this.#sendAs(message, (framed) => framed, true);
  }

  /** @param counts whether a connection that gets it has got the message. */
  #sendAs({ text, note }: Message, spoil: (framed: string) => string, counts: boolean): void {
    for (const { connection, silence } of this.#subscriptions) {
      if (silence !== null && this.#silent(silence)) continue;
      const sent = (written: boolean) => {
        if (written && counts) note?.gotBy(connection.name);
      };
      const framed = spoil(this.#framed(connection, text));
      const { throttle } = connection;
      if (throttle === null) {
        sent(connection.write(framed));
        continue;
      }
      note?.setOpen(true);
      throttle.push(framed, (written) => {
        note?.setOpen(false);
        sent(written);
      });
    }
  }

  #silent({ rule, until }: { readonly rule: FaultRule; readonly until: number }): boolean {
    return this.#at < until && this.#context.faults.stands(rule);
  }

  #framed(connection: Connection, text: string): string {
    return connection.session.frame?.(this.name, text) ?? text;
  }

  #note(text: string, kind: MessageKind, sentTo: readonly string[], at: number): NotedMessage | null {
    const { truth } = this.#context;
    return truth?.addMessage({ topic: this, kind, at, number: this.#count, text, sentTo }) ?? null;
  }
}

/** Ends a connection as a rule says. */
export function end(connection: Connection, rule: FaultRule): void {
  if (rule.code === undefined || rule.code === 1006) connection.drop();
  else connection.close(rule.code, '');
}
