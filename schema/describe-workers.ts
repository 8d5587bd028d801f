/**
 * Workers to descriptors: options, what each receives, and whom it may send to.
 *
 * Sends are judged against what the targets declare to receive, so all workers are read before any is judged.
 */
import { declarationOf } from './declaration.js';
import { describeRoute } from './describe-routes.js';
import type { MessageDescriptor, WorkerDescriptor } from './descriptor.js';
import { type FaultCode, type FaultList, quote, report, suggest } from './faults.js';

const MAX_INSTANCES = 256;
const MAX_CAPACITY_SLOTS = 1 << 20;
const DEFAULT_CAPACITY_SLOTS = 1024;
/** Timers of more milliseconds than this overflow and fire at once. */
const MAX_TICK_MS = 2 ** 31 - 1;

const OPTIONS: readonly string[] = [
  'handler',
  'instances',
  'capacity',
  'tickMs',
  'cycles',
  'receives',
  'sends',
];

type Entry = readonly [name: string, value: unknown];

/** A worker as the user wrote it: some object. */
interface Declared {
  readonly name: string;
  readonly options: { readonly [option: string]: unknown };
  /** Names of what it receives, right or wrong; what others send to it is judged by them. */
  readonly receives: readonly string[];
}

/** What a worker's parts are judged by. */
interface Scope {
  readonly messages: ReadonlyMap<string, MessageDescriptor>;
  readonly workers: ReadonlyMap<string, Declared>;
  /** Names of all workers, also of those that could not be read. */
  readonly workerNames: readonly string[];
  readonly faults: FaultList;
}

export function describeWorkers(
  entries: readonly Entry[],
  messages: readonly MessageDescriptor[],
  faults: FaultList,
): readonly WorkerDescriptor[] {
  const declared = entries.map((entry) => readWorker(entry));
  const workers = declared.filter((worker) => worker !== undefined);
  const scope: Scope = {
    messages: new Map(messages.map((message) => [message.name, message])),
    workers: new Map(workers.map((worker) => [worker.name, worker])),
    workerNames: entries.map(([name]) => name),
    faults,
  };
  return entries.flatMap(([name, value]) => {
    const worker = scope.workers.get(name);
    if (worker !== undefined) return describeWorker(worker, scope);
    report(
      scope.faults,
      'SN1031',
      ['workers', name],
      `a worker must be made by worker(): got ${quote(value)}`,
      "write worker({ handler: './handler.ts', receives: { ... } })",
    );
    return [];
  });
}

function readWorker([name, value]: Entry): Declared | undefined {
  const input = declarationOf(value, 'worker')?.input;
  if (typeof input !== 'object' || input === null) return undefined;
  const options = input as Declared['options'];
  return { name, options, receives: entriesOf(options.receives).map(([message]) => message) };
}

function describeWorker(worker: Declared, scope: Scope): WorkerDescriptor {
  const { name, options } = worker;
  const path = ['workers', name];
  for (const option of Object.keys(options)) {
    if (OPTIONS.includes(option)) continue;
    report(
      scope.faults,
      'SN1037',
      [...path, option],
      `a worker has no option '${option}'`,
      suggest(option, OPTIONS, 'its options'),
    );
  }
  const tickMs = readTickMs(options.tickMs, path, scope);
  return {
    name,
    handler: readHandler(options.handler, path, scope),
    instances: readInstances(options.instances, path, scope),
    capacitySlots: readCapacity(options.capacity, path, scope),
    ...(tickMs === undefined ? {} : { tickMs }),
    ...(isAccepted(options.cycles, path, scope) ? { cycles: 'accepted' } : {}),
    receives: describeReceives(worker, path, scope),
    sends: describeSends(worker, path, scope),
  };
}

function readHandler(handler: unknown, path: readonly string[], scope: Scope): string {
  if (typeof handler === 'string' && handler.trim() !== '') return handler;
  report(
    scope.faults,
    'SN1032',
    [...path, 'handler'],
    `handler must be a module's path: got ${quote(handler)}`,
    `write handler: './${path[1]}.ts', relative to the schema's file`,
  );
  return '';
}

function readInstances(instances: unknown, path: readonly string[], scope: Scope): number | 'cores' {
  if (instances === undefined) return 1;
  if (instances === 'cores' || isIntegerWithin(instances, 1, MAX_INSTANCES)) return instances;
  const rule = `instances must be a whole number from 1 to ${MAX_INSTANCES}, or 'cores'`;
  report(
    scope.faults,
    'SN1033',
    [...path, 'instances'],
    `${rule}: got ${quote(instances)}`,
    "write a number, or 'cores' for one on each core",
  );
  return 1;
}

function readCapacity(capacity: unknown, path: readonly string[], scope: Scope): number {
  if (capacity === undefined) return DEFAULT_CAPACITY_SLOTS;
  if (isIntegerWithin(capacity, 1, MAX_CAPACITY_SLOTS) && (capacity & (capacity - 1)) === 0) return capacity;
  const wanted = typeof capacity === 'number' && capacity > 1 ? 2 ** Math.ceil(Math.log2(capacity)) : 1;
  const rule = `capacity must be a power of two from 1 to ${MAX_CAPACITY_SLOTS}`;
  report(
    scope.faults,
    'SN1034',
    [...path, 'capacity'],
    `${rule}: got ${quote(capacity)}`,
    `use ${Math.min(wanted, MAX_CAPACITY_SLOTS)}`,
  );
  return DEFAULT_CAPACITY_SLOTS;
}

function readTickMs(tickMs: unknown, path: readonly string[], scope: Scope): number | undefined {
  if (tickMs === undefined) return undefined;
  if (typeof tickMs === 'number' && tickMs > 0 && tickMs <= MAX_TICK_MS) return tickMs;
  const rule = `tickMs must be more than 0 and at most ${MAX_TICK_MS}`;
  report(
    scope.faults,
    'SN1035',
    [...path, 'tickMs'],
    `${rule}: got ${quote(tickMs)}`,
    'write milliseconds, or leave it out when there is no tick',
  );
  return undefined;
}

function isAccepted(cycles: unknown, path: readonly string[], scope: Scope): boolean {
  if (cycles === undefined || cycles === 'accepted') return cycles !== undefined;
  report(
    scope.faults,
    'SN1038',
    [...path, 'cycles'],
    `cycles can be 'accepted': got ${quote(cycles)}`,
    "write cycles: 'accepted', or leave it out",
  );
  return false;
}

function describeReceives(
  worker: Declared,
  workerPath: readonly string[],
  scope: Scope,
): WorkerDescriptor['receives'] {
  const path = [...workerPath, 'receives'];
  const entries = entriesOf(worker.options.receives);
  if (entries.length === 0) {
    report(
      scope.faults,
      'SN1036',
      path,
      `the worker '${worker.name}' receives nothing, so nothing would start it`,
      'name a message and its route: receives: { Flight: roundRobin() }',
    );
  }
  return entries.flatMap(([name, value]) => {
    const message = scope.messages.get(name);
    if (message === undefined) reportUnknownMessage('SN1040', [...path, name], name, scope);
    const route = describeRoute(value, message, [...path, name], scope.faults);
    return message === undefined || route === undefined ? [] : [{ message: name, route }];
  });
}

function describeSends(
  worker: Declared,
  workerPath: readonly string[],
  scope: Scope,
): WorkerDescriptor['sends'] {
  const path = [...workerPath, 'sends'];
  const sends = worker.options.sends;
  if (sends === undefined) return [];
  if (typeof sends !== 'object' || sends === null || Array.isArray(sends)) {
    report(
      scope.faults,
      'SN1053',
      path,
      `sends must name its targets: got ${quote(sends)}`,
      "write sends: { main: ['Message'] }",
    );
    return [];
  }
  return Object.entries(sends).flatMap(([to, names]) => {
    if (to !== 'main' && !scope.workerNames.includes(to)) {
      report(
        scope.faults,
        'SN1050',
        [...path, to],
        `there is no worker '${to}'`,
        suggest(to, ['main', ...scope.workerNames], 'whom it can send to'),
      );
    }
    if (!Array.isArray(names) || names.some((name) => typeof name !== 'string')) {
      report(
        scope.faults,
        'SN1053',
        [...path, to],
        `what is sent must be a list of names: got ${quote(names)}`,
        `write ${to}: ['Message']`,
      );
      return [];
    }
    const messages = [...new Set<string>(names)].filter((name) =>
      maySend(name, to, [...path, to, name], scope),
    );
    return messages.length === 0 ? [] : [{ to, messages }];
  });
}

/** Whether the message is declared and its target receives it; main receives whatever is sent to it. */
function maySend(name: string, to: string, path: readonly string[], scope: Scope): boolean {
  if (!scope.messages.has(name)) {
    reportUnknownMessage('SN1051', path, name, scope);
    return false;
  }
  if (to === 'main') return true;
  const target = scope.workers.get(to);
  if (target === undefined || target.receives.includes(name)) return target !== undefined;
  report(
    scope.faults,
    'SN1052',
    path,
    `'${to}' does not receive ${name}`,
    `add ${name} to the receives of '${to}', or send it to another`,
  );
  return false;
}

function reportUnknownMessage(code: FaultCode, path: readonly string[], name: string, scope: Scope): void {
  report(
    scope.faults,
    code,
    path,
    `there is no message '${name}'`,
    suggest(name, [...scope.messages.keys()], 'the messages'),
  );
}

function isIntegerWithin(value: unknown, least: number, most: number): value is number {
  return typeof value === 'number' && Number.isInteger(value) && value >= least && value <= most;
}

function entriesOf(value: unknown): readonly Entry[] {
  return typeof value === 'object' && value !== null ? Object.entries(value) : [];
}
