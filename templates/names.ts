/**
 * Names: keeps what the emitted code names after a schema apart from what it names itself.
 */

/** Globals that the emitted messages use; a local or type of this name would hide them. */
export const EMITTED_GLOBALS = [
  'Array',
  'ArrayBufferLike',
  'BigInt',
  'BigInt64Array',
  'BigUint64Array',
  'Codec',
  'CorrelationOption',
  'Date',
  'Float32Array',
  'Float64Array',
  'Int16Array',
  'Int32Array',
  'Int8Array',
  'LaneWriter',
  'Map',
  'Math',
  'Memory',
  'Number',
  'Participant',
  'Record',
  'SendOptions',
  'Set',
  'TraceContext',
  'TraceOption',
  'Uint16Array',
  'Uint32Array',
  'Uint8Array',
] as const;

/** The names taken in one scope of the emitted code. */
export class NameScope {
  readonly #taken: Set<string>;

  constructor(taken: Iterable<string>) {
    this.#taken = new Set(taken);
  }

  /** Takes `wanted`, or, when it is taken, the first of `wanted2`, `wanted3`, ... that is free. */
  claim(wanted: string): string {
    let name = wanted;
    for (let next = 2; this.#taken.has(name); next++) name = `${wanted}${next}`;
    this.#taken.add(name);
    return name;
  }

  /** A scope inside this one, with more names taken. */
  inner(taken: Iterable<string>): NameScope {
    return new NameScope([...this.#taken, ...taken]);
  }
}

export function capitalised(name: string): string {
  return name.slice(0, 1).toUpperCase() + name.slice(1);
}

export function uncapitalised(name: string): string {
  return name.slice(0, 1).toLowerCase() + name.slice(1);
}
