/**
 * Calls: a request that a worker answers with a response.
 *
 * Both are messages as far as layout and codecs go, named after the call: `MeanOfRequest` and `MeanOfResponse`. As with messages, a
 * declaration is an object: TypeScript would learn the calls' names from a function too late for the workers.
 */
import type { MessageSchema } from './message.js';

const CALL = Symbol.for('sn-gen.call');

/** A call's two schemas. */
export interface CallDeclaration<
  Request extends MessageSchema = MessageSchema,
  Response extends MessageSchema = MessageSchema,
> {
  readonly request: Request;
  readonly response: Response;
}

/**
 * Declares a call. Its name is its key in the topology's `calls`.
 *
 * @example `calls: { meanOf: call(z.object({ airport: ascii(3) }), z.object({ mean: z.float64() })) }`
 */
export function call<Request extends MessageSchema, Response extends MessageSchema>(
  request: Request,
  response: Response,
): CallDeclaration<Request, Response> {
  const made = { request, response };
  Object.defineProperty(made, CALL, { value: true });
  return Object.freeze(made);
}

/** The declaration that a value is, of this copy of the module or of another. */
export function callOf(
  value: unknown,
): { readonly request: unknown; readonly response: unknown } | undefined {
  const isCall = typeof value === 'object' && value !== null && CALL in value;
  return isCall ? (value as unknown as CallDeclaration) : undefined;
}

/** What the emitted code calls a call's request. */
export function requestName(call: string): string {
  return `${capitalised(call)}Request`;
}

/** What the emitted code calls a call's response. */
export function responseName(call: string): string {
  return `${capitalised(call)}Response`;
}

function capitalised(name: string): string {
  return name.slice(0, 1).toUpperCase() + name.slice(1);
}
