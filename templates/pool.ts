/**
 * Pool file: `generated/pool.ts`, what the host imports.
 */
import type { InboxPlan, TopologyPlan, WorkerPlan } from '../schema/plan.js';
import { Imports } from './imports.js';
import { capitalised } from './names.js';
import { docComment, line, literalsMember, quote } from './text.js';
import { takesValidated, validatorsFor } from './validators.js';

/** What a program may ask of one worker besides messages and calls; `WorkerControl` does it. */
const CONTROLS: readonly {
  readonly name: string;
  /** Parameters before the options. */
  readonly parameters?: readonly string[];
  /** Whether it waits, so that its caller may limit that. */
  readonly takes: boolean;
  readonly returns: (imports: Imports) => string;
  readonly doc: string;
}[] = [
  {
    name: 'pause',
    takes: true,
    returns: () => 'Promise<void>',
    doc: 'Makes its instances take no more messages; resolves when all have stopped. What is sent waits.',
  },
  {
    name: 'resume',
    takes: true,
    returns: () => 'Promise<void>',
    doc: 'Makes them work again; resolves when all do.',
  },
  {
    name: 'ping',
    takes: true,
    returns: (imports) => `Promise<readonly ${imports.runtimeType('Pong')}[]>`,
    doc: 'Asks each instance for a sign of life, which a busy or paused one gives too; how long that took.',
  },
  {
    name: 'drain',
    takes: true,
    returns: () => 'Promise<void>',
    doc: 'Resolves when its instances have handled all that was sent to them until now.',
  },
  {
    name: 'resize',
    parameters: ['instances: number'],
    takes: true,
    returns: () => 'Promise<void>',
    doc: 'Makes it have so many instances, and moves whole partitions of its keys between them; each key keeps its order.',
  },
  {
    name: 'restart',
    takes: true,
    returns: () => 'Promise<void>',
    doc: 'Replaces the threads of its instances by new ones, one after the other.',
  },
  {
    name: 'stats',
    takes: false,
    returns: (imports) => imports.runtimeType('WorkerStats'),
    doc: 'Its counters, read from shared memory.',
  },
];

export function emitPool(plan: TopologyPlan, docs: ReadonlyMap<string, string>): string {
  const imports = new Imports();
  const hasMain = plan.main.messages.length > 0;
  const parts = [
    ...plan.workers.map((worker) => emitWorkerPool(plan, worker, docs, imports)),
    emitPoolClass(plan, hasMain, docs, imports),
    emitOptions(plan, imports),
    emitCreate(imports),
    emitProgram(plan, hasMain, imports),
  ];
  return [imports.toString(), ...parts].join('\n\n');
}

function emitWorkerPool(
  plan: TopologyPlan,
  { name, inbox }: WorkerPlan,
  docs: ReadonlyMap<string, string>,
  imports: Imports,
): string {
  const type = capitalised(name);
  const received = inbox.messages.filter(({ call }) => call === undefined).map(({ message }) => message);
  const handle = imports.value(`./${name}.js`, `${type}Handle`);
  const control = imports.runtimeType('WorkerControl');
  return [
    docComment(0, docs.get(`workers.${name}`), `\`${name}\` as the host sees it.`),
    `export class ${type}Pool extends ${handle} {`,
    `  readonly #control: ${control};`,
    '',
    `  constructor(control: ${control}) {`,
    takesValidated(plan, inbox)
      ? line(4, 'super(control.target, ', validatorsFor(plan, received, imports), ');')
      : '    super(control.target);',
    '    this.#control = control;',
    '  }',
    ...CONTROLS.flatMap(({ name, parameters = [], takes, returns, doc }) => {
      const all = [...parameters, ...(takes ? [`options?: ${imports.runtimeType('WaitOptions')}`] : [])];
      const names = all.map((parameter) => parameter.replace(/\??:.*/, ''));
      return [
        '',
        docComment(2, undefined, doc),
        `  ${name}(${all.join(', ')}): ${returns(imports)} {`,
        `    return this.#control.${name}(${names.join(', ')});`,
        '  }',
      ];
    }),
    '}',
  ].join('\n');
}

function emitPoolClass(
  plan: TopologyPlan,
  hasMain: boolean,
  docs: ReadonlyMap<string, string>,
  imports: Imports,
): string {
  const base = imports.runtime('PoolBase');
  const main = hasMain
    ? [
        docComment(2, undefined, 'Receives what workers send to the host, as plain objects.'),
        `  readonly receive = new ${imports.value('./main.js', 'MainReceive')}(this.receivers);`,
        docComment(2, undefined, 'The same as async iterables.'),
        `  readonly stream = new ${imports.value('./main.js', 'MainStream')}(this.receivers);`,
      ]
    : [];
  return [
    docComment(0, undefined, 'The running topology. Close it, or bind it by `await using`.'),
    `export class Pool extends ${base} {`,
    ...plan.workers.flatMap(({ name }) => [
      docComment(2, docs.get(`workers.${name}`), `The instances of \`${name}\`.`),
      `  readonly ${name} = new ${capitalised(name)}Pool(this.control('${name}'));`,
    ]),
    ...main,
    '}',
  ].join('\n');
}

function emitOptions(plan: TopologyPlan, imports: Imports): string {
  const options = imports.runtimeType('PoolBaseOptions');
  const names = plan.workers.map(({ name }) => quote(name)).join(' | ');
  return [
    docComment(0, undefined, 'Instances, affinity, priority, thread options and abort signal of a pool.'),
    `export type PoolOptions = ${options}<${names}>;`,
  ].join('\n');
}

function emitCreate(imports: Imports): string {
  return [
    '/**',
    ' * Starts all threads; resolves when every one is ready.',
    ' *',
    ' * @throws SnError (as rejection) `SN_OPTION`, `SN_WORKER_START`, `SN_SCHEMA_MISMATCH`, `SN_AFFINITY`, `SN_PRIORITY`, `SN_ABORTED`: no',
    ' * thread is left then.',
    ' */',
    'export function createPool(options: PoolOptions = {}): Promise<Pool> {',
    `  return ${imports.runtime('startPool')}(program, options, Pool);`,
    '}',
  ].join('\n');
}

function emitProgram(plan: TopologyPlan, hasMain: boolean, imports: Imports): string {
  const worker = imports.value('node:worker_threads', 'Worker');
  const program = imports.runtimeType('PoolProgram');
  const inbox = hasMain
    ? `(receivers) => new ${imports.value('./main.js', 'MainInbox')}(receivers)`
    : `() => ${imports.runtime('emptyInbox')}`;
  return [
    docComment(0, undefined, 'How the threads are started and wired.'),
    `const program: ${program} = {`,
    '  wiring: {',
    `    fingerprint: '${plan.fingerprint}',`,
    '    workers: [',
    ...plan.workers.flatMap(({ name, instances, inbox: own, sends, replies, ...options }) => [
      '      {',
      `        name: '${name}',`,
      `        instances: ${instancesText(instances)},`,
      ...sizes(own).map((text) => `        ${text}`),
      ...(own.virtualNodes === undefined ? [] : [`        virtualNodes: ${own.virtualNodes},`]),
      ...optionLines(options),
      line(8, 'sendsTo: ', { open: '[', items: sends.map(({ to }) => quote(to)), close: ']' }, ','),
      ...callsTo(sends),
      ...(replies === undefined
        ? []
        : [`        replies: { strideBytes: ${replies.strideBytes}, ringBytes: ${replies.ringBytes} },`]),
      '      },',
    ]),
    '    ],',
    `    main: { ${sizes(plan.main).join(' ').replace(/,$/, '')} },`,
    line(
      4,
      'stages: ',
      {
        open: '[',
        items: plan.stages.map((stage) => `[${stage.map((name) => quote(name)).join(', ')}]`),
        close: ']',
      },
      ',',
    ),
    '  },',
    line(
      2,
      'received: ',
      {
        open: '[',
        items: plan.main.messages.map(({ message }) => quote(message)),
        close: ']',
      },
      ',',
    ),
    `  inbox: ${inbox},`,
    '  starts: {',
    ...plan.workers.flatMap(({ name }) => [
      `    ${name}: (options) =>`,
      `      new ${worker}(new URL('./bundle/${name}.js', import.meta.url), { type: 'module', ...options }),`,
    ]),
    '  },',
    '};',
  ].join('\n');
}

function callsTo(sends: WorkerPlan['sends']): readonly string[] {
  const names = sends.filter(({ calls }) => calls !== undefined).map(({ to }) => quote(to));
  return names.length === 0 ? [] : [line(8, 'callsTo: ', { open: '[', items: names, close: ']' }, ',')];
}

function optionLines({
  tickMs,
  concurrency,
  affinity,
  priority,
}: Pick<WorkerPlan, 'tickMs' | 'concurrency' | 'affinity' | 'priority'>): readonly string[] {
  return [
    ...(tickMs === undefined ? [] : [`        tickMs: ${tickMs},`]),
    ...(concurrency === undefined ? [] : [`        concurrency: ${concurrency},`]),
    ...affinityLines(affinity),
    ...(priority === undefined ? [] : [`        priority: ${priority},`]),
  ];
}

function affinityLines(affinity: WorkerPlan['affinity']): readonly string[] {
  if (affinity === undefined) return [];
  if (typeof affinity === 'string') return [`        affinity: ${quote(affinity)},`];
  return [literalsMember(8, 'affinity', affinity)];
}

function instancesText(instances: WorkerPlan['instances']): string {
  if (typeof instances !== 'object') return countText(instances);
  const { min, max, idleMs } = instances;
  const members = [`min: ${countText(min)}`, `max: ${countText(max)}`];
  return `{ ${[...members, ...(idleMs === undefined ? [] : [`idleMs: ${idleMs}`])].join(', ')} }`;
}

function countText(count: number | 'cores'): string {
  return typeof count === 'number' ? String(count) : quote(count);
}

function sizes({ capacitySlots, strideBytes, ringBytes }: InboxPlan): readonly string[] {
  const ring = ringBytes === undefined ? [] : [`ringBytes: ${ringBytes},`];
  return [`capacitySlots: ${capacitySlots},`, `strideBytes: ${strideBytes},`, ...ring];
}
