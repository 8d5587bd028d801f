/**
 * Inbox: the emitted class that walks the slots of a lane and hands each message on.
 *
 * `drain` is called once a batch, not entered once and for ever, so that V8 optimises it early and whole; tags, stride and
 * mask are literals. It is a closure rather than a method since V8 takes what a closure holds (views, handlers, memory)
 * for constants, and what an object's fields hold not: a fifth less time for each message.
 */
import type { InboxPlan, MessagePlan, TopologyPlan } from '../schema/plan.js';
import { envelopeBytesOf, SLOT_HEADER_BYTES, SLOT_PLACE_OFFSET_BYTES } from '../schema/plan.js';
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
  /** Whether what handles a message declares locals. */
  readonly isScoped?: true;
  /** Statements that handle a message; `lane` is at hand. */
  readonly handle: (message: string, tag: number, place: Place) => readonly string[];
}

/** Where a message's record begins, and its envelope if it has one. */
interface Place {
  readonly record: string;
  readonly envelope: string;
}

export function emitInbox(source: InboxSource, imports: Imports): string {
  const { className, inbox, owner, parameters, prepare, isScoped, handle, messages } = source;
  const [opening, closing] = isScoped === true ? [' {', ['          }']] : ['', []];
  const placeOf = (name: string): Place => {
    const message = messages.find((one) => one.name === name) as MessagePlan;
    const envelopeBytes = envelopeBytesOf(message);
    if (message.tailMaxBytes === undefined) {
      const envelope = `slot + ${SLOT_HEADER_BYTES}`;
      return { envelope, record: `slot + ${SLOT_HEADER_BYTES + envelopeBytes}` };
    }
    const envelope = `i32[(slot + ${SLOT_PLACE_OFFSET_BYTES}) >> 2] as number`;
    return { envelope, record: envelopeBytes === 0 ? envelope : `(${envelope}) + ${envelopeBytes}` };
  };
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
      `          case ${tag}:${opening}`,
      ...handle(message, tag, placeOf(message)).map((text) => `            ${text}`),
      '            break;',
      ...closing,
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
