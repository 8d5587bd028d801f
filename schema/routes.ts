/**
 * Routes: how a message picks the instance that gets it.
 *
 * A route's type says which field names it may be given. The names come from the place where the route
 * stands: inside `topology({ ... })` the editor completes and checks them; a route made elsewhere is checked
 * by the generator alone.
 */
import type { z } from 'zod';
import { declare } from './declaration.js';
import type { RouteDescriptor } from './descriptor.js';
import type { MessageDeclaration } from './message.js';

/** A route for a message whose key fields are `Field`. */
export type Route<Field extends string> = (field: Field) => RouteDescriptor;

/** What can be a key: a value that is itself, not bytes or a nested object. */
type Scalar = string | number | bigint | boolean | Date;

/** Names of the fields of a message's schema that `hash` may use. */
export type KeyField<Message> = 0 extends 1 & Message
  ? string // `any`: the route stands outside a topology.
  : Message extends z.core.$ZodType
    ? OrNone<KeyNames<z.core.output<Message>>>
    : Message extends MessageDeclaration<infer Schema>
      ? OrNone<KeyNames<z.core.output<Schema>>>
      : string;

/** An object without fields has an index signature in place of names. */
type KeyNames<Value> = string extends keyof Value
  ? never
  : { [Name in keyof Value]-?: Value[Name] extends Scalar ? Name : never }[keyof Value] & string;

/** Said in the editor in place of `never`; the other branch spells the names out. */
type OrNone<Names> = [Names] extends [never]
  ? '(the message has no field that can be a key)'
  : Names extends infer Name extends string
    ? Name
    : never;

/**
 * Messages with equal keys go to the same instance, in order.
 *
 * @param field one field of the message, or several whose values together are the key.
 * @example `receives: { Flight: hash('origin'), Trade: hash(['venue', 'symbol']) }`
 */
// `any` stands where nothing is known of the message, so that such a route fits every one.
// biome-ignore lint/suspicious/noExplicitAny: no other type is assignable both ways.
export function hash<Field extends string = any>(
  field: NoInfer<Field> | readonly NoInfer<Field>[],
): Route<Field> {
  const fields = Array.isArray(field) ? [...field] : [field];
  return declare('route', { kind: 'hash', fields });
}

/** Each message goes to the next instance in turn, counted by each sender for itself. */
export function roundRobin(): Route<string> {
  return declare('route', { kind: 'roundRobin' });
}

/** Each message goes to every instance. */
export function broadcast(): Route<string> {
  return declare('route', { kind: 'broadcast' });
}
