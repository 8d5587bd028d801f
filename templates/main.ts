/**
 * Main file: `generated/main.ts`, how workers send to the host and how the host takes it.
 */
import type { TopologyPlan } from '../schema/plan.js';
import { Imports } from './imports.js';
import { emitInbox } from './inbox.js';
import { capitalised } from './names.js';
import { emitSenders } from './senders.js';
import { docComment } from './text.js';

export function emitMain(plan: TopologyPlan): string {
  const imports = new Imports();
  const parts = [
    emitSenders(plan, { name: 'main', inbox: plan.main, doc: undefined }, imports),
    emitReceive(plan, imports),
    emitStream(plan, imports),
    emitMainInbox(plan, imports),
  ];
  return [imports.toString(), ...parts].join('\n\n');
}

function emitReceive(plan: TopologyPlan, imports: Imports): string {
  const receive = imports.runtimeType('Receive');
  return emitReceiversClass(plan, imports, {
    className: 'MainReceive',
    says: 'Calls a function with every message of one kind, from now on, until the result is disposed.',
    method: (message, tag) => [
      `  ${message}(handler: ${receive}<${imports.messageType(message)}>): Disposable {`,
      `    return this.#receivers.receive(${tag}, handler);`,
      '  }',
    ],
  });
}

function emitStream(plan: TopologyPlan, imports: Imports): string {
  const stream = imports.runtimeType('MessageStream');
  const options = imports.runtimeType('StreamOptions');
  return emitReceiversClass(plan, imports, {
    className: 'MainStream',
    says: 'All messages of one kind, from now on, as an async iterable that ends when the pool closes.',
    method: (message, tag) => [
      `  ${message}(options: ${options} = {}): ${stream}<${imports.messageType(message)}> {`,
      `    return this.#receivers.stream(${tag}, options);`,
      '  }',
    ],
  });
}

interface ReceiversClass {
  readonly className: string;
  readonly says: string;
  readonly method: (message: string, tag: number) => readonly string[];
}

function emitReceiversClass(
  plan: TopologyPlan,
  imports: Imports,
  { className, says, method }: ReceiversClass,
): string {
  const receivers = imports.runtimeType('Receivers');
  return [
    docComment(0, undefined, says),
    `export class ${className} {`,
    `  readonly #receivers: ${receivers};`,
    '',
    `  constructor(receivers: ${receivers}) {`,
    '    this.#receivers = receivers;',
    '  }',
    ...plan.main.messages.flatMap(({ message, tag }) => ['', ...method(message, tag)]),
    '}',
  ].join('\n');
}

function emitMainInbox(plan: TopologyPlan, imports: Imports): string {
  const receivers = imports.runtimeType('Receivers');
  return emitInbox(
    {
      className: 'MainInbox',
      inbox: plan.main,
      messages: plan.messages,
      owner: 'main',
      parameters: [`receivers: ${receivers}`],
      prepare: [],
      handle: (message, tag, record) => {
        const decode = imports.message(`decode${capitalised(message)}`);
        return [`receivers.deliver(${tag}, ${decode}(lane.memory, ${record}));`];
      },
    },
    imports,
  );
}
