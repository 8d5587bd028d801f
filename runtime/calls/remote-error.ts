/**
 * Remote error: what a handler threw, as its caller in another thread gets it.
 *
 * It crosses as text: code, name, message and stack survive, the class does not.
 */
import { SnError, type SnErrorCode } from '../errors.js';

/** Longer ones are cut: a stack says what it has to say in its first lines. */
const MAX_BYTES = 4096;
const MAX_MESSAGE_CHARS = 500;
const MAX_STACK_CHARS = 1000;

interface ErrorText {
  readonly name: string;
  readonly code?: string;
  readonly message: string;
  readonly stack: string;
}

/** Who was called. */
export interface Answerer {
  readonly worker: string;
  readonly instance: number;
}

/**
 * A call's handler threw. `code` and `message` are those of what it threw (`SN_CALL_FAILED` where that had no code), `stack` leads into
 * the worker, `details` holds `worker`, `instance`, `call` and the `name` of what was thrown.
 */
export class RemoteError extends SnError {
  constructor({ name, code, message, stack }: ErrorText, { worker, instance }: Answerer, call: string) {
    // Codes of others' errors, such as ENOENT, pass as they are.
    super((code ?? 'SN_CALL_FAILED') as SnErrorCode, message, { details: { worker, instance, call, name } });
    this.name = 'RemoteError';
    this.stack = `RemoteError [${this.code}]: ${message}\n    in ${call} of ${worker}[${instance}], which threw:\n${stack}`;
  }
}

/** UTF-8 of what was thrown. */
export function encodeError(thrown: unknown): Uint8Array {
  const text = textOf(thrown);
  const whole = utf8(text);
  if (whole.length <= MAX_BYTES) return whole;
  return utf8({
    ...text,
    message: text.message.slice(0, MAX_MESSAGE_CHARS),
    stack: text.stack.slice(0, MAX_STACK_CHARS),
  });
}

export function decodeError(bytes: Uint8Array, answerer: Answerer, call: string): RemoteError {
  // TextDecoder takes no shared memory.
  return new RemoteError(JSON.parse(new TextDecoder().decode(bytes.slice())) as ErrorText, answerer, call);
}

function utf8(text: ErrorText): Uint8Array {
  return new TextEncoder().encode(JSON.stringify(text));
}

function textOf(thrown: unknown): ErrorText {
  if (!(thrown instanceof Error)) return { name: typeof thrown, message: String(thrown), stack: '' };
  const { name, message, stack = '' } = thrown;
  const code: unknown = (thrown as { readonly code?: unknown }).code;
  const texts = { name: String(name), message: String(message), stack: String(stack) };
  return typeof code === 'string' ? { ...texts, code } : texts;
}
