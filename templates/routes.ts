/**
 * Routes: how emitted senders pick the lane of a message.
 */
import { keyFieldsOf, type RouteDescriptor, type RouteKind } from '../schema/descriptor.js';
import type { InboxMessage, InboxPlan, MessagePlan } from '../schema/plan.js';
import { envelopeOptions } from './envelopes.js';
import type { Imports } from './imports.js';
import { expressionLines, fits } from './text.js';

/** One message of a target's inbox, with all that its methods need. */
export interface Sent {
  readonly entry: InboxMessage;
  readonly layout: MessagePlan;
  readonly inbox: InboxPlan;
}

/** How each route is written. */
export interface RouteEmitter {
  /** Tells the user who gets the message, or answers the call. */
  readonly whom: (route: RouteDescriptor) => string;
  /** Code for one of several lanes, by the fields of a value; undefined when the message goes to all of them. */
  readonly pick: ((sent: Sent, imports: Imports, value: string) => string) | undefined;
  /** The local that holds whose turn it is; undefined where there are no turns. */
  readonly turn?: (sent: Sent) => string;
  /** Whether the whole message decides, so that it must be there before its lane is known. */
  readonly needsWhole?: true;
}

/** What stands before each line of a handle's methods. */
const METHOD_PAD = ' '.repeat(8);

const ROUTES = {
  hash: {
    whom: (route) => `the instance that owns its ${fieldList(keyFieldsOf(route))}`,
    pick: byPartition,
  },
  consistentHash: {
    whom: (route) => `the instance that owns its ${fieldList(keyFieldsOf(route))}`,
    pick: byPartition,
  },
  range: {
    whom: (route) => `the instance that owns the range of its ${fieldList(keyFieldsOf(route))}`,
    pick: byPartition,
  },
  roundRobin: {
    whom: () => 'each instance in turn',
    pick: (sent, imports) => laneAt(turnOf(sent), imports),
    turn: turnOf,
  },
  leastLoaded: {
    whom: () => 'the one of two instances, drawn at random, for which fewer messages wait',
    pick: () => 'leastLoaded.pick()',
  },
  broadcast: { whom: () => 'every instance', pick: undefined },
  custom: {
    whom: (route) =>
      route.kind === 'custom'
        ? `the instance that \`${route.export}\` of ${route.module.replace(/^.*\//, '')} names`
        : '',
    pick: ({ layout: { name }, entry }, imports, value) =>
      `${imports.runtime('laneByRoute')}(lanes, routeOf${name}, ${value}, '${entry.call ?? name}')`,
    needsWhole: true,
  },
} as const satisfies Record<RouteKind, RouteEmitter>;

function byPartition({ layout, entry }: Sent, imports: Imports, value: string): string {
  const fields = keyFieldsOf(entry.route).map((field) => `${value}.${field}`);
  return laneAt(`owners[partitionOf${layout.name}(${fields.join(', ')})] as number`, imports);
}

function laneAt(instance: string, imports: Imports): string {
  return `(lanes[${instance}] as ${imports.runtimeType('LaneWriter')})`;
}

/** The type of a sender's options: those of every message, and what this one's envelope takes. */
export function optionsOf({ layout }: Sent, every: string, imports: Imports): string {
  return [every, ...envelopeOptions(layout.envelope)].map((type) => imports.runtimeType(type)).join(' & ');
}

/** The lines that pick a lane, as they stand in a method of a handle. */
export function pickLane(oneOfSeveral: string): readonly string[] {
  const statement = `const lane = only ?? ${oneOfSeveral};`;
  if (fits(METHOD_PAD + statement)) return [statement];
  const right = `  only ?? ${oneOfSeveral};`;
  if (fits(METHOD_PAD + right)) return ['const lane =', right];
  const lines = expressionLines(METHOD_PAD.length + 2, `${oneOfSeveral};`);
  return ['const lane =', '  only ??', ...lines.map((text) => text.slice(METHOD_PAD.length))];
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
