/**
 * Senders: the typed handle to one target, a worker or the host.
 *
 * Each message gets a closure that picks a lane and writes the slot in place: this, and no call into a general routine, is what
 * makes sending cost a few nanoseconds. A closure, since V8 takes what it holds for constants: with one instance, lane and memory
 * are then addresses in the machine code of whoever sends, which makes a send almost twice as fast as through an object's fields.
 */
import type { InboxPlan, MessagePlan, TopologyPlan } from '../schema/plan.js';
import { envelopeBytesOf, SLOT_HEADER_BYTES } from '../schema/plan.js';
import { type Called, callsOf, emitCallInterface, emitCallKind, emitCallMembers } from './calls.js';
import { claimHead, claimLocals, claimSignature, emitClaim, emitSetKey } from './claims.js';
import { envelopeOptions, stampArguments } from './envelopes.js';
import type { Imports } from './imports.js';
import { emitKey, emitPartitionOf } from './keys.js';
import { inputNameOf } from './message-model.js';
import { capitalised } from './names.js';
import { optionsOf, passTurn, pickLane, routeOf, type Sent } from './routes.js';
import { call, docComment, line } from './text.js';
import { isValidated, validatorsType } from './validators.js';

export interface Target {
  /** As the schema calls it, or `main`. */
  readonly name: string;
  readonly inbox: InboxPlan;
  /** What the user says of it. */
  readonly doc: string | undefined;
}

/** Emits the interfaces `XSend`, `XTrySend` and `XClaim`, the class `XHandle`, and what it needs. */
export function emitSenders(
  plan: TopologyPlan,
  target: Target,
  docs: ReadonlyMap<string, string>,
  imports: Imports,
): string {
  const type = capitalised(target.name);
  const sent = target.inbox.messages
    .filter(({ call: called }) => called === undefined)
    .map(
      (entry): Sent => ({
        entry,
        layout: plan.messages.find(({ name }) => name === entry.message) as MessagePlan,
        inbox: target.inbox,
      }),
    );
  const calls = callsOf(plan, target.inbox);
  const isAsync = plan.workers.some(
    ({ name, concurrency }) => name === target.name && concurrency !== undefined,
  );
  return [
    ...[...sent, ...calls].flatMap((one) => emitKey(one, imports, isAsync)),
    ...emitPartitionOf(type, [...sent, ...calls], imports),
    emitInterface(`${type}Send`, `Sends to ${whom(target)}, waiting where a lane is full.`, sent, (one) =>
      sendSignature(one, imports),
    ),
    emitInterface(
      `${type}TrySend`,
      `Sends to ${whom(target)} if there is room at once; false when there is not, and nothing was sent then.`,
      sent,
      (one) => trySendSignature(one, imports),
    ),
    emitInterface(
      `${type}Claim`,
      `Claims a place for a message to ${whom(target)}, to be written there field by field and then committed.`,
      sent,
      (one) => claimSignature(one, imports),
    ),
    ...(calls.length === 0 ? [] : [emitCallInterface(type, whom(target), calls, docs, imports)]),
    ...sent.flatMap((one) => emitSetKey(one, imports)),
    ...calls.map((one) => emitCallKind(one, imports)),
    emitHandle(type, target, sent, calls, imports),
  ].join('\n\n');
}

function sendSignature(sent: Sent, imports: Imports): string {
  const { layout } = sent;
  const parameters = [
    `value: ${inputNameOf(layout)}`,
    `options?: ${optionsOf(sent, 'SendOptions', imports)}`,
  ];
  return line(2, layout.name, { open: '(', items: parameters, close: ')' }, ': Promise<void> | undefined;');
}

function trySendSignature({ layout }: Sent, imports: Imports): string {
  const options = envelopeOptions(layout.envelope).map((type) => imports.runtimeType(type));
  const parameters = [
    `value: ${inputNameOf(layout)}`,
    ...(options.length > 0 ? [`options?: ${options.join(' & ')}`] : []),
  ];
  return line(2, layout.name, { open: '(', items: parameters, close: ')' }, ': boolean;');
}

function emitInterface(
  name: string,
  says: string,
  sent: readonly Sent[],
  signature: (sent: Sent) => string,
): string {
  if (sent.length === 0)
    return [docComment(0, undefined, says), `export type ${name} = Record<never, never>;`].join('\n');
  return [
    docComment(0, undefined, says),
    `export interface ${name} {`,
    ...sent.flatMap((one) => [
      docComment(
        2,
        undefined,
        `One ${one.layout.name} to ${routeOf(one).whom(one.entry.route)}.${sayValidation(one)}${sayRoute(one)}`,
      ),
      signature(one),
    ]),
    '}',
  ].join('\n');
}

function emitHandle(
  type: string,
  target: Target,
  sent: readonly Sent[],
  calls: readonly Called[],
  imports: Imports,
): string {
  const targetType = imports.runtimeType('Target');
  const validators = sent.some(({ layout }) => isValidated(layout))
    ? [`validators: ${validatorsType(imports)}`]
    : [];
  const methods = emitMethods(sent, calls, imports);
  const callMembers =
    calls.length === 0
      ? []
      : [
          `  readonly call: ${type}Call;`,
          docComment(
            2,
            undefined,
            'Calls for each item of an iterable, so many at a time; the responses in order.',
          ),
          `  readonly map: ${imports.runtimeType('MapOf')}<${type}Call>;`,
        ];
  const handle = call(`new ${type}Handle`, 'target', ...validators.map(() => 'this.#validators'));
  return [
    docComment(0, target.doc, `The way to ${whom(target)}.`),
    `export class ${type}Handle {`,
    `  readonly send: ${type}Send;`,
    `  readonly trySend: ${type}TrySend;`,
    `  readonly claim: ${type}Claim;`,
    ...callMembers,
    `  readonly #target: ${targetType};`,
    ...validators.map((member) => `  readonly #${member};`),
    `  readonly #single: ${type}Handle[] = [];`,
    '',
    `  constructor(${[`target: ${targetType}`, ...validators].join(', ')}) {`,
    '    this.#target = target;',
    ...validators.map(() => '    this.#validators = validators;'),
    ...emitLocals(methods),
    ...methods,
    '  }',
    '',
    docComment(2, undefined, 'How many instances there are.'),
    '  get instances(): number {',
    '    return this.#target.lanes.length;',
    '  }',
    '',
    docComment(
      2,
      undefined,
      'The same for one instance alone, whatever the routes say. @throws SnError `SN_INSTANCE_RANGE`.',
    ),
    `  at(instance: number): ${type}Handle {`,
    '    const target = this.#target.at(instance);',
    line(4, 'this.#single[instance] ??= ', handle, ';'),
    `    return this.#single[instance];`,
    '  }',
    '}',
  ].join('\n');
}

/** What the methods want of the target: closures keep it, so that V8 takes it for constants. */
function emitLocals(methods: readonly string[]): readonly string[] {
  const text = methods.join('\n');
  const used = ['lanes', 'owners', 'only'].filter((name) => new RegExp(`\\b${name}\\b`).test(text));
  return used.length === 0 ? [] : [`    const { ${used.join(', ')} } = target;`];
}

function emitMethods(sent: readonly Sent[], calls: readonly Called[], imports: Imports): readonly string[] {
  const all = [...sent, ...calls];
  const isBalanced = all.some(({ entry }) => entry.route.kind === 'leastLoaded');
  return [
    ...(isBalanced ? [`    const leastLoaded = new ${imports.runtime('LeastLoaded')}(target);`] : []),
    ...all.flatMap((one) => {
      const turn = routeOf(one).turn?.(one);
      return turn === undefined ? [] : [`    let ${turn} = 0;`];
    }),
    ...sent.flatMap((one) => claimLocals(one, imports)),
    ...group(
      'send',
      sent.flatMap((one) =>
        method(`${one.layout.name}(value, options)`, [...validate(one), ...emitSend(one, imports)]),
      ),
    ),
    ...group(
      'trySend',
      sent.flatMap((one) => method(trySendHead(one), [...validate(one), ...emitTrySend(one, imports)])),
    ),
    ...group(
      'claim',
      sent.flatMap((one) => [`      ${claimHead(one)} {`, ...emitClaim(one, imports), '      },']),
    ),
    ...emitCallMembers(calls, imports),
  ];
}

/** A member of the handle that holds a method for each message; a worker may answer calls only. */
function group(name: string, methods: readonly string[]): readonly string[] {
  return methods.length === 0 ? [`    this.${name} = {};`] : [`    this.${name} = {`, ...methods, '    };'];
}

function trySendHead({ layout }: Sent): string {
  return `${layout.name}(value${envelopeOptions(layout.envelope).length > 0 ? ', options' : ''})`;
}

function method(head: string, body: readonly string[]): readonly string[] {
  return [`      ${head} {`, ...body.map((text) => `        ${text}`), '      },'];
}

/** Stands first: a value that is refused has taken no turn, no slot and no bytes. */
function validate({ layout }: Sent): readonly string[] {
  return isValidated(layout) ? [`validators.${layout.name}?.(value);`] : [];
}

function sayValidation({ layout }: Sent): string {
  return isValidated(layout) ? ' @throws SnError `SN_VALIDATION` when its schema refuses the value.' : '';
}

function sayRoute(sent: Sent): string {
  return routeOf(sent).needsWhole ? ' @throws SnError `SN_ROUTE` when that throws or names none.' : '';
}

function emitSend(sent: Sent, imports: Imports): readonly string[] {
  const { entry, layout } = sent;
  const { pick, turn } = routeOf(sent);
  imports.messageType(inputNameOf(layout));
  const bytes = tailOf(sent, imports);
  if (pick === undefined) {
    const [all, more] = bytes === undefined ? ['sendToAll', ''] : ['sendLongToAll', `${bytes}, `];
    const encode = wholeEncoder(sent, imports);
    return [`return ${imports.runtime(all)}(lanes, ${entry.tag}, ${encode}, value, ${more}options);`];
  }
  // The turn is over whether the message is written at once or waits: this stands before the look for room.
  const picked = [...pickLane(pick(sent, imports, 'value')), ...passTurn(turn?.(sent))];
  if (bytes !== undefined) {
    const encode = wholeEncoder(sent, imports);
    return [...picked, `return lane.sendLong(${entry.tag}, ${encode}, value, ${bytes}, options);`];
  }
  return [
    ...picked,
    'const slot = lane.claim(options);',
    ...writeSlot(sent, imports),
    `return lane.commit(slot, ${entry.tag}, options);`,
  ];
}

function emitTrySend(sent: Sent, imports: Imports): readonly string[] {
  const { entry, layout } = sent;
  const { pick, turn } = routeOf(sent);
  const bytes = tailOf(sent, imports);
  const options = envelopeOptions(layout.envelope).length > 0 ? ', options' : '';
  if (pick === undefined) {
    const [all, more] = bytes === undefined ? ['trySendToAll', ''] : ['trySendLongToAll', `, ${bytes}`];
    const encode = wholeEncoder(sent, imports);
    return [`return ${imports.runtime(all)}(lanes, ${entry.tag}, ${encode}, value${more}${options});`];
  }
  if (bytes !== undefined) {
    const encode = wholeEncoder(sent, imports);
    return [
      ...pickLane(pick(sent, imports, 'value')),
      `if (!lane.trySendLong(${entry.tag}, ${encode}, value, ${bytes}${options})) return false;`,
      ...passTurn(turn?.(sent)),
      'return true;',
    ];
  }
  return [
    ...pickLane(pick(sent, imports, 'value')),
    'const slot = lane.tryClaim();',
    `if (slot === ${imports.runtime('NO_SLOT')}) return false;`,
    ...writeSlot(sent, imports),
    `lane.commit(slot, ${entry.tag});`,
    ...passTurn(turn?.(sent)),
    'return true;',
  ];
}

/** Writes envelope and record into the slot. */
function writeSlot({ layout }: Sent, imports: Imports): readonly string[] {
  const { envelope } = layout;
  const type = capitalised(layout.name);
  const record = SLOT_HEADER_BYTES + envelopeBytesOf(layout);
  const encode = `${imports.message(`encode${type}`)}(value, lane.memory, slot + ${record});`;
  if (envelope === undefined) return [encode];
  const place = ['lane.memory', `slot + ${SLOT_HEADER_BYTES}`, ...stampArguments(envelope)];
  return [encode, `${imports.message(`stamp${type}`)}(${place.join(', ')});`];
}

/** The function that writes all that a message consists of. */
function wholeEncoder({ layout }: Sent, imports: Imports): string {
  const verb = layout.envelope === undefined ? 'encode' : 'encodeEnveloped';
  return imports.message(verb + capitalised(layout.name));
}

/** The most bytes that a message with a tail may take; nothing for those without. */
function tailOf({ layout }: Sent, imports: Imports): string | undefined {
  if (layout.tailMaxBytes === undefined) return undefined;
  const bytes = `${imports.message(`tailOf${capitalised(layout.name)}`)}(value)`;
  const envelopeBytes = envelopeBytesOf(layout);
  return envelopeBytes === 0 ? bytes : `${bytes} + ${envelopeBytes}`;
}

function whom({ name }: Target): string {
  return name === 'main' ? 'the host' : `\`${name}\``;
}
