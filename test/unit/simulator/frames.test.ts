import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { expect, it } from 'vitest';
import { WebSocket, WebSocketServer } from 'ws';
import { textFrames } from '../../../packages/simulator/src/stream/frames.ts';

it('writes frames of every length that a client reads as the texts that they were', async () => {
  const texts = [0, 1, 125, 126, 127, 65_535, 65_536, 200_000].map((length) =>
    'abcdefghij'.repeat(20_000).slice(0, length),
  );
  const server = createServer();
  const sockets = new WebSocketServer({ noServer: true });
  server.on('upgrade', (request, socket, head) => {
    sockets.handleUpgrade(request, socket, head, (web) => {
      (socket as Socket).write(textFrames(texts));
      web.close();
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const client = new WebSocket(`ws://127.0.0.1:${(server.address() as AddressInfo).port}`);
  const got: string[] = [];
  client.on('message', (data) => got.push(String(data)));
  await once(client, 'close');
  server.close();
  expect(got.map((text) => text.length)).toEqual(texts.map((text) => text.length));
  expect(got).toEqual(texts);
});
