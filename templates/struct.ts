/**
 * Struct: statements that write and read the fields of an object, a tuple, an option of a union or a list's item.
 */
import type { StructLayout } from '../schema/layout.js';
import {
  emitterOf,
  type FieldModel,
  offset,
  only,
  type Reach,
  type RuntimeHelper,
  viewTypeOf,
} from './field-kinds.js';
import { compositeOf } from './message-model.js';
import type { NameScope } from './names.js';
import { anyOf, assignment, type Code, line, quote, typed } from './text.js';

export const MEMORY = 'memory';
/** Of a struct whose bits are not asked for. */
export const NO_BITS = (): string => {
  throw new Error('a struct without bits was asked for one');
};

/** Statements that check and store all fields, whose values are in locals. */
export function writeFields(
  fields: readonly FieldModel[],
  locals: readonly string[],
  { bits }: StructLayout,
  place: Pick<Reach, 'base' | 'indent'>,
  scope: NameScope,
): readonly string[] {
  const reach = { memory: MEMORY, bit: NO_BITS, ...place };
  const encodings = fields.map((field, index) => {
    const value = locals[index] as string;
    const made = (suffix: string) => scope.claim(value + suffix);
    return emitterOf(field.type).encode(field.type, field, { value, made }, reach);
  });
  const conditions = encodings.flatMap((encoding) => encoding.bits ?? []);
  return [
    ...encodings.flatMap(({ checks }) => checks),
    ...encodings.flatMap(({ stores }) => stores),
    ...storeBits(conditions, bits?.offsetBytes ?? 0, place),
  ];
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

/** Reads all fields, checked. */
export function readFields(
  fields: readonly FieldModel[],
  { bits }: StructLayout,
  place: Pick<Reach, 'base' | 'indent'> & { readonly path: string; readonly runtime: RuntimeName },
  scope: NameScope,
): Read {
  const before: string[] = [];
  const bytes: string[] = [];
  for (let first = 0; first < (bits?.count ?? 0); first += 8) {
    const most = 2 ** Math.min(8, (bits?.count ?? 0) - first) - 1;
    const local = scope.claim(`bits${(bits?.count ?? 0) > 8 ? first / 8 : ''}`);
    bytes.push(local);
    const element = `${MEMORY}.u8[${offset(place.base, (bits?.offsetBytes ?? 0) + first / 8)}] as number`;
    const items = [element, String(most), quote(place.path)];
    before.push(
      line(
        place.indent,
        `const ${local} = `,
        { open: `${place.runtime('readBits')}(`, items, close: ')' },
        ';',
      ),
    );
  }
  const reach: Reach = {
    memory: MEMORY,
    base: place.base,
    indent: place.indent,
    bit: (index) => `(${bytes[index >> 3]} & ${1 << (index & 7)}) !== 0`,
  };
  const values = fields.map((each) => {
    const field = each.type.kind === 'default' ? only(each.inner) : each;
    const { type } = field;
    if (type.kind !== 'maybe') return emitterOf(type).read(type, field, reach);
    const local = scope.claim(localOf(field.name));
    before.push(...readMaybe(field, reach, local));
    return local;
  });
  return { before, values };
}

type RuntimeName = (helper: RuntimeHelper) => string;

function readMaybe(field: FieldModel, reach: Reach, local: string): readonly string[] {
  const { type, bit } = field;
  if (type.kind !== 'maybe') return [];
  const inner = only(field.inner);
  const pad = ' '.repeat(reach.indent);
  const value = emitterOf(inner.type).read(inner.type, inner, { ...reach, indent: reach.indent + 2 });
  const assign = assignCode(reach.indent + 2, local, value);
  const absent = (index: number) => reach.bit(index);
  const members = emitterOf(type).type(type, field, 'output');
  const declared = typed(reach.indent, `let ${local}:`, members, type.absent === 'null' ? ' = null;' : ';');
  if (type.absent === 'either') {
    return [
      declared,
      `${pad}if (${absent(bit + 1)}) {`,
      `${pad}  ${local} = null;`,
      `${pad}} else if (!(${absent(bit)})) {`,
      assign,
      `${pad}}`,
    ];
  }
  return [declared, `${pad}if (!(${absent(bit)})) {`, assign, `${pad}}`];
}

function assignCode(indent: number, local: string, value: Code): string {
  return typeof value === 'string'
    ? assignment(indent, local, value)
    : line(indent, `${local} = `, value, ';');
}

/** How a view reaches its struct. */
export function reachInView({ bits }: StructLayout, base: string, memory = 'this.$memory'): Reach {
  return {
    memory,
    base,
    indent: 4,
    bit: (index) => {
      const byte = `${memory}.u8[${offset(base, (bits?.offsetBytes ?? 0) + (index >> 3))}]`;
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
