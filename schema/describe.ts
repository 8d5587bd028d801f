/**
 * The first stage: from the value that a schema file exports to plain descriptors, and every fault found on the way.
 *
 * It does not throw, whatever values it is given, and calls none of the user's functions but those that Zod calls
 * itself: the getters of a shape and the function that gives a default. A faulty part is left out of the descriptor:
 * use that only when there are no faults.
 */

import { callOf, requestName, responseName } from './call.js';
import { describeMessageOptions } from './describe-messages.js';
import { describeWorkers } from './describe-workers.js';
import type { CallDescriptor, MessageDescriptor, TopologyDescriptor } from './descriptor.js';
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
    return { descriptor: { messages: [], calls: [], workers: [] }, faults };
  }
  const declaredMessages = entriesOf(topology.messages);
  const declaredCalls = entriesOf(topology.calls);
  const declaredWorkers = entriesOf(topology.workers);
  if (declaredMessages.length === 0 && declaredCalls.length === 0) {
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
  reportPrototype(topology.calls, 'calls', faults);
  reportPrototype(topology.workers, 'workers', faults);
  for (const [name] of declaredWorkers) {
    const fault = workerNameFault(name);
    if (fault !== undefined) faults.push({ ...fault, path: ['workers', name] });
  }
  reportCollisions(
    declaredMessages.map(([name]) => name),
    declaredCalls.map(([name]) => name),
    declaredWorkers.map(([name]) => name),
    faults,
  );
  const { calls, parts } = describeCalls(declaredCalls, faults);
  const all = [...messages, ...parts];
  const workers = describeWorkers(declaredWorkers, { messages, calls, parts }, faults);
  return { descriptor: deepFreeze({ messages: all, calls, workers }), faults };
}

function describeCalls(
  declared: readonly (readonly [string, unknown])[],
  faults: FaultList,
): { readonly calls: readonly CallDescriptor[]; readonly parts: readonly MessageDescriptor[] } {
  const parts: MessageDescriptor[] = [];
  const calls = declared.flatMap(([name, value]): CallDescriptor[] => {
    const path = ['calls', name];
    const nameFault = messageNameFault(name);
    if (nameFault !== undefined) faults.push({ ...nameFault, path });
    const schemas = callOf(value);
    if (schemas === undefined) {
      faults.push({
        code: 'SN1047',
        path,
        problem: `a call must be made by call(): got ${quote(value)}`,
        help: 'write call(z.object({ ... }), z.object({ ... })), the request and the response',
      });
      return [];
    }
    const [request, response] = [requestName(name), responseName(name)];
    parts.push(describeRecord(request, schemas.request, [...path, 'request'], faults));
    parts.push(describeRecord(response, schemas.response, [...path, 'response'], faults));
    return [{ name, request, response }];
  });
  return { calls, parts };
}

function describeMessage(name: string, declared: unknown, faults: FaultList): MessageDescriptor {
  const path = ['messages', name];
  const { schema, options } = messagePartsOf(declared);
  const nameFault = messageNameFault(name);
  if (nameFault !== undefined) faults.push({ ...nameFault, path });
  const described = describeMessageOptions(options, path, faults);
  const record = describeRecord(name, schema, path, faults);
  if (described.envelope !== undefined && record.fields.some((field) => field.name === 'envelope')) {
    faults.push({
      code: 'SN1021',
      path: [...path, 'envelope'],
      problem: "'envelope' is where readers of a message find its envelope",
      help: "choose another name for the field, such as 'envelope_', or leave the option out",
    });
  }
  return { ...record, ...described };
}

/** The fields of a message, or of a call's request or response, and whether it is too large. */
function describeRecord(
  name: string,
  schema: unknown,
  path: readonly string[],
  faults: FaultList,
): MessageDescriptor {
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
  return { name, fields };
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
function reportPrototype(value: unknown, part: 'messages' | 'calls' | 'workers', faults: FaultList): void {
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
