/**
 * Worker file: `generated/<worker>.ts`. What its handlers look like, what they may send, how its messages reach them.
 */
import type { InboxPlan, TopologyPlan, WorkerPlan } from '../schema/plan.js';
import { Imports } from './imports.js';
import { emitInbox } from './inbox.js';
import { capitalised } from './names.js';
import { emitSenders } from './senders.js';
import { call, docComment, line, quote, typeArguments } from './text.js';
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
    emitHandlers(worker, docs, imports),
    emitDefine(worker),
    emitSenders(plan, target, imports),
    emitWorkerInbox(plan, worker, imports),
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
    ...worker.sends.map(({ to, messages }) => emitLink(plan, to, messages, imports)),
    '}',
  ].join('\n');
}

function inboxOf({ main, workers }: TopologyPlan, target: string): InboxPlan {
  return target === 'main' ? main : (workers.find(({ name }) => name === target) as WorkerPlan).inbox;
}

/** The target's whole handle, or the part of it that the schema allows this worker. */
function emitLink(plan: TopologyPlan, to: string, messages: readonly string[], imports: Imports): string {
  const type = capitalised(to);
  const module = `./${to}.js`;
  if (inboxOf(plan, to).messages.every(({ message }) => messages.includes(message))) {
    return `  readonly ${to}: ${imports.type(module, `${type}Handle`)};`;
  }
  const allowed = messages.map((name) => quote(name)).join(' | ');
  const handle = imports.runtimeType('Handle');
  const send = imports.type(module, `${type}Send`);
  const trySend = imports.type(module, `${type}TrySend`);
  const claim = imports.type(module, `${type}Claim`);
  const parts = [send, trySend, claim].map((part) => `Pick<${part}, ${allowed}>`);
  return typeArguments(2, `readonly ${to}: ${handle}`, parts, ';');
}

function emitHandlers(worker: WorkerPlan, docs: ReadonlyMap<string, string>, imports: Imports): string {
  const type = capitalised(worker.name);
  const ticks =
    worker.tickMs === undefined
      ? []
      : [
          docComment(2, undefined, `Called every ${worker.tickMs} ms.`),
          `  tick?(state: State, ctx: ${type}Context): void | undefined;`,
        ];
  return [
    docComment(
      0,
      docs.get(`workers.${worker.name}`),
      'A view reads the ring in place: it is valid until the handler returns. Use `toObject()` to keep a message.',
    ),
    `export interface ${type}Handlers<State> {`,
    docComment(2, undefined, 'Makes the state of this instance, before its first message.'),
    `  init?(ctx: ${type}Context): State | Promise<State>;`,
    ...worker.inbox.messages.flatMap(({ message }) => {
      const view = imports.messageType(`${message}View`);
      return [
        docComment(2, docs.get(`messages.${message}`), ''),
        `  ${message}(message: ${view}, state: State, ctx: ${type}Context): void | undefined;`,
      ].filter((text) => text.trim() !== '/**  */');
    }),
    ...ticks,
    docComment(2, undefined, 'Called once when the pool closes, after the last message.'),
    `  shutdown?(state: State, ctx: ${type}Context): void | Promise<void>;`,
    '}',
  ].join('\n');
}

function emitDefine(worker: WorkerPlan): string {
  const type = capitalised(worker.name);
  return [
    docComment(
      0,
      undefined,
      `Types the handlers of \`${worker.name}\`. Make the result the default export of ${worker.handler.replace(/^.*\//, '')}.`,
    ),
    `export function define${type}<State = undefined>(handlers: ${type}Handlers<State>): ${type}Handlers<State> {`,
    '  return handlers;',
    '}',
  ].join('\n');
}

function emitWorkerInbox(plan: TopologyPlan, worker: WorkerPlan, imports: Imports): string {
  const type = capitalised(worker.name);
  imports.runtimeType('Memory');
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
      ],
      prepare: worker.inbox.messages.map(
        ({ message }) => `const ${viewOf(message)} = new ${imports.message(`${message}View`)}(memory, 0);`,
      ),
      handle: (message, _tag, { record }) => [
        `${viewOf(message)}.$offsetBytes = ${record};`,
        `handlers.${message}(${viewOf(message)}, state, ctx);`,
      ],
    },
    imports,
  );
}

/** The local that holds a message's view; no class ends like this one begins. */
function viewOf(message: string): string {
  return `viewOf${capitalised(message)}`;
}

function emitRun(plan: TopologyPlan, worker: WorkerPlan, imports: Imports): string {
  const type = capitalised(worker.name);
  const runWorker = imports.runtime('runWorker');
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
    ...links,
    '      }),',
    line(
      6,
      'inbox: (handlers, memory, state, ctx) => ',
      call(`new ${type}Inbox`, 'handlers', 'memory', 'state', 'ctx'),
      ',',
    ),
    '    },',
    '    handlers,',
    '  );',
    '}',
  ].join('\n');
}
