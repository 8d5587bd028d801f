/**
 * Messages: a Zod object, or one with options, as `message()` declares it.
 *
 * A declaration is an object, unlike those of workers and routes (see `declaration.ts`): nothing in it depends on the topology around
 * it, and TypeScript would learn the messages' names from a function too late for the workers.
 */
import type { z } from 'zod';
import type { EnvelopeField } from './envelope.js';

const MESSAGE = Symbol.for('sn-gen.message');

/** A message is a Zod object, `.readonly()` or not. */
export type MessageSchema = z.core.$ZodObject | z.core.$ZodReadonly<z.core.$ZodObject>;

export interface MessageOptions {
  /**
   * Whether the whole schema, refinements included, is run on each value before it is sent. It costs microseconds, and brings
   * Zod into the bundle of each worker that sends the message. Default false: the layout alone is checked.
   */
  readonly validate?: boolean;
  /**
   * What comes with each message beside its fields: who sent it to whom and when, an id, and what the sender gives for correlation
   * and tracing. It takes 4 to 24 bytes each; nothing is paid for what is not asked for.
   */
  readonly envelope?: readonly EnvelopeField[];
  /** Says that it is no mistake when nobody in the pool can send it: its codec is wanted, for channels or frames. Default false. */
  readonly codecOnly?: boolean;
}

/** A message with options. */
export interface MessageDeclaration<Schema extends MessageSchema = MessageSchema> {
  readonly schema: Schema;
  readonly options: MessageOptions;
}

/**
 * Declares a message with options. It stands in `messages` where a bare `z.object` may stand.
 *
 * @example `messages: { Flight, Order: message(Order, { validate: true }) }`
 */
export function message<Schema extends MessageSchema>(
  schema: Schema,
  options: MessageOptions,
): MessageDeclaration<Schema> {
  const made = { schema, options };
  Object.defineProperty(made, MESSAGE, { value: true });
  return Object.freeze(made);
}

/** Schema and options, not checked yet, of whatever stands in `messages`. */
export function messagePartsOf(value: unknown): { readonly schema: unknown; readonly options: unknown } {
  return isDeclaration(value) ? value : { schema: value, options: {} };
}

function isDeclaration(value: unknown): value is MessageDeclaration {
  return typeof value === 'object' && value !== null && MESSAGE in value;
}
