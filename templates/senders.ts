/**
 * Senders: the typed handle to one target, a worker or the host.
 *
 * Each message gets a method that picks a lane and writes the slot in place, with tag, stride and mask as literals: this,
 * and no call into a general routine, is what makes sending cost a few nanoseconds.
 */
import type { RouteDescriptor, RouteKind, TypeKind } from '../schema/descriptor.js';
import type { FieldLayout, MessageLayout } from '../schema/layout.js';
import type { InboxMessage, InboxPlan, TopologyPlan } from '../schema/plan.js';
import { SLOT_HEADER_BYTES } from '../schema/plan.js';
import type { Imports } from './imports.js';
import { capitalised } from './names.js';
import { call, docComment, line } from './text.js';

export interface Target {
  /** As the schema calls it, or `main`. */
  readonly name: string;
  readonly inbox: InboxPlan;
  /** What the user says of it. */
  readonly doc: string | undefined;
}

/** One message of a target's inbox, with all that its methods need. */
interface Sent {
  readonly entry: InboxMessage;
  readonly layout: MessageLayout;
  readonly inbox: InboxPlan;
}

/** How each route is written. */
interface RouteEmitter {
  /** Tells the user where the message goes. */
  readonly says: (route: RouteDescriptor) => string;
  /** Statements that declare `lane`, or undefined when the message goes to all of them. */
  readonly pick: ((sent: Sent, imports: Imports) => readonly string[]) | undefined;
  /** Statements after a message was sent. */
  readonly after: (sent: Sent) => readonly string[];
}

const ROUTES = {
  hash: {
    says: (route) =>
      route.kind === 'hash' ? `to the instance that owns its ${fieldList(route.fields)}` : '',
    pick: ({ layout }, imports) => [
      'const lanes = this.#lanes;',
      `const index = lanes.length === 1 ? 0 : ${imports.runtime('instanceOf')}(hashOf${layout.name}(value), lanes.length);`,
      'const lane = lanes[index] as LaneWriter;',
    ],
    after: () => [],
  },
  roundRobin: {
    says: () => 'to each instance in turn',
    pick: ({ layout }) => [
      'const lanes = this.#lanes;',
      `const lane = lanes[this.#next${layout.name}] as LaneWriter;`,
    ],
    after: ({ layout }) => [
      `this.#next${layout.name} = this.#next${layout.name} + 1 === lanes.length ? 0 : this.#next${layout.name} + 1;`,
    ],
  },
  broadcast: { says: () => 'to every instance', pick: undefined, after: () => [] },
} as const satisfies Record<RouteKind, RouteEmitter>;

/** The function that hashes a field of each kind; undefined where the kind is no key. */
const HASHES = {
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
  bytes: undefined,
  object: undefined,
} as const satisfies Record<TypeKind, string | undefined>;

/** Emits the classes `XSend`, `XTrySend` and `XHandle`, and what they need. */
export function emitSenders(plan: TopologyPlan, target: Target, imports: Imports): string {
  const type = capitalised(target.name);
  const sent = target.inbox.messages.map(
    (entry): Sent => ({
      entry,
      layout: plan.messages.find(({ name }) => name === entry.message) as MessageLayout,
      inbox: target.inbox,
    }),
  );
  imports.runtimeType('LaneWriter');
  return [
    ...sent.filter(({ entry }) => entry.route.kind === 'hash').map((one) => emitHash(one, imports)),
    emitClass(
      `${type}Send`,
      `Sends to ${whom(target)}, waiting where a lane is full.`,
      sent,
      imports,
      emitSend,
    ),
    emitClass(
      `${type}TrySend`,
      `Sends to ${whom(target)} if there is room at once; false when there is not, and nothing was sent then.`,
      sent,
      imports,
      emitTrySend,
    ),
    emitHandle(type, target, imports),
  ].join('\n\n');
}

function emitHash({ entry, layout }: Sent, imports: Imports): string {
  const fields = entry.route.kind === 'hash' ? entry.route.fields : [];
  imports.messageType(layout.name);
  const hashes = fields.map((name) => {
    const field = layout.fields.find((one) => one.name === name) as FieldLayout;
    const hash = imports.runtime(HASHES[field.type.kind] as string);
    return { name, hash };
  });
  const first = hashes[0] as (typeof hashes)[number];
  const rest = hashes.slice(1);
  const body =
    rest.length === 0
      ? [`  return ${first.hash}(value.${first.name}, 0);`]
      : [
          `  let hash = ${first.hash}(value.${first.name}, 0);`,
          ...rest.map(({ name, hash }) => `  hash = ${hash}(value.${name}, hash);`),
          '  return hash;',
        ];
  return [
    docComment(0, undefined, `XXH32 of what routes ${layout.name}: its ${fieldList(fields)}.`),
    `function hashOf${layout.name}(value: ${layout.name}): number {`,
    ...body,
    '}',
  ].join('\n');
}

function emitClass(
  name: string,
  says: string,
  sent: readonly Sent[],
  imports: Imports,
  emitMethod: (sent: Sent, imports: Imports) => string,
): string {
  const turns = sent
    .filter(({ entry }) => entry.route.kind === 'roundRobin')
    .map(({ layout }) => `  #next${layout.name} = 0;`);
  return [
    docComment(0, undefined, says),
    `export class ${name} {`,
    '  readonly #lanes: readonly LaneWriter[];',
    ...turns,
    '',
    '  constructor(lanes: readonly LaneWriter[]) {',
    '    this.#lanes = lanes;',
    '  }',
    ...sent.map((one) => `\n${emitMethod(one, imports)}`),
    '}',
  ].join('\n');
}

function emitSend(sent: Sent, imports: Imports): string {
  const { entry, layout } = sent;
  const { says, pick, after } = ROUTES[entry.route.kind] as RouteEmitter;
  imports.messageType(layout.name);
  imports.runtimeType('SendOptions');
  const encode = imports.message(`encode${capitalised(layout.name)}`);
  const body =
    pick === undefined
      ? [`return ${imports.runtime('sendToAll')}(this.#lanes, ${entry.tag}, ${encode}, value, options);`]
      : [
          ...pick(sent, imports),
          // The turn is over whether the message is written at once or waits: this stands before the look for room.
          ...after(sent),
          'const isFull = lane.tail === lane.limit && !lane.makeRoom(options);',
          `const slot = isFull ? lane.spareSlot : ${slotAt(sent)};`,
          ...write(sent, encode),
          'if (isFull) return lane.queue(options);',
          'lane.commit();',
          'return undefined;',
        ];
  return [
    docComment(2, undefined, `Sends one ${layout.name} ${says(entry.route)}.`),
    `  ${layout.name}(value: ${layout.name}, options?: SendOptions): Promise<void> | undefined {`,
    ...body.map((text) => `    ${text}`),
    '  }',
  ].join('\n');
}

function emitTrySend(sent: Sent, imports: Imports): string {
  const { entry, layout } = sent;
  const { says, pick, after } = ROUTES[entry.route.kind] as RouteEmitter;
  const encode = imports.message(`encode${capitalised(layout.name)}`);
  const body =
    pick === undefined
      ? [`return ${imports.runtime('trySendToAll')}(this.#lanes, ${entry.tag}, ${encode}, value);`]
      : [
          ...pick(sent, imports),
          'if (lane.tail === lane.limit && !lane.hasRoom()) return lane.refuse();',
          `const slot = ${slotAt(sent)};`,
          ...write(sent, encode),
          'lane.commit();',
          ...after(sent),
          'return true;',
        ];
  return [
    docComment(2, undefined, `Sends one ${layout.name} ${says(entry.route)}.`),
    `  ${layout.name}(value: ${layout.name}): boolean {`,
    ...body.map((text) => `    ${text}`),
    '  }',
  ].join('\n');
}

function slotAt({ inbox }: Sent): string {
  return `lane.slots + (lane.tail & ${inbox.capacitySlots - 1}) * ${inbox.strideBytes}`;
}

function write({ entry }: Sent, encode: string): readonly string[] {
  return [
    `${encode}(value, lane.memory, slot + ${SLOT_HEADER_BYTES});`,
    `lane.memory.u32[slot >> 2] = ${entry.tag};`,
  ];
}

function emitHandle(type: string, target: Target, imports: Imports): string {
  const laneAt = imports.runtime('laneAt');
  return [
    docComment(0, target.doc, `The way to ${whom(target)}.`),
    `export class ${type}Handle {`,
    `  readonly send: ${type}Send;`,
    `  readonly trySend: ${type}TrySend;`,
    '  readonly #lanes: readonly LaneWriter[];',
    '',
    '  constructor(lanes: readonly LaneWriter[]) {',
    '    this.#lanes = lanes;',
    `    this.send = new ${type}Send(lanes);`,
    `    this.trySend = new ${type}TrySend(lanes);`,
    '  }',
    '',
    docComment(2, undefined, 'How many instances there are.'),
    '  get instances(): number {',
    '    return this.#lanes.length;',
    '  }',
    '',
    docComment(
      2,
      undefined,
      'The same for one instance alone, whatever the routes say. @throws SnError `SN_INSTANCE_RANGE`.',
    ),
    `  at(instance: number): ${type}Handle {`,
    line(
      4,
      'return ',
      call(`new ${type}Handle`, `[${laneAt}(this.#lanes, instance, '${target.name}')]`),
      ';',
    ),
    '  }',
    '}',
  ].join('\n');
}

function whom({ name }: Target): string {
  return name === 'main' ? 'the host' : `\`${name}\``;
}

function fieldList(fields: readonly string[]): string {
  return fields.map((name) => `\`${name}\``).join(' and ');
}
