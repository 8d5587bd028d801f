/**
 * Writers: classes that write a message in place, field by field.
 *
 * A setter is what `encodeX` does for one field. `$unset` has a bit for each field that was not set yet, so that a message
 * is whole when it is sent: what may be left out is filled in then. Objects inside are written through writers of
 * their own, which ask the message's writer where it lies: once its claim is over, they lead nowhere as well.
 */
import { type BitsLayout, bitsAround, type StructLayout, type TypeLayout } from '../schema/layout.js';
import { hasPlace, typeOf } from './composite-parts.js';
import type { Docs } from './composite-types.js';
import { emitterOf, type FieldModel, offset } from './field-kinds.js';
import { compositeOf, hasTail, type ModuleModel, type ObjectModel } from './message-model.js';
import { MEMORY, NO_BITS } from './struct.js';
import { anyOf, assignment, docComment, fits, ifAny, ifThen } from './text.js';

/** Bits of one `$unset`: a whole number that V8 keeps in a register. */
const WORD_BITS = 31;

/** A message, or an object in it that stands at one place. */
interface Written {
  readonly path: string;
  readonly writer: string;
  readonly layout: StructLayout;
  /** Those that take any bytes or bits. */
  readonly fields: readonly FieldModel[];
  /** From the start of the message. */
  readonly offsetBytes: number;
  /** Most bytes of a message's tail; nothing for those without, and for objects in it. */
  readonly tailMaxBytes: number | undefined;
  /** The class of the message's writer; nothing for the message itself. */
  readonly message: string | undefined;
}

/** The classes of one message: its own, then those of the objects in it. */
export function emitWriters(
  message: ObjectModel,
  tailMaxBytes: number | undefined,
  model: ModuleModel,
  docs: Docs,
): readonly string[] {
  const { path, layout, named } = message;
  const fields = message.fields.filter(hasPlace);
  const writer = named('writer');
  const all: Written[] = [{ path, writer, layout, fields, offsetBytes: 0, tailMaxBytes, message: undefined }];
  // The list grows while it is walked: objects may stand in objects.
  for (const outer of all) {
    for (const field of outer.fields) {
      const object = objectOf(field);
      if (object === undefined) continue;
      all.push({
        path: object.path,
        writer: object.named('writer'),
        layout: object.type as TypeLayout & { readonly kind: 'object' },
        fields: object.inner.filter(hasPlace),
        offsetBytes: outer.offsetBytes + field.offsetBytes,
        tailMaxBytes: undefined,
        message: writer,
      });
    }
  }
  return all.map((one) => emitWriter(one, model, docs));
}

/** The object that a field holds, if it is one that is written field by field. */
function objectOf(field: FieldModel): FieldModel | undefined {
  const composite = compositeOf(field);
  return composite?.type.kind === 'object' && !hasTail(composite.type) ? composite : undefined;
}

function emitWriter(one: Written, model: ModuleModel, docs: Docs): string {
  const { path, writer, fields, message } = one;
  const held = fields.flatMap((field) => {
    const object = objectOf(field);
    return object === undefined ? [] : [{ member: `$$${field.name}`, type: object.named('writer') }];
  });
  const { members, setUp } = message === undefined ? ownPlace(one, model) : placeInMessage(message);
  return [
    '/**',
    ` * Writes \`${path}\` in place, field by field.`,
    ' *',
    ' * Good until the claim that it belongs to is committed or aborted.',
    ' */',
    `export class ${writer} {`,
    ...members,
    '  /** A bit for each field that is not set. */',
    ...wordsOf(fields).map((word) => `  declare ${word}: number;`),
    ...held.map(({ member, type }) => `  declare private readonly ${member}: ${type};`),
    '',
    `  constructor(${message === undefined ? '' : `message: ${message}`}) {`,
    ...setUp,
    ...wordsOf(fields).map((word) => `    this.${word} = 0;`),
    ...held.map(({ member, type }) =>
      assignment(4, `this.${member}`, `new ${type}(${message === undefined ? 'this' : 'message'})`),
    ),
    '  }',
    ...fields.flatMap((field, index) => emitMember(one, field, index, model, docs)),
    ...emitBegin(one, held),
    ...(message === undefined ? [] : emitSettle(one, held)),
    ...emitComplete(one, held),
    '}',
  ].join('\n');
}

/** Where a message lies: what its writer says of that, and how it begins. */
function ownPlace({ layout, tailMaxBytes }: Written, model: ModuleModel) {
  const isLong = tailMaxBytes !== undefined;
  return {
    members: [
      '  declare $memory: Memory;',
      '  declare $offsetBytes: number;',
      '  declare $endBytes: number;',
      ...(isLong ? ['  declare $limitBytes: number;', '  declare readonly $byteLength: number;'] : []),
      ...(isLong ? ['  declare readonly $tailMaxBytes: number;'] : []),
    ],
    setUp: [
      `    this.$memory = ${model.runtime('closedRecord')};`,
      '    this.$offsetBytes = 0;',
      '    this.$endBytes = 0;',
      ...(isLong ? ['    this.$limitBytes = 0;', `    this.$byteLength = ${layout.byteLength};`] : []),
      ...(isLong ? [`    this.$tailMaxBytes = ${tailMaxBytes};`] : []),
    ],
  };
}

/** An object inside asks the message's writer. */
function placeInMessage(message: string) {
  return {
    members: [`  declare private readonly $message: ${message};`],
    setUp: ['    this.$message = message;'],
  };
}

type Held = readonly { readonly member: string }[];

function emitMember(
  one: Written,
  field: FieldModel,
  index: number,
  model: ModuleModel,
  docs: Docs,
): readonly string[] {
  const words = docs.get(`messages.${field.path}`);
  const doc = words === undefined ? [] : [docComment(2, words, '')];
  const object = objectOf(field);
  const getter = object === undefined ? [] : emitGetter(one, field, object, index, doc);
  return [
    '',
    ...getter,
    ...(object === undefined ? doc : []),
    ...setterHead(field),
    ...place(one),
    ...writeField(one, field, model),
    ...(object === undefined ? [] : [`    this.$$${field.name}.$settle();`]),
    `    this.${wordOf(index)} &= ~${bitOf(index)};`,
    '  }',
  ];
}

/** Biome breaks a long one by a comma that JavaScript does not take there. */
function setterHead(field: FieldModel): readonly string[] {
  const head = `  set ${field.name}(value: ${typeOf(field, 'input')}) {`;
  return fits(head)
    ? [head]
    : ['  // biome-ignore format: a setter takes no comma behind its parameter.', head];
}

/** Declares where the struct lies. */
function place({ offsetBytes, message }: Written): readonly string[] {
  if (message === undefined) return [`    const { $memory: ${MEMORY}, $offsetBytes: offsetBytes } = this;`];
  if (offsetBytes === 0)
    return [`    const { $memory: ${MEMORY}, $offsetBytes: offsetBytes } = this.$message;`];
  return [
    `    const { $memory: ${MEMORY}, $offsetBytes: start } = this.$message;`,
    `    const offsetBytes = start + ${offsetBytes};`,
  ];
}

function writeField(one: Written, field: FieldModel, model: ModuleModel): readonly string[] {
  const scope = model.names.inner(['value', MEMORY, 'offsetBytes', 'start']);
  const locals = { value: 'value', made: (suffix: string) => scope.claim(`value${suffix}`) };
  const reach = { memory: MEMORY, base: 'offsetBytes', bit: NO_BITS, indent: 4 };
  const { checks, stores, bits = [] } = emitterOf(field.type).encode(field.type, field, locals, reach);
  const hasOwnTail = hasTail(field.type);
  return [
    ...(hasOwnTail ? [`    ${model.runtime('beginTail')}(this.$endBytes, this.$limitBytes);`] : []),
    ...checks,
    ...stores,
    ...(hasOwnTail ? [`    this.$endBytes = ${model.runtime('endOfTail')}();`] : []),
    ...bytesOf(bitsAround(one.layout, field), field.bit, bits.length).map(({ element, first, count, mask }) =>
      anyOf(4, element, [
        `((${element} as number) & ${255 - mask})`,
        ...Array.from(
          { length: count },
          (_, k) => `(${bits[first + k]} ? ${1 << ((field.bit + first + k) & 7)} : 0)`,
        ),
      ]),
    ),
  ];
}

/** The bytes that hold so many bits from `bit` on, each with the first of the bits, how many of them it has, and their mask. */
function bytesOf(
  bits: BitsLayout | undefined,
  bit: number,
  count: number,
): readonly { element: string; first: number; count: number; mask: number }[] {
  const bytes: { element: string; first: number; count: number; mask: number }[] = [];
  for (let first = 0; first < count; ) {
    const within = (bit + first) & 7;
    const here = Math.min(8 - within, count - first);
    const at = offset('offsetBytes', (bits?.offsetBytes ?? 0) + ((bit + first) >> 3));
    bytes.push({ element: `${MEMORY}.u8[${at}]`, first, count: here, mask: ((1 << here) - 1) << within });
    first += here;
  }
  return bytes;
}

function emitGetter(
  one: Written,
  field: FieldModel,
  object: FieldModel,
  index: number,
  doc: readonly string[],
): readonly string[] {
  const { type } = field;
  const maybe = type.kind === 'default' ? type.type : type;
  const absent =
    maybe.kind === 'maybe'
      ? bytesOf(bitsAround(one.layout, field), field.bit, maybe.absent === 'either' ? 2 : 1)
      : [];
  const isUnset = `(this.${wordOf(index)} & ${bitOf(index)}) !== 0`;
  const isAbsent = absent.map(({ element, mask }) => `((${element} as number) & ${mask}) !== 0`);
  return [
    ...(doc.length > 0
      ? doc
      : [docComment(2, undefined, 'To be written field by field, or assigned whole.')]),
    `  get ${field.name}(): ${object.named('writer')} {`,
    ...(absent.length > 0 ? place(one) : []),
    ifAny(4, [isUnset, ...isAbsent]),
    ...absent.map(({ element, mask }) => `      ${element} = (${element} as number) & ${255 - mask};`),
    `      this.$$${field.name}.$begin();`,
    `      this.${wordOf(index)} &= ~${bitOf(index)};`,
    '    }',
    `    return this.$$${field.name};`,
    '  }',
    '',
  ];
}

/** Forgets what was set; all bits are cleared, since those that belong to no field must be. */
function emitBegin(one: Written, held: Held): readonly string[] {
  const { layout, fields, message } = one;
  const hasLimit = one.tailMaxBytes !== undefined;
  const areas = layout.versions?.map((version) => version.bits) ?? [layout.bits];
  const bits = areas.flatMap((area) =>
    bytesOf(area, 0, area?.count ?? 0).map(({ element }) => `    ${element} = 0;`),
  );
  const unset = wordsOf(fields).map((word, index) => {
    const left = Math.min(WORD_BITS, fields.length - index * WORD_BITS);
    return `    this.${word} = ${2 ** left - 1};`;
  });
  const settle = held.map(({ member }) => `    this.${member}.$settle();`);
  if (message !== undefined) {
    return method('$begin()', [...(bits.length > 0 ? place(one) : []), ...bits, ...unset, ...settle]);
  }
  const limit = hasLimit ? 'limitBytes' : '_limitBytes';
  return [
    '',
    `  $begin(${MEMORY}: Memory, offsetBytes: number, ${limit}: number): void {`,
    `    this.$memory = ${MEMORY};`,
    '    this.$offsetBytes = offsetBytes;',
    `    this.$endBytes = ${offset('offsetBytes', layout.byteLength)};`,
    ...(hasLimit ? ['    this.$limitBytes = limitBytes;'] : []),
    ...bits,
    ...unset,
    ...settle,
    '  }',
  ];
}

/** Of an object that was assigned whole, or is not there. */
function emitSettle({ fields }: Written, held: Held): readonly string[] {
  return method('$settle()', [
    ...wordsOf(fields).map((word) => `    this.${word} = 0;`),
    ...held.map(({ member }) => `    this.${member}.$settle();`),
  ]);
}

/** Sets what is not set to nothing: its own setter knows whether it may be left out, and what it is then. */
function emitComplete({ fields }: Written, held: Held): readonly string[] {
  const words = wordsOf(fields);
  return method('$complete()', [
    ...held.map(({ member }) => `    this.${member}.$complete();`),
    ...(words.length === 0
      ? []
      : [
          ifAny(
            4,
            words.map((word) => `this.${word} !== 0`),
          ),
        ]),
    ...fields.map(({ name }, index) =>
      ifThen(6, `(this.${wordOf(index)} & ${bitOf(index)}) !== 0`, `this.${name} = undefined as never;`),
    ),
    ...(words.length === 0 ? [] : ['    }']),
  ]);
}

function method(head: string, body: readonly string[]): readonly string[] {
  return body.length === 0 ? ['', `  ${head}: void {}`] : ['', `  ${head}: void {`, ...body, '  }'];
}

function wordOf(index: number): string {
  const word = Math.floor(index / WORD_BITS);
  return word === 0 ? '$unset' : `$unset${word}`;
}

function bitOf(index: number): number {
  return 2 ** (index % WORD_BITS);
}

function wordsOf(fields: readonly FieldModel[]): readonly string[] {
  return [...new Set(fields.map((_, index) => wordOf(index)))];
}
