/**
 * The first stage: from the value that a schema file exports to plain descriptors, and every fault found on the way.
 *
 * It does not throw, whatever values it is given, and calls none of the user's functions but those that Zod calls
 * itself: the getters of a shape and the function that gives a default. A faulty part is left out of the descriptor:
 * use that only when there are no faults.
 */

import { describeMessageOptions } from './describe-messages.js';
import { describeWorkers } from './describe-workers.js';
import type { MessageDescriptor, TopologyDescriptor } from './descriptor.js';
import { type Fault, type FaultList, quote } from './faults.js';
import { MESSAGE_MAX_BYTES, RECORD_MAX_BYTES, tailBytesOf } from './field-kinds.js';
import { deepFreeze } from './freeze.js';
import { messagePartsOf } from './message.js';
import { messageNameFault, reportCollisions, workerNameFault } from './names.js';
import { isTopology } from './topology.js';
import { placeRecord } from './versions.js';
import { describeMessageFields } from './zod-types.js';

export interface Description {
  readonly descriptor: TopologyDescriptor;
  /** In the order of the schema; empty when the descriptor is whole. */
  readonly faults: readonly Fault[];
}

/**
 * Describes a topology, and reports all of its faults in one run.
 *
 * @param topology what `topology()` returned, in this or another copy of `sn-gen/schema`.
 */
export function describeTopology(topology: unknown): Description {
  const faults: FaultList = [];
  if (!isTopology(topology)) {
    faults.push({
      code: 'SN1010',
      path: [],
      problem: `the schema must be a topology: got ${quote(topology)}`,
      help: 'write export default topology({ messages, workers })',
    });
    return { descriptor: { messages: [], workers: [] }, faults };
  }
  const declaredMessages = entriesOf(topology.messages);
  const declaredWorkers = entriesOf(topology.workers);
  if (declaredMessages.length === 0) {
    faults.push({
      code: 'SN1011',
      path: ['messages'],
      problem: 'a topology needs at least one message',
      help: 'declare one: messages: { Flight: z.object({ ... }) }',
    });
  }
  if (declaredWorkers.length === 0) {
    faults.push({
      code: 'SN1030',
      path: ['workers'],
      problem: 'a topology needs at least one worker',
      help: "declare one: workers: { delays: worker({ handler: './delays.ts', receives: { ... } }) }",
    });
  }
  const messages = declaredMessages.map(([name, declared]) => describeMessage(name, declared, faults));
  reportPrototype(topology.messages, 'messages', faults);
  reportPrototype(topology.workers, 'workers', faults);
  for (const [name] of declaredWorkers) {
    const fault = workerNameFault(name);
    if (fault !== undefined) faults.push({ ...fault, path: ['workers', name] });
  }
  reportCollisions(
    declaredMessages.map(([name]) => name),
    declaredWorkers.map(([name]) => name),
    faults,
  );
  const workers = describeWorkers(declaredWorkers, messages, faults);
  return { descriptor: deepFreeze({ messages, workers }), faults };
}

function describeMessage(name: string, declared: unknown, faults: FaultList): MessageDescriptor {
  const path = ['messages', name];
  const { schema, options } = messagePartsOf(declared);
  const nameFault = messageNameFault(name);
  if (nameFault !== undefined) faults.push({ ...nameFault, path });
  const fields = fieldsOrFault(schema, path, faults);
  const byteLength = placeRecord(fields).versions.at(-1)?.byteLength ?? 0;
  const wholeBytes = byteLength + tailBytesOf({ kind: 'object', fields });
  if (wholeBytes > MESSAGE_MAX_BYTES) {
    faults.push({
      code: 'SN1017',
      path,
      problem: `a message holds at most ${MESSAGE_MAX_BYTES} bytes: got ${wholeBytes > 2 ** 53 ? 'more than 2^53' : wholeBytes}`,
      help: 'lower the limits of its text, bytes and lists, or send it in parts',
    });
  } else if (byteLength > RECORD_MAX_BYTES) {
    faults.push({
      code: 'SN1017',
      path,
      problem: `a record holds at most ${RECORD_MAX_BYTES} bytes: got ${byteLength > 2 ** 53 ? 'more than 2^53' : byteLength}`,
      help: 'lower the limits of its text, bytes and lists, or send it in parts',
    });
  }
  const described = describeMessageOptions(options, path, faults);
  if (described.envelope !== undefined && fields.some((field) => field.name === 'envelope')) {
    faults.push({
      code: 'SN1021',
      path: [...path, 'envelope'],
      problem: "'envelope' is where readers of a message find its envelope",
      help: "choose another name for the field, such as 'envelope_', or leave the option out",
    });
  }
  return { name, fields, ...described };
}

/** Zod evaluates getters of a shape late; one that throws is the user's fault to mend, not ours. */
function fieldsOrFault(schema: unknown, path: readonly string[], faults: FaultList) {
  try {
    return describeMessageFields(schema, path, faults);
  } catch (error) {
    const reason = error instanceof Error ? error.message : quote(error);
    faults.push({
      code: 'SN1016',
      path,
      problem: `the message's schema throws when it is read: ${reason}`,
      help: 'write its fields as plain properties',
    });
    return [];
  }
}

/** `{ __proto__: Flight }` names no key but sets the prototype; without this it would vanish in silence. */
function reportPrototype(value: unknown, part: 'messages' | 'workers', faults: FaultList): void {
  if (typeof value !== 'object' || value === null) return;
  const prototype: unknown = Object.getPrototypeOf(value);
  // Objects of another realm have that realm's Object.prototype, which has no prototype either.
  if (prototype === null || Object.getPrototypeOf(prototype) === null || Array.isArray(value)) return;
  faults.push({
    code: 'SN1021',
    path: [part, '__proto__'],
    problem: `${part} must be a plain object, and '__proto__' sets its prototype`,
    help: 'choose another name',
  });
}

function entriesOf(value: unknown): readonly (readonly [string, unknown])[] {
  return typeof value === 'object' && value !== null ? Object.entries(value) : [];
}
