/**
 * Worker file: `generated/<worker>.ts`. What its handlers look like, what they may send, how its messages reach them.
 */
import { keyFieldsOf } from '../schema/descriptor.js';
import type { InboxPlan, SendsPlan, TopologyPlan, WorkerPlan } from '../schema/plan.js';
import { emitAsyncInbox } from './async-inbox.js';
import { answerOf, callsOf, emitAnswerKind } from './calls.js';
import { Imports } from './imports.js';
import { emitInbox } from './inbox.js';
import { inputNameOf } from './message-model.js';
import { capitalised } from './names.js';
import { emitSenders } from './senders.js';
import { arrow, call, docComment, line, quote, typeArguments } from './text.js';
import { takesValidated, validatorsFor } from './validators.js';

export function emitWorker(
  plan: TopologyPlan,
  worker: WorkerPlan,
  docs: ReadonlyMap<string, string>,
): string {
  const imports = new Imports(`./${worker.name}.js`);
  const target = { name: worker.name, inbox: worker.inbox, doc: docs.get(`workers.${worker.name}`) };
  const parts = [
    emitContext(plan, worker, imports),
    emitHandlers(plan, worker, docs, imports),
    emitDefine(worker),
    emitSenders(plan, target, docs, imports),
    worker.concurrency === undefined
      ? emitSyncInbox(plan, worker, imports)
      : emitAsyncInbox(plan, worker, imports),
    emitRun(plan, worker, imports),
  ];
  return [imports.toString(), ...parts].join('\n\n');
}

/** The source of the module that a worker's thread starts with; bundled, never written. */
export function emitWorkerEntry(plan: TopologyPlan, name: string): string {
  const worker = plan.workers.find((one) => one.name === name) as WorkerPlan;
  return [
    `import handlers from ${quote(worker.handler)};`,
    `import { run${capitalised(name)} } from ${quote(`./${name}.js`)};`,
    '',
    `await run${capitalised(name)}(handlers);`,
    '',
  ].join('\n');
}

function emitContext(plan: TopologyPlan, worker: WorkerPlan, imports: Imports): string {
  const type = capitalised(worker.name);
  return [
    docComment(
      0,
      undefined,
      `What a handler of \`${worker.name}\` is given besides message and state: its place, and whom it may send to.`,
    ),
    `export interface ${type}Context {`,
    docComment(2, undefined, 'Number of this instance, from 0.'),
    '  readonly instance: number;',
    docComment(2, undefined, 'How many instances there are by now.'),
    '  readonly instances: number;',
    ...(isKeyed(worker)
      ? [
          docComment(2, undefined, 'The partition of a key, from 0 to 255.'),
          `  readonly partitionOf: ${type}PartitionOf;`,
        ]
      : []),
    ...(worker.replies === undefined
      ? []
      : [
          docComment(2, undefined, 'Aborted once the caller of the call in hand has given it up.'),
          '  readonly signal: AbortSignal;',
        ]),
    ...worker.sends.map((sends) => emitLink(plan, sends, imports)),
    '}',
  ].join('\n');
}

function inboxOf({ main, workers }: TopologyPlan, target: string): InboxPlan {
  return target === 'main' ? main : (workers.find(({ name }) => name === target) as WorkerPlan).inbox;
}

/** The target's whole handle, or the part of it that the schema allows this worker. */
function emitLink(plan: TopologyPlan, { to, messages, calls = [] }: SendsPlan, imports: Imports): string {
  const type = capitalised(to);
  const module = `./${to}.js`;
  const allowed = [...messages, ...calls];
  if (inboxOf(plan, to).messages.every(({ message, call: called }) => allowed.includes(called ?? message))) {
    return `  readonly ${to}: ${imports.type(module, `${type}Handle`)};`;
  }
  const handle = imports.runtimeType(calls.length === 0 ? 'Handle' : 'CallHandle');
  const pick = (part: string, names: readonly string[]) =>
    `Pick<${imports.type(module, `${type}${part}`)}, ${names.map((name) => quote(name)).join(' | ') || 'never'}>`;
  const parts = [
    ...['Send', 'TrySend', 'Claim'].map((part) => pick(part, messages)),
    ...(calls.length === 0 ? [] : [pick('Call', calls)]),
  ];
  return typeArguments(2, `readonly ${to}: ${handle}`, parts, ';');
}

function emitHandlers(
  plan: TopologyPlan,
  worker: WorkerPlan,
  docs: ReadonlyMap<string, string>,
  imports: Imports,
): string {
  const type = capitalised(worker.name);
  const isAsync = worker.concurrency !== undefined;
  const returned = isAsync ? 'void | Promise<void>' : 'void | undefined';
  const ticks =
    worker.tickMs === undefined
      ? []
      : [
          docComment(2, undefined, `Called every ${worker.tickMs} ms.`),
          `  tick?(state: State, ctx: ${type}Context): ${returned};`,
        ];
  return [
    docComment(
      0,
      docs.get(`workers.${worker.name}`),
      isAsync
        ? `Messages are plain objects, theirs to keep. Handlers may return promises: up to ${worker.concurrency} run at a time.`
        : 'A view reads the ring in place: it is valid until the handler returns. Use `toObject()` to keep a message.',
    ),
    `export interface ${type}Handlers<${isKeyed(worker) ? 'State, Exported = unknown' : 'State'}> {`,
    docComment(2, undefined, 'Makes the state of this instance, before its first message.'),
    `  init?(ctx: ${type}Context): State | Promise<State>;`,
    ...messagesOf(worker.inbox).flatMap(({ message }) => {
      const parameters = [
        `message: ${imports.messageType(isAsync ? message : `${message}View`)}`,
        'state: State',
        `ctx: ${type}Context`,
        ...(isAsync && hasEnvelope(plan, message)
          ? [`envelope: ${imports.messageType(`${message}Envelope`)}`]
          : []),
      ];
      return [
        docComment(2, docs.get(`messages.${message}`), ''),
        isAsync
          ? line(2, message, { open: '(', items: parameters, close: ')' }, `: ${returned};`)
          : `  ${message}(${parameters.join(', ')}): ${returned};`,
      ].filter((text) => text.trim() !== '/**  */');
    }),
    ...callsOf(plan, worker.inbox).flatMap(({ name, layout, response }) => {
      const parameters = [
        `request: ${imports.messageType(isAsync ? layout.name : `${layout.name}View`)}`,
        'state: State',
        `ctx: ${type}Context`,
      ];
      const answer = imports.messageType(inputNameOf(response));
      return [
        docComment(2, docs.get(`calls.${name}`), 'Answers a call; what it throws the caller gets.'),
        line(
          2,
          name,
          { open: '(', items: parameters, close: ')' },
          isAsync ? `: ${answer} | Promise<${answer}>;` : `: ${answer};`,
        ),
      ];
    }),
    ...(isKeyed(worker) ? partitionHandlers(type) : []),
    ...ticks,
    docComment(
      2,
      undefined,
      'Called once when the pool closes, or the instance is retired, after the last message.',
    ),
    `  shutdown?(state: State, ctx: ${type}Context): void | Promise<void>;`,
    '}',
  ].join('\n');
}

/** Whether keys lead to instances, so that state belongs to partitions. */
function isKeyed({ inbox }: WorkerPlan): boolean {
  return inbox.messages.some(({ route }) => keyFieldsOf(route).length > 0);
}

function partitionHandlers(type: string): readonly string[] {
  const parameters = ['partition: number', 'exported: Exported', 'state: State', `ctx: ${type}Context`];
  return [
    docComment(
      2,
      undefined,
      'Takes what belongs to a partition out of the state, before another instance owns it; structured-cloneable.',
    ),
    line(
      2,
      'exportPartition?',
      { open: '(', items: ['partition: number', 'state: State', `ctx: ${type}Context`], close: ')' },
      ': Exported | Promise<Exported>;',
    ),
    docComment(
      2,
      undefined,
      'Adds what the former owner of a partition has exported, before its next message.',
    ),
    line(2, 'importPartition?', { open: '(', items: parameters, close: ')' }, ': void | Promise<void>;'),
  ];
}

function emitDefine(worker: WorkerPlan): string {
  const type = capitalised(worker.name);
  const [parameters, handlers] = isKeyed(worker)
    ? ['State = undefined, Exported = unknown', `${type}Handlers<State, Exported>`]
    : ['State = undefined', `${type}Handlers<State>`];
  return [
    docComment(
      0,
      undefined,
      `Types the handlers of \`${worker.name}\`. Make the result the default export of ${worker.handler.replace(/^.*\//, '')}.`,
    ),
    line(
      0,
      `export function define${type}<${parameters}>`,
      { open: '(', items: [`handlers: ${handlers}`], close: ')' },
      `: ${handlers} {`,
    ),
    '  return handlers;',
    '}',
  ].join('\n');
}

function emitSyncInbox(plan: TopologyPlan, worker: WorkerPlan, imports: Imports): string {
  const type = capitalised(worker.name);
  imports.runtimeType('Memory');
  const calls = callsOf(plan, worker.inbox);
  return emitInbox(
    {
      className: `${type}Inbox<State>`,
      inbox: worker.inbox,
      messages: plan.messages,
      owner: worker.name,
      parameters: [
        `handlers: ${type}Handlers<State>`,
        'memory: Memory',
        'state: State',
        `ctx: ${type}Context`,
        ...(calls.length === 0 ? [] : [`signals: ${imports.runtimeType('CallSignals')}`]),
      ],
      prepare: [
        ...worker.inbox.messages.map(
          ({ message }) => `const ${viewOf(message)} = new ${imports.message(`${message}View`)}(memory, 0);`,
        ),
        ...calls.map((one) => emitAnswerKind(one, imports)),
      ],
      handle: (message, _tag, { record, envelope }) => {
        const called = calls.find(({ layout }) => layout.name === message);
        const move = `${viewOf(message)}.$offsetBytes = ${record};`;
        if (called === undefined) return [move, `handlers.${message}(${viewOf(message)}, state, ctx);`];
        const id = `i32[${/^\w+$/.test(envelope) ? envelope : `(${envelope})`} >> 2] as number`;
        const items = ['lane', id, answerOf(called), viewOf(message)];
        return [
          move,
          ...line(12, imports.runtime('answerCall'), { open: '(', items, close: ')' }, ';')
            .split('\n')
            .map((text) => text.slice(12)),
        ];
      },
    },
    imports,
  );
}

function hasEnvelope({ messages }: TopologyPlan, message: string): boolean {
  return messages.find(({ name }) => name === message)?.envelope !== undefined;
}

/** Those that are no requests. */
function messagesOf({ messages }: InboxPlan): InboxPlan['messages'] {
  return messages.filter(({ call: called }) => called === undefined);
}

/** The local that holds a message's view; no class ends like this one begins. */
function viewOf(message: string): string {
  return `viewOf${capitalised(message)}`;
}

function emitRun(plan: TopologyPlan, worker: WorkerPlan, imports: Imports): string {
  const type = capitalised(worker.name);
  const isAsync = worker.concurrency !== undefined;
  const runWorker = imports.runtime(isAsync ? 'runAsyncWorker' : 'runWorker');
  const inboxArguments = isAsync
    ? ['handlers', 'state', 'ctx', 'handling']
    : ['handlers', 'memory', 'state', 'ctx', ...(worker.replies === undefined ? [] : ['signals'])];
  const links = worker.sends.map(({ to, messages }) => {
    const handle = imports.value(`./${to}.js`, `${capitalised(to)}Handle`);
    const link = `${to}: new ${handle}(seat.target('${to}')`;
    return takesValidated(plan, inboxOf(plan, to))
      ? line(8, `${link}, `, validatorsFor(plan, messages, imports), '),')
      : `        ${link}),`;
  });
  return [
    docComment(0, undefined, `Runs an instance of \`${worker.name}\` in this thread; called by its bundle.`),
    `export function run${type}<State>(handlers: ${type}Handlers<State>): Promise<void> {`,
    `  return ${runWorker}<State, ${type}Context, ${type}Handlers<State>>(`,
    '    {',
    `      worker: '${worker.name}',`,
    `      fingerprint: '${plan.fingerprint}',`,
    '      context: (seat) => ({',
    '        instance: seat.instance,',
    '        get instances() {',
    '          return seat.instances;',
    '        },',
    ...(isKeyed(worker) ? [`        partitionOf: partitionsOf${type},`] : []),
    ...(worker.replies === undefined
      ? []
      : ['        get signal() {', '          return seat.signals.signal;', '        },']),
    ...links,
    '      }),',
    arrow(6, `inbox: (${inboxArguments.join(', ')})`, call(`new ${type}Inbox`, ...inboxArguments), ','),
    '    },',
    '    handlers,',
    '  );',
    '}',
  ].join('\n');
}
