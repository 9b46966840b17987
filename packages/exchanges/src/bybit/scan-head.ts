import { type Literal, literal, scanLiteral } from '../bytes/literal.ts';
import { nowhere } from '../bytes/message.ts';
import { numberIn, ownSlots, scanWhole } from '../bytes/number.ts';
import { scanRest } from '../bytes/text.ts';

const ofSnapshot = literal(',"type":"snapshot","ts":');
const ofDelta = literal(',"type":"delta","ts":');
const toData = literal(',"data":');

const ts = ownSlots + 2;
let snapshot = false;

/** Whether the head that was scanned last is that of a snapshot. */
export function isSnapshot(): boolean {
  return snapshot;
}

/** When the message was sent, in milliseconds. */
export function sentMs(): number {
  return numberIn(ts);
}

/**
 * Scans the head of a message, `{"topic":"…","type":"…","ts":…,"data":`.
 * @param topic The head's beginning, up to the dot behind the kind of the topic.
 */
export function scanHead(topic: Literal): number {
  const type = scanRest(scanLiteral(0, topic));
  const ofType = scanLiteral(type, ofSnapshot);
  snapshot = ofType !== nowhere;
  return scanLiteral(scanWhole(snapshot ? ofType : scanLiteral(type, ofDelta), ts), toData);
}
