/**
 * Async inbox: the emitted dispatcher of an async worker. It decodes each message and hands it to the runtime's `Handling`, with the
 * key's hash where its route has a key: messages of one key run one after the other.
 */
import type { InboxMessage, MessagePlan, TopologyPlan, WorkerPlan } from '../schema/plan.js';
import { answerOf, type Called, callsOf } from './calls.js';
import type { Imports } from './imports.js';
import { emitInbox } from './inbox.js';
import { hashOf } from './keys.js';
import { capitalised } from './names.js';
import { arrow, call, line } from './text.js';

/** Columns before a statement of a case. */
const INDENT = 12;

export function emitAsyncInbox(plan: TopologyPlan, worker: WorkerPlan, imports: Imports): string {
  const type = capitalised(worker.name);
  const calls = callsOf(plan, worker.inbox);
  return emitInbox(
    {
      className: `${type}Inbox<State>`,
      inbox: worker.inbox,
      messages: plan.messages,
      owner: worker.name,
      parameters: [
        `handlers: ${type}Handlers<State>`,
        'state: State',
        `ctx: ${type}Context`,
        `handling: ${imports.runtimeType('Handling')}`,
      ],
      prepare: calls.map((one) => emitAnswerKind(one, imports)),
      isScoped: true,
      handle: (name, _tag, { record, envelope }) => {
        const layout = plan.messages.find((one) => one.name === name) as MessagePlan;
        const decode = imports.message(`decode${capitalised(name)}`);
        const message = statement('const message = ', call(decode, 'lane.memory', record));
        const called = calls.find((one) => one.layout.name === name);
        const entry = worker.inbox.messages.find(({ message: one }) => one === name) as InboxMessage;
        const hash = hashOf({ entry, layout, inbox: worker.inbox }, 'message');
        if (called !== undefined) {
          const id = `i32[${/^\w+$/.test(envelope) ? envelope : `(${envelope})`} >> 2] as number`;
          const answer = imports.runtime('answerAsync');
          const items = ['handling', 'lane', id, answerOf(called), 'message', ...hash];
          return [...message, ...statement('', call(answer, ...items))];
        }
        const handler = call(`handlers.${name}`, 'message', 'state', 'ctx');
        const envelopes = layout.envelope === undefined ? [] : readEnvelope(name, envelope, imports);
        const whole =
          layout.envelope === undefined ? handler : { ...handler, items: [...handler.items, 'envelope'] };
        return [
          ...message,
          ...envelopes,
          ...unindented(arrow(INDENT, 'const handle = ()', whole, ';')),
          ...statement('', call('handling.take', 'lane', 'handle', ...hash)),
        ];
      },
    },
    imports,
  );
}

/** What an inbox keeps of a call that it answers. */
function emitAnswerKind(one: Called, imports: Imports): string {
  const response = capitalised(one.response.name);
  const members = [
    `handle: (request: ${imports.messageType(one.layout.name)}, own) => handlers.${one.name}(request, state, own)`,
    `encode: ${imports.message(`encode${response}`)}`,
    ...(one.response.tailMaxBytes === undefined ? [] : [`bytesOf: ${imports.message(`tailOf${response}`)}`]),
  ];
  const [open, close] = [`const ${answerOf(one)} = ${imports.runtime('asyncAnswering')}(ctx, `, ');'];
  return line(4, open, { open: '{', items: members, close: '}' }, close).trimStart();
}

function readEnvelope(name: string, envelope: string, imports: Imports): readonly string[] {
  const view = imports.message(`${name}EnvelopeView`);
  return [
    ...statement('const view = ', call(`new ${view}`, 'lane.memory', envelope)),
    'const envelope = view.toObject();',
  ];
}

function statement(before: string, code: ReturnType<typeof call>): readonly string[] {
  return unindented(line(INDENT, before, code, ';'));
}

/** Lines as `handle` gives them. */
function unindented(text: string): readonly string[] {
  return text.split('\n').map((one) => one.slice(INDENT));
}
