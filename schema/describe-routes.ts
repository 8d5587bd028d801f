/**
 * Routes to descriptors, each checked against the fields of its message.
 */
import { requestName } from './call.js';
import { declarationOf } from './declaration.js';
import type { FieldDescriptor, MessageDescriptor, RouteDescriptor } from './descriptor.js';
import { type FaultCode, type FaultList, listed, quote, report, suggest } from './faults.js';
import { canBeKey } from './field-kinds.js';

/** After these a message may lack fields that have no fault of their own. */
const ENDS_THE_WALK: ReadonlySet<FaultCode> = new Set(['SN1016', 'SN1017', 'SN1018']);

/** The route, checked against the message's fields where the message is known. */
export function describeRoute(
  value: unknown,
  message: MessageDescriptor | undefined,
  path: readonly string[],
  faults: FaultList,
): RouteDescriptor | undefined {
  // The declaration holds what our own `hash`, `roundRobin` or `broadcast` made; only the fields are the user's.
  const route = declarationOf(value, 'route')?.input as RouteDescriptor | undefined;
  if (route === undefined) {
    report(
      faults,
      'SN1041',
      path,
      `a route must be made by a route's function: got ${quote(value)}`,
      "write hash('field'), roundRobin() or broadcast()",
    );
    return undefined;
  }
  if (route.kind !== 'hash') return { kind: route.kind };
  const before = faults.length;
  const fields: readonly unknown[] = route.fields;
  if (fields.length === 0 || new Set(fields).size !== fields.length) {
    const problem = fields.length === 0 ? 'hash needs at least one field' : 'hash names a field twice';
    report(faults, 'SN1044', path, problem, "write hash('field') or hash(['one', 'other'])");
  }
  if (message !== undefined) for (const field of fields) checkKey(field, message, path, faults);
  return faults.length === before ? { kind: 'hash', fields: [...route.fields] } : undefined;
}

function checkKey(
  name: unknown,
  message: MessageDescriptor,
  path: readonly string[],
  faults: FaultList,
): void {
  const field = message.fields.find((candidate) => candidate.name === name);
  const keys = message.fields.filter((candidate) => canBeKey(candidate.type));
  if (field === undefined) {
    if (isAtFault(message, name, faults)) return;
    report(
      faults,
      'SN1042',
      path,
      `${message.name} has no field ${quote(name)}`,
      suggest(typeof name === 'string' ? name : '', namesOf(keys), 'its fields that can be a key'),
    );
  } else if (!canBeKey(field.type)) {
    const is =
      field.type.kind === 'maybe'
        ? 'may be absent'
        : field.type.kind === 'default'
          ? 'has a default'
          : `is ${field.type.kind}`;
    const problem = `${message.name}.${field.name} ${is}, and only scalars can be a key`;
    report(faults, 'SN1043', path, problem, listed(namesOf(keys), 'its fields that can be a key'));
  }
}

/** A field or message with a fault of its own is missing from the descriptor: that fault is the one to mend. */
function isAtFault(message: MessageDescriptor, field: unknown, faults: FaultList): boolean {
  return faults.some(
    ({ code, path: [part, name, inner] }) =>
      (part === 'messages' && name === message.name && (inner === field || ENDS_THE_WALK.has(code))) ||
      // A request is named after its call, and its fields stand one step deeper.
      (part === 'calls' && name !== undefined && requestName(name) === message.name),
  );
}

function namesOf(fields: readonly FieldDescriptor[]): readonly string[] {
  return fields.map((field) => field.name);
}
