/**
 * Text: how emitted code is quoted, wrapped and commented.
 *
 * What these print is what Biome's formatter prints with this repository's settings, so that users may format
 * generated files or not. Everything that comes from a schema passes through `quote` or `docComment`.
 */

import type { EnumValue, JsonValue } from '../schema/descriptor.js';

/** Columns of a line. */
const WIDTH = 110;

/** Control characters, line separators, marks that reorder or hide text, and halves of surrogate pairs. */
const UNSAFE =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what must not reach emitted code.
  /[\u0000-\u001f\u007f-\u009f\u00ad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb]|[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g;

/** Code that breaks, when its line is full, into one item a line. */
export interface Wrapping {
  readonly open: string;
  readonly items: readonly string[];
  readonly close: string;
}

export type Code = string | Wrapping;

/** A call of `callee`. */
export function call(callee: string, ...items: readonly string[]): Wrapping {
  return { open: `${callee}(`, items, close: ')' };
}

/** Code on one line. */
export function flat(code: Code): string {
  return typeof code === 'string' ? code : `${code.open}${code.items.join(', ')}${code.close}`;
}

/** One statement or member, indented; wrapped when it is too long for a line. */
export function line(indent: number, before: string, code: Code, after = ''): string {
  const pad = ' '.repeat(indent);
  if (typeof code === 'string') return `${pad}${before}${code}${after}`;
  const { open, items, close } = code;
  const isBraces = open.endsWith('{') && items.length > 0;
  const flat = `${pad}${before}${open}${isBraces ? ' ' : ''}${items.join(', ')}${isBraces ? ' ' : ''}${close}${after}`;
  if (items.length === 0 || (fits(flat) && !flat.includes('\n'))) return flat;
  return [
    `${pad}${before}${open}`,
    ...items.map((item) => `${pad}  ${item},`),
    `${pad}${close}${after}`,
  ].join('\n');
}

/** A generic type with its arguments, one a line without a last comma when they do not fit on one. */
export function typeArguments(
  indent: number,
  before: string,
  items: readonly string[],
  after: string,
): string {
  const pad = ' '.repeat(indent);
  const flat = `${pad}${before}<${items.join(', ')}>${after}`;
  return fits(flat) ? flat : `${pad}${before}<\n${pad}  ${items.join(`,\n${pad}  `)}\n${pad}>${after}`;
}

/** An assignment; its right side gets a line of its own when both do not fit on one. */
export function assignment(indent: number, left: string, right: string): string {
  const pad = ' '.repeat(indent);
  const flat = `${pad}${left} = ${right};`;
  return fits(flat) ? flat : `${pad}${left} =\n${pad}  ${right};`;
}

/** The lines of an expression without text literals: where it is too long for one, its outermost brackets break first. */
export function expressionLines(indent: number, code: string): readonly string[] {
  const pad = ' '.repeat(indent);
  const open = code.slice(1).search(/[[(]/) + 1;
  if (fits(pad + code) || open === 0) return [pad + code];
  let depth = 0;
  let close = open;
  const commas: number[] = [];
  for (; close < code.length; close++) {
    const character = code[close] as string;
    if ('[('.includes(character)) depth++;
    if ('])'.includes(character) && --depth === 0) break;
    if (character === ',' && depth === 1) commas.push(close);
  }
  const ends = [...commas, close];
  const items = ends.map((end, index) => code.slice((ends[index - 1] ?? open) + 1, end).trim());
  const comma = code[open] === '(' ? ',' : '';
  return [
    pad + code.slice(0, open + 1),
    ...items.flatMap((item) => expressionLines(indent + 2, item + comma)),
    pad + code.slice(close),
  ];
}

/** A function of one expression, which gets a line of its own when both do not fit on one. */
export function arrow(indent: number, head: string, body: Code, after: string): string {
  const whole = `${' '.repeat(indent)}${head} => ${flat(body)}${after}`;
  if (fits(whole)) return whole;
  return `${' '.repeat(indent)}${head} =>\n${line(indent + 2, '', body, after)}`;
}

/** `const { a, b: c } = right;`: where the right side alone is too much, it gets the next line, but not behind a renamed member. */
export function destructuring(indent: number, members: readonly string[], right: string): string {
  const left = `${' '.repeat(indent)}const { ${members.join(', ')} } =`;
  const isPlain = !members.some((member) => member.includes(':'));
  if (isPlain && fits(left) && !fits(`${left} ${right};`))
    return assignment(indent, left.slice(indent, -2), right);
  return line(indent, 'const ', { open: '{', items: members, close: '}' }, ` = ${right};`);
}

/** `left = test ? value : other;`, with a line for each of the three when they do not fit on one. */
export function conditional(
  indent: number,
  left: string,
  test: string,
  value: JsonValue,
  other: string,
): string {
  const pad = ' '.repeat(indent);
  const right = `${test} ? ${jsonCode(value)} : ${other}`;
  if (fits(`${pad}  ${right};`) && !breaksAlways(value)) return assignment(indent, left, right);
  const yes = jsonLines(value, indent + 6);
  return [`${pad}${left} =`, `  ${test}`, `    ? ${yes}`, `    : ${other};`].join(`\n${pad}`);
}

/** The head of an `if` that holds when one of the conditions does. */
export function ifAny(indent: number, conditions: readonly string[]): string {
  const pad = ' '.repeat(indent);
  const flat = `${pad}if (${conditions.join(' || ')}) {`;
  return fits(flat) ? flat : `${pad}if (\n${pad}  ${conditions.join(` ||\n${pad}  `)}\n${pad}) {`;
}

/** An `if` of one statement; the statement gets a line of its own when both do not fit on one. */
export function ifThen(indent: number, condition: string, statement: string): string {
  const pad = ' '.repeat(indent);
  const flat = `${pad}if (${condition}) ${statement}`;
  return fits(flat) ? flat : `${pad}if (${condition})\n${pad}  ${statement}`;
}

/** A type after `before`, such as `  side:`; a union too long for a line gets a line for each member. */
export function typed(indent: number, before: string, members: readonly string[], after = ';'): string {
  const pad = ' '.repeat(indent);
  const flat = `${pad}${before} ${members.join(' | ')}${after}`;
  if (fits(flat) || members.length === 1) return flat;
  return `${pad}${before}\n${members.map((member) => `${pad}  | ${member}`).join('\n')}${after}`;
}

/** A member that is a list of literals. */
export function literalsMember(indent: number, name: string, values: readonly EnumValue[]): string {
  const pad = ' '.repeat(indent);
  const items = values.map(literal);
  const flat = `${pad}${name}: [${items.join(', ')}],`;
  if (fits(flat)) return flat;
  const lines = values.every((value) => typeof value === 'number') ? fill(items, pad) : items;
  return `${pad}${name}: [\n${lines.map((text) => `${pad}  ${text},`).join('\n')}\n${pad}],`;
}

/** Literals in an array: numbers fill their lines, all else takes a line each. */
export function literals(before: string, values: readonly EnumValue[]): string {
  const items = values.map(literal);
  const flat = `${before}[${items.join(', ')}];`;
  if (fits(flat)) return flat;
  // A name too long for its own line: Biome breaks after the `=` as well.
  const pad = fits(`${before}[`) ? '' : '  ';
  const start = pad === '' ? `${before}[` : `${before.trimEnd()}\n  [`;
  if (pad !== '' && fits(`${pad}[${items.join(', ')}];`)) return `${start}${items.join(', ')}];`;
  const lines = values.every((value) => typeof value === 'number') ? fill(items, pad) : items;
  return `${start}\n${lines.map((text) => `${pad}  ${text},`).join('\n')}\n${pad}];`;
}

/** A plain value as the source of a literal. */
export function literal(value: EnumValue): string {
  // Biome prints exponents without the plus.
  return typeof value === 'string' ? quote(value) : String(value).replace('e+', 'e');
}

/** A JSON value as source that begins `column` columns into a line, with `ahead` of its own before it: broken where it must be. */
export function jsonLines(value: JsonValue, column: number, ahead = 0): string {
  const flat = jsonCode(value);
  const isWhole = typeof value !== 'object' || value === null || flat.length === 2;
  // One column is left for the comma.
  if (isWhole || (column + ahead + flat.length < WIDTH && !breaksAlways(value))) return flat;
  const pad = ' '.repeat(column);
  const isList = Array.isArray(value);
  const lines = isList ? listLines(value, column) : memberLines(value as JsonObject, column);
  return [isList ? '[' : '{', ...lines.map((text) => `${pad}  ${text},`), `${pad}${isList ? ']' : '}'}`].join(
    '\n',
  );
}

type JsonObject = { readonly [key: string]: JsonValue };

function listLines(items: readonly JsonValue[], column: number): readonly string[] {
  if (items.every((item) => typeof item === 'number')) return fill(items.map(literal), ' '.repeat(column));
  return items.map((item) => jsonLines(item, column + 2));
}

function memberLines(value: JsonObject, column: number): readonly string[] {
  return Object.entries(value).map(([key, item]) => {
    const before = `${keyCode(key)}: `;
    return before + jsonLines(item, column + 2, before.length);
  });
}

/** Several objects of several members in a list get a line each, however short; so do lists. */
function breaksAlways(value: JsonValue): boolean {
  if (typeof value !== 'object' || value === null) return false;
  const items: readonly JsonValue[] = Object.values(value);
  if (items.some(breaksAlways)) return true;
  const isLong = (item: JsonValue) =>
    typeof item === 'object' && item !== null && Object.keys(item).length > 1;
  const [first] = items;
  return (
    Array.isArray(value) &&
    items.length > 1 &&
    items.every((item) => isLong(item) && Array.isArray(item) === Array.isArray(first))
  );
}

/** A JSON value as source, on one line. */
export function jsonCode(value: JsonValue): string {
  if (typeof value !== 'object' || value === null) return literal(value);
  if (Array.isArray(value)) return `[${value.map(jsonCode).join(', ')}]`;
  const members = Object.entries(value).map(([key, item]) => `${keyCode(key)}: ${jsonCode(item)}`);
  return members.length === 0 ? '{}' : `{ ${members.join(', ')} }`;
}

function keyCode(key: string): string {
  return /^[A-Za-z_$][\w$]*$/.test(key) ? key : quote(key);
}

export function plural(amount: number, unit: string): string {
  return `${amount} ${unit}${amount === 1 ? '' : 's'}`;
}

/** `left = a | b | c;`, broken like any chain of operators. */
export function anyOf(indent: number, left: string, operands: readonly string[]): string {
  const pad = ' '.repeat(indent);
  const flat = `${left} = ${operands.join(' | ')};`;
  if (fits(pad + flat)) return pad + flat;
  const next = `${pad}  ${operands.join(' | ')};`;
  return `${pad}${left} =\n${fits(next) ? next : `${pad}  ${operands.join(` |\n${pad}  `)};`}`;
}

/** A string literal: single quotes, or double ones where they need fewer escapes. */
export function quote(value: string): string {
  const mark = count(value, "'") > count(value, '"') ? '"' : "'";
  const escaped = value
    .replaceAll('\\', '\\\\')
    .replaceAll(mark, `\\${mark}`)
    .replace(UNSAFE, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`);
  return `${mark}${escaped}${mark}`;
}

/** A doc comment: the user's words first, then ours after an empty line. */
export function docComment(indent: number, words: string | undefined, ours: string): string {
  const pad = ' '.repeat(indent);
  const user = (words ?? '').split(/\r\n|[\n\r\u2028\u2029]/).map(commentSafe);
  while (user.length > 0 && user[0] === '') user.shift();
  while (user.length > 0 && user.at(-1) === '') user.pop();
  const last = commentSafe(ours);
  if (user.length === 0) return `${pad}/** ${last} */`;
  if (user.length === 1 && last === '') return `${pad}/** ${user[0]} */`;
  const lines = last === '' ? user : [...user, '', last];
  return [`${pad}/**`, ...lines.map((text) => `${pad} * ${text}`.trimEnd()), `${pad} */`].join('\n');
}

function commentSafe(text: string): string {
  return text.replaceAll('*/', '*\\/').replace(UNSAFE, ' ').trimEnd();
}

function fill(items: readonly string[], pad: string): readonly string[] {
  const lines: string[] = [];
  for (const item of items) {
    const last = lines.at(-1);
    const longer = `${last}, ${item}`;
    if (last !== undefined && fits(`${pad}  ${longer},`)) lines[lines.length - 1] = longer;
    else lines.push(item);
  }
  return lines;
}

/** Whether text is no longer than a line. */
export function fits(text: string): boolean {
  return text.length <= WIDTH;
}

function count(text: string, character: string): number {
  return text.split(character).length - 1;
}
