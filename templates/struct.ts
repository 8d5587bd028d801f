/**
 * Struct: statements that write and read the fields of an object, a tuple, an option of a union or a list's item.
 */
import { type BitsLayout, bitsAround, type StructLayout } from '../schema/layout.js';
import {
  type Encoding,
  emitterOf,
  type FieldModel,
  fieldRangeOf,
  NUMBER_KINDS,
  offset,
  only,
  type Reach,
  type RuntimeHelper,
  viewTypeOf,
} from './field-kinds.js';
import { compositeOf } from './message-model.js';
import type { NameScope } from './names.js';
import { anyOf, assignment, type Code, call, line, quote, typed } from './text.js';

export const MEMORY = 'memory';
/** Of a struct whose bits are not asked for. */
export const NO_BITS = (): string => {
  throw new Error('a struct without bits was asked for one');
};

/** So many numbers are checked together, and what is wrong with which is found out elsewhere. */
const CHECKED_TOGETHER_FROM = 3;

/** What the code of fields is for a struct whose values are in locals. */
function encodingsOf(
  fields: readonly FieldModel[],
  locals: readonly string[],
  reach: Reach,
  scope: NameScope,
): readonly Encoding[] {
  return fields.map((field, index) => {
    const value = locals[index] as string;
    const made = (suffix: string) => scope.claim(value + suffix);
    return emitterOf(field.type).encode(field.type, field, { value, made }, reach);
  });
}

/** The fields whose numbers are checked together: all of a struct, where it has several. */
export function checkedTogether(fields: readonly FieldModel[]): readonly FieldModel[] {
  const numbers = fields.filter(({ type }) => NUMBER_KINDS.has(type.kind));
  return numbers.length < CHECKED_TOGETHER_FROM ? [] : numbers;
}

/**
 * Statements that check and store all fields, whose values are in locals.
 *
 * @param refuse - makes the statements that refuse numbers that are checked together, where that is wanted: what V8 inlines must be short,
 *   and a `throw` for each field is most of what an encoder of numbers is made of.
 */
export function writeFields(
  fields: readonly FieldModel[],
  locals: readonly string[],
  layout: StructLayout,
  place: Pick<Reach, 'base' | 'indent'>,
  scope: NameScope,
  refuse?: (conditions: readonly string[]) => readonly string[],
): readonly string[] {
  const encodings = encodingsOf(fields, locals, { memory: MEMORY, bit: NO_BITS, ...place }, scope);
  const together = refuse === undefined ? [] : checkedTogether(fields);
  const conditions = encodings.flatMap(({ refusedWhen = [] }, index) =>
    together.includes(fields[index] as FieldModel) ? refusedWhen : [],
  );
  const others = encodings.filter((_, index) => !together.includes(fields[index] as FieldModel));
  return [
    ...(conditions.length > 0 && refuse !== undefined ? refuse(conditions) : []),
    ...others.flatMap(({ checks }) => checks),
    ...encodings.flatMap(({ stores }) => stores),
    ...bitGroups(fields, layout).flatMap(({ bits, members }) => {
      const conditions = members.flatMap((field) => encodings[fields.indexOf(field)]?.bits ?? []);
      return storeBits(conditions, bits.offsetBytes, place);
    }),
  ];
}

/** For each of the fields: when its value is refused, and the error that says so. */
export function faults(
  fields: readonly FieldModel[],
  locals: readonly string[],
  scope: NameScope,
): readonly { readonly refusedWhen: readonly string[]; readonly fault: Code }[] {
  const reach = { memory: MEMORY, bit: NO_BITS, base: '', indent: 2 };
  return encodingsOf(fields, locals, reach, scope).map(({ refusedWhen = [] }, index) => {
    const field = fields[index] as FieldModel;
    return { refusedWhen, fault: fieldRangeOf(field.type, field, locals[index] as string) };
  });
}

/** The fields whose bits are packed together: all of a struct, or those that came with one version of a message. */
function bitGroups(
  fields: readonly FieldModel[],
  layout: StructLayout,
): readonly { readonly bits: BitsLayout; readonly members: readonly FieldModel[] }[] {
  const groups = new Map<BitsLayout, FieldModel[]>();
  for (const field of fields) {
    const bits = bitsAround(layout, field);
    if (bits !== undefined) groups.set(bits, [...(groups.get(bits) ?? []), field]);
  }
  return [...groups]
    .map(([bits, members]) => ({ bits, members }))
    .sort((a, b) => a.bits.offsetBytes - b.bits.offsetBytes);
}

/** Eight bits a byte, lowest first. */
function storeBits(
  conditions: readonly string[],
  offsetBytes: number,
  { base, indent }: Pick<Reach, 'base' | 'indent'>,
): readonly string[] {
  const lines: string[] = [];
  for (let first = 0; first < conditions.length; first += 8) {
    const operands = conditions
      .slice(first, first + 8)
      .map((condition, index) => `(${condition} ? ${1 << index} : 0)`);
    const left = `${MEMORY}.u8[${offset(base, offsetBytes + first / 8)}]`;
    const [single = ''] = operands;
    lines.push(
      operands.length === 1 ? assignment(indent, left, single.slice(1, -1)) : anyOf(indent, left, operands),
    );
  }
  return lines;
}

/** A longer name of a field becomes a shorter local, so that the lines that use it need no breaking. */
const LOCAL_MAX_LENGTH = 32;

/** What a field's value is called where it is a local: a tuple's items have no names of their own. */
export function localOf(name: string): string {
  return /^\d/.test(name) ? `item${name}` : name.slice(0, LOCAL_MAX_LENGTH);
}

/** Statements that prepare, and for each field the expression that is its value then. */
export interface Read {
  readonly before: readonly string[];
  readonly values: readonly Code[];
}

/** Where statements that read stand, and what a wrong byte of bits is reported under. */
export interface ReadPlace extends Pick<Reach, 'base' | 'indent'> {
  readonly path: string;
  readonly runtime: (helper: RuntimeHelper) => string;
}

/** Reads all fields, checked. */
export function readFields(
  fields: readonly FieldModel[],
  { bits }: StructLayout,
  place: ReadPlace,
  scope: NameScope,
): Read {
  const { lines, reach } = readBits(bits, place, scope);
  const before = [...lines];
  const values = fields.map((each) => {
    const field = each.type.kind === 'default' ? only(each.inner) : each;
    const { type } = field;
    if (type.kind !== 'maybe') return emitterOf(type).read(type, field, reach);
    const local = scope.claim(localOf(field.name));
    before.push(declare(field, reach.indent, local), ...assignField(field, reach, local));
    return local;
  });
  return { before, values };
}

/** What a wrong byte of bits is reported under: the one field that has bits, or all of the struct. */
export function bitsPath(path: string, fields: readonly FieldModel[]): string {
  const withBits = fields.filter(({ type }) => type.kind === 'bool' || type.kind === 'maybe');
  return withBits.length === 1 ? (withBits[0] as FieldModel).path : path;
}

/** Declares a local for each byte of bits. */
export function readBits(
  bits: BitsLayout | undefined,
  { base, indent, path, runtime }: ReadPlace,
  scope: NameScope,
): { readonly lines: readonly string[]; readonly reach: Reach } {
  const { offsetBytes = 0, count = 0 } = bits ?? {};
  const lines: string[] = [];
  const bytes: string[] = [];
  for (let first = 0; first < count; first += 8) {
    const most = 2 ** Math.min(8, count - first) - 1;
    const local = scope.claim(`bits${count > 8 ? first / 8 : ''}`);
    bytes.push(local);
    const element = `${MEMORY}.u8[${offset(base, offsetBytes + first / 8)}] as number`;
    const read = call(runtime('readBits'), element, String(most), quote(path));
    lines.push(line(indent, `const ${local} = `, read, ';'));
  }
  const bit = (index: number) => `(${bytes[index >> 3]} & ${1 << (index & 7)}) !== 0`;
  return { lines, reach: { memory: MEMORY, base, indent, bit } };
}

/** Declares the local of a field that is assigned afterwards, if at all. */
export function declare(field: FieldModel, indent: number, local: string): string {
  const { type } = field;
  const bare = type.kind === 'default' ? type.type : type;
  const isNull = bare.kind === 'maybe' && bare.absent === 'null';
  return typed(
    indent,
    `let ${local}:`,
    emitterOf(type).type(type, field, 'output'),
    isNull ? ' = null;' : ';',
  );
}

/** Statements that give a declared local the field's value, checked. */
export function assignField(field: FieldModel, reach: Reach, local: string): readonly string[] {
  const { type, bit } = field;
  if (type.kind === 'default') return assignField(only(field.inner), reach, local);
  if (type.kind !== 'maybe') {
    return [assignCode(reach.indent, local, emitterOf(type).read(type, field, reach))];
  }
  const inner = only(field.inner);
  const pad = ' '.repeat(reach.indent);
  const value = emitterOf(inner.type).read(inner.type, inner, { ...reach, indent: reach.indent + 2 });
  const assign = assignCode(reach.indent + 2, local, value);
  const absent = (index: number) => reach.bit(index);
  if (type.absent === 'either') {
    return [
      `${pad}if (${absent(bit + 1)}) {`,
      `${pad}  ${local} = null;`,
      `${pad}} else if (!(${absent(bit)})) {`,
      assign,
      `${pad}}`,
    ];
  }
  return [`${pad}if (!(${absent(bit)})) {`, assign, `${pad}}`];
}

function assignCode(indent: number, local: string, value: Code): string {
  return typeof value === 'string'
    ? assignment(indent, local, value)
    : line(indent, `${local} = `, value, ';');
}

/** How a view reaches a field of its struct. */
export function reachInView(layout: StructLayout, field: FieldModel, base: string): Reach {
  const memory = 'this.$memory';
  return {
    memory,
    base,
    indent: 4,
    bit: (index) => {
      const { offsetBytes = 0 } = bitsAround(layout, field) ?? {};
      const byte = `${memory}.u8[${offset(base, offsetBytes + (index >> 3))}]`;
      return `((${byte} as number) & ${1 << (index & 7)}) !== 0`;
    },
  };
}

/** Statements that return a field's value in a view, in place where there is a view for it. */
export function returnInView(field: FieldModel, reach: Reach, held: string): readonly string[] {
  const { type, bit } = field;
  const pad = ' '.repeat(reach.indent);
  if (type.kind === 'maybe') {
    const tests = type.absent === 'either' ? ['undefined', 'null'] : [type.absent];
    return [
      ...tests.map((test, index) => `${pad}if (${reach.bit(bit + index)}) return ${test};`).reverse(),
      ...returnInView(only(field.inner), reach, held),
    ];
  }
  if (type.kind === 'default') return returnInView(only(field.inner), reach, held);
  if (compositeOf(field) === undefined) {
    return [
      line(reach.indent, 'return ', (emitterOf(type).view ?? emitterOf(type).read)(type, field, reach), ';'),
    ];
  }
  return [
    `${pad}const view = ${held};`,
    `${pad}view.$memory = ${reach.memory};`,
    `${pad}view.$offsetBytes = ${offset(reach.base, field.offsetBytes)};`,
    `${pad}return view${type.kind === 'union' ? '.option' : ''};`,
  ];
}

export function getterType(field: FieldModel): string {
  return viewTypeOf(field.type, field);
}
