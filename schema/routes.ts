/**
 * Routes: how a message picks the instance that gets it.
 *
 * A route's type says which field names it may be given. The names come from the place where the route
 * stands: inside `topology({ ... })` the editor completes and checks them; a route made elsewhere is checked
 * by the generator alone.
 */
import type { z } from 'zod';
import { declare } from './declaration.js';
import type { MessageDeclaration } from './message.js';

/** A route for a message whose key fields are `Field`. */
export type Route<Field extends string> = (field: Field) => DeclaredRoute;

/** What a route's function was given, not checked yet. */
export type DeclaredRoute =
  | { readonly kind: 'hash'; readonly fields: readonly unknown[] }
  | { readonly kind: 'consistentHash'; readonly fields: readonly unknown[]; readonly virtualNodes: unknown }
  | { readonly kind: 'range'; readonly field: unknown; readonly bounds: unknown }
  | { readonly kind: 'custom'; readonly module: unknown; readonly export: unknown }
  | { readonly kind: 'roundRobin' | 'leastLoaded' | 'broadcast' };

/** Points of each instance on the ring of `consistentHash`, if nothing is said. */
const DEFAULT_VIRTUAL_NODES = 128;

/** What can be a key: a value that is itself, no list or nested object. */
type Scalar = string | number | bigint | boolean | Date | Uint8Array;

/** Names of the fields of a message's schema that a keyed route may use. */
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
 * The key space has 256 partitions: XXH32 of the key gives the partition, and the worker's instances own equal shares of them.
 *
 * @param field one field of the message, or several whose values together are the key.
 * @example `receives: { Flight: hash('origin'), Trade: hash(['venue', 'symbol']) }`
 */
// `any` stands where nothing is known of the message, so that such a route fits every one.
// biome-ignore lint/suspicious/noExplicitAny: no other type is assignable both ways.
export function hash<Field extends string = any>(
  field: NoInfer<Field> | readonly NoInfer<Field>[],
): Route<Field> {
  return declare('route', { kind: 'hash', fields: listOf(field) });
}

/**
 * As `hash`, at the same cost, but a consistent-hash ring says who owns which partition: whoever knows the number of instances knows
 * the owners, whatever it was before, and of n + 1 instances the new one takes about 1 / (n + 1) of the keys from all others.
 *
 * Shares differ by some percent, the less so the more points each instance has. All keyed routes of one worker share one table, so
 * a worker has either `hash` or `consistentHash`, with one number of virtual nodes.
 *
 * @param field one field of the message, or several whose values together are the key.
 * @param options `virtualNodes`: points of each instance on the ring, 1 to 1024; 128 if nothing is said.
 * @example `receives: { Session: consistentHash('user', { virtualNodes: 256 }) }`
 */
// biome-ignore lint/suspicious/noExplicitAny: as for `hash`.
export function consistentHash<Field extends string = any>(
  field: NoInfer<Field> | readonly NoInfer<Field>[],
  options: { readonly virtualNodes?: number } = {},
): Route<Field> {
  const { virtualNodes = DEFAULT_VIRTUAL_NODES } = options;
  return declare('route', { kind: 'consistentHash', fields: listOf(field), virtualNodes });
}

/**
 * Messages whose keys lie in the same range go to the same instance, in order.
 *
 * A key below the first bound is in range 0, one from the first bound to below the second in range 1, and so on: one range more
 * than bounds. With as many instances as ranges each has one; neighbouring ranges share an instance where there are fewer.
 *
 * @param field a field that has an order: a number, a bigint, text (in the order of its UTF-16 code units) or a date.
 * @param bounds 1 to 255 values of the field, ascending, each once.
 * @example `receives: { Quote: range('price', [10, 100, 1000]) }`
 */
// biome-ignore lint/suspicious/noExplicitAny: as for `hash`.
export function range<Field extends string = any>(
  field: NoInfer<Field>,
  bounds: readonly number[] | readonly bigint[] | readonly string[] | readonly Date[],
): Route<Field> {
  return declare('route', { kind: 'range', field, bounds });
}

/** Each message goes to the next instance in turn, counted by each sender for itself. */
export function roundRobin(): Route<string> {
  return declare('route', { kind: 'roundRobin' });
}

/**
 * Each message goes to the instance of two, drawn at random, for which fewer messages wait: "the power of two choices"
 * (Mitzenmacher, 1996). What waits is read from shared memory, so that senders see each other's load. There is no order
 * between messages.
 */
export function leastLoaded(): Route<string> {
  return declare('route', { kind: 'leastLoaded' });
}

/** Each message goes to every instance. */
export function broadcast(): Route<string> {
  return declare('route', { kind: 'broadcast' });
}

/**
 * A function of yours says where each message goes: `(message, instances) => number`, a whole number from 0 to `instances - 1`.
 *
 * It runs in every thread that sends the message, is bundled with the workers that do, and its type is checked in the generated
 * code, as `CustomRoute<Message>` of `sn-gen/runtime`. Where it throws or returns anything else, the send throws `SN_ROUTE` and
 * nothing was sent. It is not called where the worker can have one instance only.
 *
 * @param place `module`: its file, relative to the schema's; `export`: the function's name there.
 * @example `receives: { Order: custom({ module: './routes.ts', export: 'byVenue' }) }`
 */
export function custom(place: { readonly module: string; readonly export: string }): Route<string> {
  // Not checked yet: it may be no object at all.
  const { module, export: name } = Object(place);
  return declare('route', { kind: 'custom', module, export: name });
}

function listOf(field: unknown): readonly unknown[] {
  return Array.isArray(field) ? [...field] : [field];
}
