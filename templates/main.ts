/**
 * Main file: `generated/main.ts`, how workers send to the host and how the host takes it.
 */
import type { TopologyPlan } from '../schema/plan.js';
import { Imports } from './imports.js';
import { emitInbox } from './inbox.js';
import { capitalised } from './names.js';
import { emitSenders } from './senders.js';
import { call, docComment, line } from './text.js';

export function emitMain(plan: TopologyPlan): string {
  const imports = new Imports();
  const parts = [
    emitSenders(plan, { name: 'main', inbox: plan.main, doc: undefined }, new Map(), imports),
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
    method: (message, tag) => {
      const types = [
        imports.messageType(message),
        ...(envelopeOf(plan, message) === undefined ? [] : [imports.messageType(`${message}Envelope`)]),
      ];
      return [
        `  ${message}(handler: ${receive}<${types.join(', ')}>): Disposable {`,
        `    return this.#receivers.receive(${tag}, handler);`,
        '  }',
      ];
    },
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

function envelopeOf({ messages }: TopologyPlan, message: string) {
  return messages.find(({ name }) => name === message)?.envelope;
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
      handle: (message, tag, { record, envelope }) => {
        const decode = imports.message(`decode${capitalised(message)}`);
        const decoded = `${decode}(lane.memory, ${record})`;
        if (envelopeOf(plan, message) === undefined) return [`receivers.deliver(${tag}, ${decoded});`];
        const view = `new ${imports.message(`${message}EnvelopeView`)}(lane.memory, ${envelope})`;
        const delivered = call('receivers.deliver', String(tag), decoded, `${view}.toObject()`);
        return line(12, '', delivered, ';')
          .split('\n')
          .map((text) => text.slice(12));
      },
    },
    imports,
  );
}
