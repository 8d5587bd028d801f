/**
 * Inbox: the emitted class that walks the slots of a lane and hands each message on.
 *
 * `drain` is called once a batch, not entered once and for ever, so that V8 optimises it early and whole; tags, stride and
 * mask are literals. It is a closure rather than a method since V8 takes what a closure holds (views, handlers, memory)
 * for constants, and what an object's fields hold not: a fifth less time for each message.
 */
import type { InboxPlan, TopologyPlan } from '../schema/plan.js';
import { SLOT_HEADER_BYTES, SLOT_PLACE_OFFSET_BYTES } from '../schema/plan.js';
import type { Imports } from './imports.js';
import { docComment, line } from './text.js';

export interface InboxSource {
  readonly className: string;
  readonly inbox: InboxPlan;
  /** The layouts of all messages: those with a tail lie elsewhere. */
  readonly messages: TopologyPlan['messages'];
  /** Name in the error about a tag that nobody knows. */
  readonly owner: string;
  /** Parameters of its constructor. */
  readonly parameters: readonly string[];
  /** Statements that declare what `handle` needs. */
  readonly prepare: readonly string[];
  /** Statements that handle the message whose record begins at `record`; `lane` is at hand. */
  readonly handle: (message: string, tag: number, record: string) => readonly string[];
}

export function emitInbox(source: InboxSource, imports: Imports): string {
  const { className, inbox, owner, parameters, prepare, handle, messages } = source;
  const recordOf = (name: string): string =>
    messages.some((message) => message.name === name && message.tailMaxBytes !== undefined)
      ? `i32[(slot + ${SLOT_PLACE_OFFSET_BYTES}) >> 2] as number`
      : `slot + ${SLOT_HEADER_BYTES}`;
  imports.runtimeType('Inbox');
  const reader = imports.runtimeType('LaneReader');
  const unknownTag = imports.runtime('unknownTag');
  return [
    docComment(0, undefined, 'Hands the messages of a lane on, one batch at a time.'),
    `export class ${className} implements Inbox {`,
    `  readonly drain: (lane: ${reader}, max: number) => number;`,
    '',
    line(2, 'constructor', { open: '(', items: parameters, close: ')' }, ' {'),
    ...prepare.map((text) => `    ${text}`),
    '    this.drain = (lane, max) => {',
    '      const { i32 } = lane.memory;',
    '      const count = lane.available(max);',
    '      for (let left = count; left > 0; left--) {',
    `        const slot = lane.slots + (lane.head & ${inbox.capacitySlots - 1}) * ${inbox.strideBytes};`,
    '        switch (i32[slot >> 2]) {',
    ...inbox.messages.flatMap(({ message, tag }) => [
      `          case ${tag}:`,
      ...handle(message, tag, recordOf(message)).map((text) => `            ${text}`),
      '            break;',
    ]),
    '          default:',
    `            throw ${unknownTag}('${owner}', i32[slot >> 2]);`,
    '        }',
    '        lane.head = (lane.head + 1) | 0;',
    '      }',
    '      return count;',
    '    };',
    '  }',
    '}',
  ].join('\n');
}
