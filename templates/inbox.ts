/**
 * Inbox: the emitted class that walks the slots of a lane and hands each message on.
 *
 * `drain` is called once a batch, not entered once and for ever, so that V8 optimises it early and whole; tags, stride and
 * mask are literals.
 */
import type { InboxPlan } from '../schema/plan.js';
import { SLOT_HEADER_BYTES } from '../schema/plan.js';
import type { Imports } from './imports.js';
import { docComment } from './text.js';

export interface InboxSource {
  readonly className: string;
  readonly inbox: InboxPlan;
  /** Name in the error about a tag that nobody knows. */
  readonly owner: string;
  /** Members and constructor, indented by two. */
  readonly members: readonly string[];
  /** Statements before the loop; `lane` is at hand. */
  readonly prepare: readonly string[];
  /** Statements that handle one message; `slot` is at hand. */
  readonly handle: (message: string, tag: number) => readonly string[];
}

export function emitInbox(source: InboxSource, imports: Imports): string {
  const { className, inbox, owner, members, prepare, handle } = source;
  imports.runtimeType('Inbox');
  imports.runtimeType('LaneReader');
  const unknownTag = imports.runtime('unknownTag');
  return [
    docComment(0, undefined, 'Hands the messages of a lane on, one batch at a time.'),
    `export class ${className} implements Inbox {`,
    ...members,
    '',
    '  drain(lane: LaneReader, max: number): number {',
    ...prepare.map((text) => `    ${text}`),
    '    const { u32 } = lane.memory;',
    '    const count = lane.available(max);',
    '    for (let left = count; left > 0; left--) {',
    `      const slot = lane.slots + (lane.head & ${inbox.capacitySlots - 1}) * ${inbox.strideBytes};`,
    '      switch (u32[slot >> 2]) {',
    ...inbox.messages.flatMap(({ message, tag }) => [
      `        case ${tag}:`,
      ...handle(message, tag).map((text) => `          ${text}`),
      '          break;',
    ]),
    '        default:',
    `          throw ${unknownTag}('${owner}', u32[slot >> 2]);`,
    '      }',
    '      lane.head = (lane.head + 1) | 0;',
    '    }',
    '    return count;',
    '  }',
    '}',
  ].join('\n');
}

/** Where the record of the slot at hand begins. */
export const RECORD = `slot + ${SLOT_HEADER_BYTES}`;
