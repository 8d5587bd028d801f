/**
 * Imports: collected while a file is emitted, printed once it is known what it uses.
 */
import { line } from './text.js';

/** Numbers in names are compared with as many digits. */
const NUMBER_DIGITS = 16;

interface Names {
  readonly values: Set<string>;
  readonly types: Set<string>;
}

export class Imports {
  readonly #modules = new Map<string, Names>();
  readonly #own: string | undefined;

  /** @param own - the emitted module itself, as others import it: what it defines it needs not import. */
  constructor(own?: string) {
    this.#own = own;
  }

  /** Uses a value of `sn-gen/runtime`. @returns its name. */
  runtime(name: string): string {
    return this.value('sn-gen/runtime', name);
  }

  runtimeType(name: string): string {
    return this.type('sn-gen/runtime', name);
  }

  /** Uses a value of the emitted `messages.ts`. @returns its name. */
  message(name: string): string {
    return this.value('./messages.js', name);
  }

  messageType(name: string): string {
    return this.type('./messages.js', name);
  }

  value(module: string, name: string): string {
    const names = this.#of(module);
    names.values.add(name);
    names.types.delete(name);
    return name;
  }

  type(module: string, name: string): string {
    const names = this.#of(module);
    if (!names.values.has(name)) names.types.add(name);
    return name;
  }

  /** The import statements: packages first, then files, each in the order of its name. */
  toString(): string {
    return [...this.#modules]
      .filter(([module]) => module !== this.#own)
      .sort(([a], [b]) => order(a).localeCompare(order(b), 'en'))
      .map(([module, names]) => emitImport(module, names))
      .join('\n');
  }

  #of(module: string): Names {
    let names = this.#modules.get(module);
    if (names === undefined) {
      names = { values: new Set(), types: new Set() };
      this.#modules.set(module, names);
    }
    return names;
  }
}

/** As an import names a TypeScript file, so that `tsc` needs no option for it. */
export function moduleOf(file: string): string {
  return file.replace(/\.([cm]?)ts(x?)$/, '.$1js$2');
}

/** Biome sorts `node:` first, then packages, then relative paths. */
function order(module: string): string {
  if (module.startsWith('node:')) return `0${module}`;
  return module.startsWith('.') ? `2${module}` : `1${module}`;
}

function emitImport(module: string, { values, types }: Names): string {
  const isTypeOnly = values.size === 0;
  const items = [...values, ...[...types].map((name) => (isTypeOnly ? name : `type ${name}`))].sort(byName);
  return line(
    0,
    isTypeOnly ? 'import type ' : 'import ',
    { open: '{', items, close: '}' },
    ` from '${module}';`,
  );
}

/** Biome's order of imported names, by what they are called here: letter by letter, a capital before its small letter, numbers by value; `type` does not count. */
export function byName(a: string, b: string): number {
  const [x, y] = [sortKey(a), sortKey(b)];
  if (x === y) return 0;
  return x < y ? -1 : 1;
}

function sortKey(item: string): string {
  return item
    .replace(/^type /, '')
    .replace(/^\S+ as /, '')
    .replace(/\d+/g, (number) => number.padStart(NUMBER_DIGITS, '0'))
    .replace(/[A-Za-z]/g, (letter) => {
      const small = letter.toLowerCase();
      return letter === small ? `${small}1` : `${small}0`;
    });
}
