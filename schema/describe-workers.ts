/**
 * Workers to descriptors: options, what each receives, and whom it may send to.
 *
 * Sends are judged against what the targets declare to receive, so all workers are read before any is judged.
 */
import { declarationOf } from './declaration.js';
import { readConcurrency } from './describe-async.js';
import { describeRoute, reportMixedDealing } from './describe-routes.js';
import { readAffinity, readPriority } from './describe-threads.js';
import type {
  CallDescriptor,
  InstancesDescriptor,
  MessageDescriptor,
  WorkerDescriptor,
} from './descriptor.js';
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
  'async',
  'concurrency',
  'affinity',
  'priority',
  'cycles',
  'receives',
  'answers',
  'sends',
];

type Entry = readonly [name: string, value: unknown];

/** A worker as the user wrote it: some object. */
interface Declared {
  readonly name: string;
  readonly options: { readonly [option: string]: unknown };
  /** Names of the messages and calls that it takes, right or wrong; what others send to it is judged by them. */
  readonly takes: readonly string[];
}

/** The messages and calls of a topology, and what its calls consist of. */
export interface DescribedMessages {
  readonly messages: readonly MessageDescriptor[];
  readonly calls: readonly CallDescriptor[];
  /** Requests and responses. */
  readonly parts: readonly MessageDescriptor[];
}

/** What a worker's parts are judged by. */
interface Scope {
  readonly messages: ReadonlyMap<string, MessageDescriptor>;
  /** The requests of the calls, by the calls' names. */
  readonly requests: ReadonlyMap<string, MessageDescriptor | undefined>;
  readonly workers: ReadonlyMap<string, Declared>;
  /** Names of all workers, also of those that could not be read. */
  readonly workerNames: readonly string[];
  readonly faults: FaultList;
}

export function describeWorkers(
  entries: readonly Entry[],
  { messages, calls, parts }: DescribedMessages,
  faults: FaultList,
): readonly WorkerDescriptor[] {
  const declared = entries.map((entry) => readWorker(entry));
  const workers = declared.filter((worker) => worker !== undefined);
  const scope: Scope = {
    messages: new Map(messages.map((message) => [message.name, message])),
    requests: new Map(calls.map((call) => [call.name, parts.find(({ name }) => name === call.request)])),
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
  const takes = [...entriesOf(options.receives), ...entriesOf(options.answers)].map(([taken]) => taken);
  return { name, options, takes };
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
  const concurrency = readConcurrency(options, path, scope.faults);
  const affinity = readAffinity(options.affinity, path, scope.faults);
  const priority = readPriority(options.priority, path, scope.faults);
  return {
    name,
    handler: readHandler(options.handler, path, scope),
    instances: readInstances(options.instances, path, scope),
    capacitySlots: readCapacity(options.capacity, path, scope),
    ...(tickMs === undefined ? {} : { tickMs }),
    ...(concurrency === undefined ? {} : { concurrency }),
    ...(affinity === undefined ? {} : { affinity }),
    ...(priority === undefined ? {} : { priority }),
    ...(isAccepted(options.cycles, path, scope) ? { cycles: 'accepted' } : {}),
    ...describeTaken(worker, path, scope),
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

function readInstances(instances: unknown, path: readonly string[], scope: Scope): InstancesDescriptor {
  const at = [...path, 'instances'];
  if (instances === undefined) return 1;
  if (isCount(instances)) return instances;
  if (typeof instances !== 'object' || instances === null) {
    reportInstances(instances, 'instances', at, scope);
    return 1;
  }
  const { min = 1, max, idleMs, ...others } = instances as Readonly<Record<string, unknown>>;
  const before = scope.faults.length;
  if (!isCount(min)) reportInstances(min, 'instances.min', [...at, 'min'], scope);
  if (!isCount(max)) reportInstances(max, 'instances.max', max === undefined ? at : [...at, 'max'], scope);
  else if (typeof min === 'number' && typeof max === 'number' && min > max)
    report(
      scope.faults,
      'SN1033',
      [...at, 'min'],
      `instances.min must be at most instances.max, which is ${max}: got ${min}`,
      `write ${max} or less`,
    );
  if (idleMs !== undefined && !(typeof idleMs === 'number' && idleMs > 0 && idleMs <= MAX_TICK_MS))
    report(
      scope.faults,
      'SN1033',
      [...at, 'idleMs'],
      `instances.idleMs must be more than 0 and at most ${MAX_TICK_MS}: got ${quote(idleMs)}`,
      'write milliseconds, or leave it out when you resize the worker yourself',
    );
  for (const name of Object.keys(others))
    report(
      scope.faults,
      'SN1033',
      [...at, name],
      `instances has no member '${name}'`,
      suggest(name, ['min', 'max', 'idleMs'], 'its members'),
    );
  if (scope.faults.length > before || !isCount(min) || !isCount(max)) return 1;
  return { min, max, ...(typeof idleMs === 'number' ? { idleMs } : {}) };
}

function isCount(value: unknown): value is number | 'cores' {
  return value === 'cores' || isIntegerWithin(value, 1, MAX_INSTANCES);
}

function reportInstances(value: unknown, what: string, path: readonly string[], scope: Scope): void {
  const rule = `${what} must be a whole number from 1 to ${MAX_INSTANCES}, or 'cores'`;
  report(
    scope.faults,
    'SN1033',
    path,
    `${rule}: got ${quote(value)}`,
    "write a number, or 'cores' for one on each core",
  );
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
    'SN1085',
    [...path, 'cycles'],
    `cycles can be 'accepted': got ${quote(cycles)}`,
    "write cycles: 'accepted', or leave it out",
  );
  return false;
}

/** All that comes to a worker, which shares one table of partitions. */
function describeTaken(
  worker: Declared,
  path: readonly string[],
  scope: Scope,
): Pick<WorkerDescriptor, 'receives' | 'answers'> {
  const receives = describeReceives(worker, path, scope);
  const answers = describeAnswers(worker, path, scope);
  const routes = [
    ...receives.map(({ message, route }) => ({ path: [...path, 'receives', message], route })),
    ...answers.map(({ call, route }) => ({ path: [...path, 'answers', call], route })),
  ];
  reportMixedDealing(routes, scope.faults);
  return { receives, answers };
}

function describeReceives(
  worker: Declared,
  workerPath: readonly string[],
  scope: Scope,
): WorkerDescriptor['receives'] {
  const path = [...workerPath, 'receives'];
  const entries = entriesOf(worker.options.receives);
  if (worker.takes.length === 0) {
    report(
      scope.faults,
      'SN1036',
      path,
      `the worker '${worker.name}' receives and answers nothing, so nothing would start it`,
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

function describeAnswers(
  worker: Declared,
  workerPath: readonly string[],
  scope: Scope,
): WorkerDescriptor['answers'] {
  return entriesOf(worker.options.answers).flatMap(([name, value]) => {
    const path = [...workerPath, 'answers', name];
    if (!scope.requests.has(name)) {
      report(
        scope.faults,
        'SN1045',
        path,
        `there is no call '${name}'`,
        suggest(name, [...scope.requests.keys()], 'the calls'),
      );
    }
    const route = describeRoute(value, scope.requests.get(name), path, scope.faults);
    if (route?.kind === 'broadcast') {
      report(
        scope.faults,
        'SN1046',
        path,
        `a call is answered once, and broadcast() leads to every instance of '${worker.name}'`,
        "write roundRobin() or hash('field')",
      );
    }
    return route === undefined || !scope.requests.has(name) ? [] : [{ call: name, route }];
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
    const allowed = [...new Set<string>(names)].filter((name) =>
      maySend(name, to, [...path, to, name], scope),
    );
    const messages = allowed.filter((name) => scope.messages.has(name));
    const calls = allowed.filter((name) => !scope.messages.has(name));
    return allowed.length === 0 ? [] : [{ to, messages, calls }];
  });
}

/** Whether the message or call is declared and its target takes it; main receives whatever message is sent to it. */
function maySend(name: string, to: string, path: readonly string[], scope: Scope): boolean {
  const isCall = scope.requests.has(name);
  if (!scope.messages.has(name) && !isCall) {
    reportUnknownMessage('SN1051', path, name, scope);
    return false;
  }
  if (to === 'main' && !isCall) return true;
  const target = scope.workers.get(to);
  if (to !== 'main' && (target === undefined || target.takes.includes(name))) return target !== undefined;
  const [verb, list] = isCall ? ['answer', 'answers'] : ['receive', 'receives'];
  report(
    scope.faults,
    'SN1052',
    path,
    `'${to}' does not ${verb} ${name}`,
    to === 'main'
      ? 'call a worker: the host answers no calls'
      : `add ${name} to the ${list} of '${to}', or send it to another`,
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
