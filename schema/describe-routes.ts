/**
 * Routes to descriptors, each checked against the fields of its message.
 */
import { requestName } from './call.js';
import { declarationOf } from './declaration.js';
import type {
  FieldDescriptor,
  MessageDescriptor,
  RouteDescriptor,
  RouteKind,
  TypeDescriptor,
} from './descriptor.js';
import { type FaultCode, type FaultList, listed, quote, report, suggest } from './faults.js';
import { canBeKey, INLINE_MAX_BYTES } from './field-kinds.js';
import { describeBounds } from './range-bounds.js';
import type { DeclaredRoute } from './routes.js';

const MAX_VIRTUAL_NODES = 1024;
/** What an import can name. */
const EXPORT_NAME = /^[\p{ID_Start}$_][\p{ID_Continue}$]*$/u;

/** After these a message may lack fields that have no fault of their own. */
const ENDS_THE_WALK: ReadonlySet<FaultCode> = new Set(['SN1016', 'SN1017', 'SN1018']);

/** What a route is judged by. */
interface Scope {
  /** Missing where no message of the name is declared. */
  readonly message: MessageDescriptor | undefined;
  readonly path: readonly string[];
  readonly faults: FaultList;
}

type Rules = {
  readonly [Kind in RouteKind]: (
    route: Extract<DeclaredRoute, { readonly kind: Kind }>,
    scope: Scope,
  ) => RouteDescriptor;
};

/** A rule that has reported a fault may return anything. */
const RULES: Rules = {
  hash: ({ fields }, scope) => ({ kind: 'hash', fields: describeFields('hash', fields, scope) }),
  consistentHash: ({ fields, virtualNodes }, scope) => ({
    kind: 'consistentHash',
    fields: describeFields('consistentHash', fields, scope),
    virtualNodes: describeVirtualNodes(virtualNodes, scope),
  }),
  range: ({ field, bounds }, scope) => describeRange(field, bounds, scope),
  roundRobin: () => ({ kind: 'roundRobin' }),
  leastLoaded: () => ({ kind: 'leastLoaded' }),
  broadcast: () => ({ kind: 'broadcast' }),
  custom: (route, scope) => describeCustom(route, scope),
};

/** The route, checked against the message's fields where the message is known. */
export function describeRoute(
  value: unknown,
  message: MessageDescriptor | undefined,
  path: readonly string[],
  faults: FaultList,
): RouteDescriptor | undefined {
  // The declaration holds what our own functions made: its kind is one of ours, all else is the user's.
  const route = declarationOf(value, 'route')?.input as DeclaredRoute | undefined;
  if (route === undefined) {
    report(
      faults,
      'SN1041',
      path,
      `a route must be made by a route's function: got ${quote(value)}`,
      `write hash('field'), or one of: ${Object.keys(RULES).join(', ')}`,
    );
    return undefined;
  }
  const before = faults.length;
  const rule = RULES[route.kind] as (route: DeclaredRoute, scope: Scope) => RouteDescriptor;
  const described = rule(route, { message, path, faults });
  return faults.length === before ? described : undefined;
}

/** A route and the place where it stands. */
export interface PlacedRoute {
  readonly path: readonly string[];
  readonly route: RouteDescriptor;
}

/** All keyed routes of a worker share one table, so that equal keys of different messages meet at one instance. */
export function reportMixedDealing(routes: readonly PlacedRoute[], faults: FaultList): void {
  const dealings = routes.flatMap(({ path, route }) => {
    if (route.kind === 'hash') return [{ path, dealing: 'hash' }];
    if (route.kind !== 'consistentHash') return [];
    return [{ path, dealing: `consistentHash with ${route.virtualNodes} virtual nodes` }];
  });
  const [first] = dealings;
  for (const { path, dealing } of dealings) {
    if (first === undefined || dealing === first.dealing) continue;
    report(
      faults,
      'SN1080',
      path,
      `keyed routes of one worker deal its partitions in one way: ${path.at(-1)} says ${dealing}, ${first.path.at(-1)} ${first.dealing}`,
      'write the same for both, or take them in two workers',
    );
  }
}

function describeFields(
  route: 'hash' | 'consistentHash',
  fields: readonly unknown[],
  { message, path, faults }: Scope,
): readonly string[] {
  if (fields.length === 0 || new Set(fields).size !== fields.length) {
    const problem =
      fields.length === 0 ? `${route} needs at least one field` : `${route} names a field twice`;
    report(faults, 'SN1044', path, problem, `write ${route}('field') or ${route}(['one', 'other'])`);
  }
  if (message !== undefined) for (const field of fields) checkKey(field, message, path, faults);
  return fields as readonly string[];
}

function describeVirtualNodes(virtualNodes: unknown, { path, faults }: Scope): number {
  const isRight =
    typeof virtualNodes === 'number' &&
    Number.isInteger(virtualNodes) &&
    virtualNodes >= 1 &&
    virtualNodes <= MAX_VIRTUAL_NODES;
  if (isRight) return virtualNodes;
  report(
    faults,
    'SN1049',
    path,
    `virtualNodes must be a whole number from 1 to ${MAX_VIRTUAL_NODES}: got ${quote(virtualNodes)}`,
    "leave it out, or write consistentHash('field', { virtualNodes: 128 })",
  );
  return 1;
}

function describeRange(name: unknown, bounds: unknown, { message, path, faults }: Scope): RouteDescriptor {
  const before = faults.length;
  if (message !== undefined) checkKey(name, message, path, faults);
  const field = message?.fields.find((candidate) => candidate.name === name);
  // Where the field has a fault of its own, nobody knows what its bounds should be.
  const type = faults.length === before ? field?.type : undefined;
  return { kind: 'range', field: name as string, bounds: describeBounds(bounds, type, path, faults) };
}

function describeCustom(
  { module, export: name }: { readonly module: unknown; readonly export: unknown },
  { path, faults }: Scope,
): RouteDescriptor {
  const help = "write custom({ module: './routes.ts', export: 'pick' }), the file relative to the schema's";
  if (typeof module !== 'string' || module.trim() === '') {
    const problem = `a custom route's module must be a file's path: got ${quote(module)}`;
    report(faults, 'SN1081', path, problem, help);
  } else if (typeof name !== 'string' || !EXPORT_NAME.test(name)) {
    const problem = `a custom route's export must be the name of a function: got ${quote(name)}`;
    report(faults, 'SN1081', path, problem, help);
  }
  return { kind: 'custom', module: module as string, export: name as string };
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
    const problem = `${message.name}.${field.name} ${whatItIs(field.type)}, and only scalars can be a key`;
    report(faults, 'SN1043', path, problem, listed(namesOf(keys), 'its fields that can be a key'));
  }
}

function whatItIs(type: TypeDescriptor): string {
  switch (type.kind) {
    case 'maybe':
      return 'may be absent';
    case 'default':
      return 'has a default';
    case 'tail':
      return `may take more than ${INLINE_MAX_BYTES} bytes`;
    default:
      return `is ${type.kind}`;
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
