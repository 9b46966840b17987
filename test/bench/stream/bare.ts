/** A bare receive loop over the same frames: `ws`, and a counter. The floor of what receiving costs here. */
import { createInterface } from 'node:readline';
import { WebSocket } from 'ws';
import { measure, type Work } from './measure.ts';

const { websocket, topics } = JSON.parse(process.argv[2] ?? '') as Work;
let messages = 0;
const sockets = (['public', 'market'] as const).flatMap((route) => {
  const own = topics.filter((topic) => topic.includes('@depth') === (route === 'public'));
  if (own.length === 0) return [];
  const socket = new WebSocket(`${websocket}/${route}/stream`, { skipUTF8Validation: true });
  socket.on('message', () => {
    messages += 1;
  });
  socket.on('open', () => socket.send(JSON.stringify({ method: 'SUBSCRIBE', params: own, id: 1 })));
  return [socket];
});
const lines = createInterface({ input: process.stdin });
await measure(lines, () => messages);
for (const socket of sockets) socket.terminate();
lines.close();
