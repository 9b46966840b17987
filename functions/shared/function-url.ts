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
    const request = requestOf(event);
    const response = request === null ? unreadable() : await answer(request, { address });
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

/** Methods whose requests have no body, whatever came with them: `Request` takes none. */
const withoutBody: ReadonlySet<string> = new Set(['GET', 'HEAD']);

/** Null where the event is no `Request`, such as one to TRACE or CONNECT: anybody can send that, so it is no failure. */
function requestOf(event: APIGatewayProxyEventV2): Request | null {
  const { rawPath, rawQueryString, requestContext, cookies = [], body, isBase64Encoded } = event;
  const { method } = requestContext.http;
  const query = rawQueryString === '' ? '' : `?${rawQueryString}`;
  const hasBody = body !== undefined && !withoutBody.has(method);
  try {
    const headers = new Headers();
    for (const [name, value] of Object.entries(event.headers)) if (value !== undefined) headers.set(name, value);
    if (cookies.length > 0) headers.set('cookie', cookies.join('; '));
    // The function's URL ends in a slash: with a path behind it there are two.
    const path = rawPath.replace(/^\/+/, '/');
    return new Request(`https://${requestContext.domainName}${path}${query}`, {
      method,
      headers,
      ...(hasBody && { body: isBase64Encoded ? Buffer.from(body, 'base64') : body }),
    });
  } catch {
    return null;
  }
}

function unreadable(): Response {
  const problem = { type: 'urn:feedlake:problem:invalid-request', title: 'The request is not valid', status: 400 };
  return new Response(JSON.stringify(problem), {
    status: problem.status,
    headers: { 'content-type': 'application/problem+json' },
  });
}
