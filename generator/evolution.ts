/**
 * Evolution: the one table of what a difference between two builds' schemas breaks, and why.
 *
 * - `wire`: an old and a new build cannot exchange the record. Two builds meet by the message's identity (`codecIdentity`), which
 *   has a fingerprint for each version over names, places, types, values and defaults. They interoperate exactly when the
 *   fingerprints of one are the beginning of the other's, which is when all that differs came by `since`; all else is
 *   refused with SN_SCHEMA_MISMATCH, whether or not the bytes would be understood. `HANDSHAKE` is the one place that
 *   says so. A pool compares the whole plan's fingerprint, capacity and routes included; that is not judged here, for its
 *   host and its bundles are of one make in any case.
 * - `source`: users' code no longer compiles, or does something else. A value more in an enum counts: a switch that names
 *   every value no longer compiles. So does a value that may be absent: whoever reads it must expect that.
 * - `compatible`: neither.
 *
 * A difference may break both; it is then counted in both and shown under `wire`. Doc comments are no part of the
 * plan and never reported.
 */

/** What a difference does to a message's record. */
export type RecordChange =
  /** Not touched. */
  | 'none'
  /** The same bytes mean the same to both builds; names, values or defaults differ. */
  | 'same'
  /** What was there is as it was; a field came behind it, by `since` and with a version of its own. */
  | 'appended'
  /** A field of the last versions went, and what was there before them is as it was. */
  | 'shortened'
  /** An older build would misread the bytes. */
  | 'changed'
  /** One build does not know the message. */
  | 'gone';

export interface Rule {
  /** What happened, as the report's headline. */
  readonly title: string;
  readonly record: RecordChange;
  /** Whether users' code breaks. */
  readonly source: boolean;
  readonly why: string;
  /** How to do without; empty where nothing breaks. */
  readonly avoid: string;
}

export type Breaks = 'wire' | 'source';
export type Category = Breaks | 'compatible';

/** Whether two builds that differ so still attach to each other. */
const HANDSHAKE: Readonly<Record<RecordChange, boolean>> = {
  none: true,
  same: false,
  appended: true,
  shortened: true,
  changed: false,
  gone: false,
};

export const RULES = {
  'message-added': {
    title: 'message added',
    record: 'none',
    source: false,
    why: 'nobody sends it yet',
    avoid: '',
  },
  'message-removed': {
    title: 'message removed',
    record: 'gone',
    source: true,
    why: 'the other build still has it, and code that names it no longer compiles',
    avoid: 'keep it until no build and no code uses it',
  },
  'message-renamed': {
    title: 'message renamed',
    record: 'same',
    source: true,
    why: 'its bytes are the same, but code names it and its name is part of its fingerprint',
    avoid: 'keep the name; change it together with all its users',
  },
  'field-appended': {
    title: 'field added with a new version',
    record: 'appended',
    source: false,
    why: 'older builds read what they know of newer records, newer ones find its default or nothing in older records',
    avoid: '',
  },
  'required-field-appended': {
    title: 'field that senders must set added with a new version',
    record: 'appended',
    source: true,
    why: 'senders that do not set it no longer compile; builds understand each other, and in older records it is null',
    avoid: 'make it .optional(), .nullish() or give it a default',
  },
  'field-added': {
    title: 'optional field added',
    record: 'changed',
    source: false,
    why: 'the record gets another shape, though senders may leave the field out',
    avoid: 'write since(n, type), on the message itself, where n is one more than its version',
  },
  'required-field-added': {
    title: 'required field added',
    record: 'changed',
    source: true,
    why: 'senders that do not set it no longer compile',
    avoid:
      'make it optional or give it a default, and write since(n, type), where n is one more than the version of its message',
  },
  'field-removed': {
    title: 'field removed',
    record: 'changed',
    source: true,
    why: 'the other build still reads or writes it, and code that names it no longer compiles',
    avoid: 'keep the field, and stop using it',
  },
  'last-field-removed': {
    title: 'field of the last version removed',
    record: 'shortened',
    source: true,
    why: 'code that names it no longer compiles; builds still understand each other, and this one no longer sees the field',
    avoid: 'keep the field, and stop using it: another field with its version would part the builds',
  },
  'since-changed': {
    title: 'field came with another version',
    record: 'changed',
    source: false,
    why: 'where it lies follows from its version',
    avoid: 'keep the version that a field came with; give since(n, type) to new fields only',
  },
  'field-renamed': {
    title: 'field renamed',
    record: 'same',
    source: true,
    why: 'its bytes are the same, but code names it and its name is part of the fingerprint',
    avoid: 'keep the name; change it together with all its users',
  },
  'field-moved': {
    title: 'field moved',
    record: 'changed',
    source: false,
    why: 'an older build looks for it at its old place',
    avoid: 'keep what is there as it is, and add fields by since(n, type): they lie behind it',
  },
  'fields-reordered': {
    title: 'fields written in another order',
    record: 'same',
    source: false,
    why: 'the bytes are the same, but their order is part of the fingerprint',
    avoid: 'keep the order in which they are written',
  },
  'type-changed': {
    title: 'type changed',
    record: 'changed',
    source: true,
    why: 'the bytes are read as something else, and the values in code have another type',
    avoid: 'add a field of the new type beside the old one, by since(n, type)',
  },
  'number-widened': {
    title: 'number widened',
    record: 'changed',
    source: false,
    why: 'it takes more bytes',
    avoid: 'add a field of the wider type beside the old one, by since(n, type)',
  },
  'number-narrowed': {
    title: 'number narrowed',
    record: 'changed',
    source: true,
    why: 'it takes fewer bytes, and values that were allowed are refused',
    avoid: 'keep the wider type, and check the range in code',
  },
  'limit-raised': {
    title: 'limit raised',
    record: 'changed',
    source: false,
    why: 'an older build has no room for longer values',
    avoid: 'choose the limit with room from the start, or add a field with room by since(n, type)',
  },
  'limit-lowered': {
    title: 'limit lowered',
    record: 'changed',
    source: true,
    why: 'values that were allowed are refused',
    avoid: 'keep the limit, and check the length in code',
  },
  'length-kind-changed': {
    title: 'exact length made a limit, or the other way round',
    record: 'changed',
    source: true,
    why: 'the count appears or disappears, and other lengths are allowed',
    avoid: 'add a field beside the old one, by since(n, type)',
  },
  'required-made-optional': {
    title: 'field may be absent now',
    record: 'changed',
    source: true,
    why: 'code that reads it must expect its absence',
    avoid: 'add an optional field beside it, by since(n, type)',
  },
  'optional-made-required': {
    title: 'field made required',
    record: 'changed',
    source: true,
    why: 'senders that leave it out no longer compile',
    avoid: 'keep it optional, or give it a default',
  },
  'absence-changed': {
    title: 'absent in another way',
    record: 'changed',
    source: true,
    why: 'code that reads or leaves it out uses the other of undefined and null',
    avoid: 'keep the way in which it may be absent',
  },
  'default-added': {
    title: 'default added',
    record: 'same',
    source: false,
    why: 'senders may leave it out now; the default is part of the fingerprint',
    avoid: 'set the value in code',
  },
  'default-removed': {
    title: 'default removed',
    record: 'same',
    source: true,
    why: 'senders that leave it out no longer compile',
    avoid: 'keep the default',
  },
  'default-changed': {
    title: 'default changed',
    record: 'same',
    source: true,
    why: 'where senders leave it out, receivers see another value',
    avoid: 'set the new value in code',
  },
  'enum-value-appended': {
    title: 'enum value added at the end',
    record: 'same',
    source: true,
    why: 'older readers see it as a bad record, and switches that name every value no longer compile',
    avoid: "have a value such as 'other' from the start, and a default branch in switches",
  },
  'enum-value-inserted': {
    title: 'enum value inserted',
    record: 'changed',
    source: true,
    why: 'the values behind it get other numbers, or all of them another width',
    avoid: 'add it at the end',
  },
  'enum-value-removed': {
    title: 'enum value removed',
    record: 'changed',
    source: true,
    why: 'the values behind it get other numbers, and code that names it no longer compiles',
    avoid: 'keep it, and stop using it',
  },
  'enum-values-reordered': {
    title: 'enum values in another order',
    record: 'changed',
    source: false,
    why: "a value's number is its place in the list",
    avoid: 'keep the order',
  },
  'discriminator-renamed': {
    title: 'discriminator renamed',
    record: 'same',
    source: true,
    why: 'code tells the options apart by it',
    avoid: 'keep the name',
  },
  'option-appended': {
    title: 'option added at the end',
    record: 'same',
    source: true,
    why: 'older readers see it as a bad record, and switches that name every option no longer compile',
    avoid: 'have a default branch in switches, and update readers first',
  },
  'option-inserted': {
    title: 'option inserted',
    record: 'changed',
    source: true,
    why: 'the options behind it get other tags, or all tags another place',
    avoid: 'add it at the end',
  },
  'option-removed': {
    title: 'option removed',
    record: 'changed',
    source: true,
    why: 'the options behind it get other tags, and code that names it no longer compiles',
    avoid: 'keep it, and stop using it',
  },
  'options-reordered': {
    title: 'options in another order',
    record: 'changed',
    source: false,
    why: "an option's tag is its place in the list",
    avoid: 'keep the order',
  },
  'option-values-changed': {
    title: 'other values for an option',
    record: 'changed',
    source: true,
    why: 'code tells the options apart by them',
    avoid: 'add an option at the end',
  },
  'record-changed': {
    title: 'record changed',
    record: 'changed',
    source: false,
    why: 'its fingerprint is another',
    avoid: 'keep the message as it was',
  },
  'tag-changed': {
    title: 'tag changed',
    record: 'changed',
    source: false,
    why: 'a slot says by its tag which message it holds',
    avoid: 'add messages at the end of receives; for main, at the end of messages',
  },
  'worker-added': {
    title: 'worker added',
    record: 'none',
    source: false,
    why: 'nothing depends on it yet',
    avoid: '',
  },
  'worker-removed': {
    title: 'worker removed',
    record: 'none',
    source: true,
    why: 'code that sends to it, or defines its handler, no longer compiles',
    avoid: 'keep it until no code uses it',
  },
  'receive-added': {
    title: 'receives one more message',
    record: 'none',
    source: true,
    why: 'its handler lacks a function for the message and no longer compiles',
    avoid: "write the handler's function in the same change",
  },
  'receive-removed': {
    title: 'receives a message no more',
    record: 'none',
    source: true,
    why: 'code that sends it there, or handles it, no longer compiles',
    avoid: 'keep it until no code uses it',
  },
  'route-changed': {
    title: 'route changed',
    record: 'none',
    source: true,
    why: 'messages go to other instances, which hold other state',
    avoid: 'add a message with the other route',
  },
  'validation-added': {
    title: 'validates what is sent',
    record: 'none',
    source: true,
    why: 'senders of values that the schema refuses throw SN_VALIDATION now',
    avoid: 'send what passes the schema before it is asked for',
  },
  'validation-removed': {
    title: 'validates no more what is sent',
    record: 'none',
    source: true,
    why: 'receivers may get values that the schema refuses',
    avoid: 'keep it, or have receivers check what they rely on',
  },
  'envelope-field-added': {
    title: 'envelope holds one more field',
    record: 'none',
    source: false,
    why: 'the record is the same, and its senders fill the envelope in by themselves',
    avoid: '',
  },
  'envelope-field-removed': {
    title: 'envelope holds one field less',
    record: 'none',
    source: true,
    why: 'code that reads it, or gives it, no longer compiles',
    avoid: 'keep it until no code uses it',
  },
  'send-added': {
    title: 'sends one more message',
    record: 'none',
    source: false,
    why: 'nothing depends on it yet',
    avoid: '',
  },
  'send-removed': {
    title: 'sends a message no more',
    record: 'none',
    source: true,
    why: "its handler's send, or the receiver's listener, no longer compiles or waits in vain",
    avoid: 'keep it until no code uses it',
  },
  'instances-changed': {
    title: 'other number of instances',
    record: 'none',
    source: true,
    why: 'keys meet in other instances, and code that names an instance by its number may miss it',
    avoid: 'override it where it runs: createPool({ instances })',
  },
  'tick-removed': {
    title: 'tick removed',
    record: 'none',
    source: true,
    why: "the handler's tick is called no more",
    avoid: 'keep it, and return at once',
  },
  'tick-changed': {
    title: 'other time between ticks',
    record: 'none',
    source: false,
    why: "the handler's tick is called at other times",
    avoid: '',
  },
  'async-changed': {
    title: 'async where it was sync, or the other way round',
    record: 'none',
    source: true,
    why: 'its handlers get objects where they got views, or views where they got objects, and run beside each other or no more',
    avoid: 'declare another worker, and move its messages there',
  },
  'concurrency-changed': {
    title: 'other number of handlers at a time',
    record: 'none',
    source: false,
    why: 'more or fewer handlers run beside each other; messages of one key keep their order',
    avoid: '',
  },
  'affinity-changed': {
    title: 'threads on other CPUs',
    record: 'none',
    source: false,
    why: 'its threads run elsewhere, and do the same there',
    avoid: '',
  },
  'priority-changed': {
    title: 'threads of another priority',
    record: 'none',
    source: false,
    why: 'its threads run sooner or later than others, and do the same',
    avoid: '',
  },
  'capacity-changed': {
    title: 'other capacity',
    record: 'none',
    source: false,
    why: 'lanes take more or less memory, and senders wait later or sooner',
    avoid: '',
  },
  'handler-moved': {
    title: 'handler in another file',
    record: 'none',
    source: false,
    why: 'the file is bundled with the worker',
    avoid: '',
  },
} as const satisfies Record<string, Rule>;

export type RuleName = keyof typeof RULES;

/** All that a rule breaks; nothing for a compatible difference. */
export function breaksOf(rule: RuleName): readonly Breaks[] {
  const { record, source } = RULES[rule];
  return [...(HANDSHAKE[record] ? [] : (['wire'] as const)), ...(source ? (['source'] as const) : [])];
}

/** The category under which a rule's findings are shown. */
export function categoryOf(rule: RuleName): Category {
  return breaksOf(rule)[0] ?? 'compatible';
}
