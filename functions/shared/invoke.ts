import type { InvokeCommandOutput } from '@aws-sdk/client-lambda';

/** A function that was waited for has failed. It is named after what was thrown there, as if it had been thrown here. */
export class InvokedFunctionError extends Error {
  override readonly name: string;

  /** @param type what Lambda calls the error: in Node the name of what was thrown */
  constructor(message: string, type = 'InvokedFunctionError') {
    super(message);
    this.name = type;
  }
}

/**
 * Has Lambda invoke a function with an event, without waiting for it.
 * @throws the SDK's error when Lambda does not take the event.
 */
export async function invokeLater(name: string, event: object): Promise<void> {
  await invoke(name, event, 'Event');
}

/**
 * Invokes a function and waits for what it returns.
 * @throws InvokedFunctionError when it fails; the SDK's error when it can't be invoked.
 */
export async function invokeNow(name: string, event: object): Promise<unknown> {
  const { FunctionError, Payload } = await invoke(name, event, 'RequestResponse');
  const answer: unknown = JSON.parse(Buffer.from(Payload ?? []).toString() || 'null');
  if (FunctionError === undefined) return answer;
  const { errorMessage, errorType } = answer as { errorMessage?: string; errorType?: string };
  throw new InvokedFunctionError(`${name}: ${errorMessage ?? FunctionError}`, errorType);
}

async function invoke(name: string, event: object, type: 'Event' | 'RequestResponse'): Promise<InvokeCommandOutput> {
  const { InvokeCommand, LambdaClient } = await import('@aws-sdk/client-lambda');
  const client = new LambdaClient({});
  try {
    const Payload = Buffer.from(JSON.stringify(event));
    return await client.send(new InvokeCommand({ FunctionName: name, InvocationType: type, Payload }));
  } finally {
    client.destroy();
  }
}
