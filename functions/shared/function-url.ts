import { once } from 'node:events';
import type { APIGatewayProxyEventV2 } from 'aws-lambda';

/** What answers requests; `from` says whose request it is. */
export type Answerer = (request: Request, from: { readonly address: string }) => Response | Promise<Response>;

type ResponseStream = NodeJS.WritableStream;

/** What Lambda's runtime offers to handlers that stream. */
interface Runtime {
  streamifyResponse(handler: (event: APIGatewayProxyEventV2, stream: ResponseStream) => Promise<void>): unknown;
  readonly HttpResponseStream: { from(stream: ResponseStream, head: object): ResponseStream };
}

/**
 * A handler for the events of a function URL with streamed responses
 * (https://docs.aws.amazon.com/lambda/latest/dg/urls-invocation.html). An answer that breaks off ends as an error of the
 * function: whoever reads it sees the connection break, and never a shorter answer that looks whole.
 */
export function functionUrlHandler(answer: Answerer): unknown {
  const { awslambda } = globalThis as unknown as { awslambda: Runtime };
  return awslambda.streamifyResponse(async (event, stream) => {
    const { sourceIp: address } = event.requestContext.http;
    const response = await answer(requestOf(event), { address });
    const cookies = response.headers.getSetCookie();
    const headers = Object.fromEntries([...response.headers].filter(([name]) => name !== 'set-cookie'));
    const target = awslambda.HttpResponseStream.from(stream, { statusCode: response.status, headers, cookies });
    // Without a write, the head of an empty answer would not be sent.
    target.write('');
    // Not a pipeline, which destroys the target when the source fails: the runtime would not get to say so, and end.
    for await (const chunk of response.body ?? []) {
      if (!target.write(chunk)) await once(target, 'drain');
    }
    target.end();
  });
}

function requestOf(event: APIGatewayProxyEventV2): Request {
  const { rawPath, rawQueryString, requestContext, cookies = [], body, isBase64Encoded } = event;
  const headers = new Headers();
  for (const [name, value] of Object.entries(event.headers)) if (value !== undefined) headers.set(name, value);
  if (cookies.length > 0) headers.set('cookie', cookies.join('; '));
  const query = rawQueryString === '' ? '' : `?${rawQueryString}`;
  return new Request(`https://${requestContext.domainName}${rawPath}${query}`, {
    method: requestContext.http.method,
    headers,
    ...(body !== undefined && { body: isBase64Encoded ? Buffer.from(body, 'base64') : body }),
  });
}
