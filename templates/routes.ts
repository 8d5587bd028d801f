/**
 * Routes: how emitted senders pick the lane of a message.
 */
import type { RouteDescriptor, RouteKind, TypeKind } from '../schema/descriptor.js';
import type { InboxMessage, InboxPlan, MessagePlan } from '../schema/plan.js';
import { envelopeOptions } from './envelopes.js';
import type { Imports } from './imports.js';

/** One message of a target's inbox, with all that its methods need. */
export interface Sent {
  readonly entry: InboxMessage;
  readonly layout: MessagePlan;
  readonly inbox: InboxPlan;
}

/** How each route is written. */
export interface RouteEmitter {
  /** Tells the user where the message goes. */
  readonly says: (route: RouteDescriptor) => string;
  /** The same of a call: who answers it. */
  readonly whom: (route: RouteDescriptor) => string;
  /** One of several lanes, by the fields of a value, or undefined when the message goes to all of them. */
  readonly pick: ((sent: Sent, imports: Imports, value: string) => string) | undefined;
  /** The local that holds whose turn it is; undefined where there are no turns. */
  readonly turn?: (sent: Sent) => string;
}

const ROUTES = {
  hash: {
    says: (route) =>
      route.kind === 'hash' ? `to the instance that owns its ${fieldList(route.fields)}` : '',
    whom: (route) => (route.kind === 'hash' ? `the instance that owns its ${fieldList(route.fields)}` : ''),
    pick: ({ layout }, _imports, value) => `lanes[owners[hashOf${layout.name}(${value}) >>> 24] as number]`,
  },
  roundRobin: {
    says: () => 'to each instance in turn',
    whom: () => 'each instance in turn',
    pick: (sent) => `lanes[${turnOf(sent)}]`,
    turn: turnOf,
  },
  broadcast: { says: () => 'to every instance', whom: () => 'every instance', pick: undefined },
} as const satisfies Record<RouteKind, RouteEmitter>;

/** The function that hashes a field of each kind; undefined where the kind is no key. */
export const HASHES = {
  u8: 'hashNumber',
  i8: 'hashNumber',
  u16: 'hashNumber',
  i16: 'hashNumber',
  u32: 'hashNumber',
  i32: 'hashNumber',
  f32: 'hashNumber',
  f64: 'hashNumber',
  safeInt: 'hashNumber',
  u64: 'hashBigInt',
  i64: 'hashBigInt',
  bool: 'hashBool',
  date: 'hashDate',
  enum: 'hashEnum',
  ascii: 'hashText',
  utf8: 'hashText',
  uuid: 'hashText',
  bytes: undefined,
  numbers: undefined,
  object: undefined,
  tuple: undefined,
  list: undefined,
  union: undefined,
  tail: undefined,
  maybe: undefined,
  default: undefined,
} as const satisfies Record<TypeKind, string | undefined>;

/** The type of a sender's options: those of every message, and what this one's envelope takes. */
export function optionsOf({ layout }: Sent, every: string, imports: Imports): string {
  return [every, ...envelopeOptions(layout.envelope)].map((type) => imports.runtimeType(type)).join(' & ');
}

export function pickLane(oneOfSeveral: string, imports: Imports): string {
  return `const lane = only ?? (${oneOfSeveral} as ${imports.runtimeType('LaneWriter')});`;
}

export function passTurn(turn: string | undefined): readonly string[] {
  return turn === undefined ? [] : [`if (only === undefined && ++${turn} === lanes.length) ${turn} = 0;`];
}

function turnOf({ layout }: Sent): string {
  return `next${layout.name}`;
}

export function routeOf({ entry }: Sent): RouteEmitter {
  return ROUTES[entry.route.kind];
}

export function fieldList(fields: readonly string[]): string {
  return fields.map((name) => `\`${name}\``).join(' and ');
}
