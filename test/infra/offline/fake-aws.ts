import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { accountId } from './mock-values.ts';

/** A stand-in for the services that the SST CLI itself talks to before it starts Pulumi. */
export interface FakeAws {
  /** For `AWS_ENDPOINT_URL`. */
  readonly url: string;
  /** Every call, in order: `AmazonSSM.GetParameter`, `PUT /sst-state/…`. */
  readonly calls: readonly string[];
  close(): Promise<void>;
}

/** What `sst` finds in an account that it was used in before. A high version asks for no migration. */
const bootstrap = JSON.stringify({
  version: 99,
  asset: 'sst-asset-mock',
  assetEcrRegistryId: accountId,
  assetEcrUrl: `${accountId}.dkr.ecr.ap-northeast-1.amazonaws.com/sst-asset`,
  state: 'sst-state-mock',
  appsyncHttp: 'appsync.invalid',
  appsyncRealtime: 'realtime.invalid',
});

/** SSM's parameters, STS's identity and S3's objects, each as far as `sst diff` goes, on loopback. */
export async function startFakeAws(): Promise<FakeAws> {
  const parameters = new Map([['/sst/bootstrap', bootstrap]]);
  const objects = new Map<string, Buffer>();
  const calls: string[] = [];

  const server = createServer((request, response) => {
    readBody(request).then((body) => {
      const target = request.headers['x-amz-target'];
      calls.push(typeof target === 'string' ? target : `${request.method} ${request.url}`);
      if (typeof target === 'string') answerSsm(target, body, response);
      else if (body.includes('Action=GetCallerIdentity')) answerSts(response);
      else answerS3(request, body, response);
    });
  });

  function answerSsm(target: string, body: Buffer, response: ServerResponse): void {
    const { Name: name, Value: value } = JSON.parse(body.toString()) as { Name: string; Value?: string };
    const operation = target.split('.').at(-1);
    if (operation === 'PutParameter' && value !== undefined) parameters.set(name, value);
    const found = parameters.get(name);
    if (operation === 'PutParameter') json(response, 200, { Version: 1 });
    else if (found === undefined) json(response, 400, { __type: 'ParameterNotFound', message: name });
    else json(response, 200, { Parameter: { Name: name, Type: 'String', Value: found, Version: 1 } });
  }

  function answerS3({ method, url = '' }: IncomingMessage, body: Buffer, response: ServerResponse): void {
    const key = decodeURIComponent(url.split('?', 1)[0] ?? '');
    const found = objects.get(key);
    if (method === 'PUT') {
      objects.set(key, body);
      response.setHeader('etag', '"0"').end();
    } else if (method === 'DELETE') {
      objects.delete(key);
      response.writeHead(204).end();
    } else if (found !== undefined) {
      response.end(found);
    } else {
      const error = '<?xml version="1.0"?><Error><Code>NoSuchKey</Code></Error>';
      response.writeHead(404, { 'content-type': 'application/xml' }).end(error);
    }
  }

  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    calls,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

function answerSts(response: ServerResponse): void {
  const result = `<Arn>arn:aws:iam::${accountId}:root</Arn><UserId>mock</UserId><Account>${accountId}</Account>`;
  response
    .setHeader('content-type', 'text/xml')
    .end(
      `<GetCallerIdentityResponse><GetCallerIdentityResult>${result}</GetCallerIdentityResult></GetCallerIdentityResponse>`,
    );
}

function json(response: ServerResponse, status: number, body: object): void {
  response.writeHead(status, { 'content-type': 'application/x-amz-json-1.1' }).end(JSON.stringify(body));
}

async function readBody(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}
