import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buildSync } from 'esbuild';
import fc from 'fast-check';
import * as runtime from 'sn-gen/runtime';
import { describe, expect, it } from 'vitest';
import { ENVELOPE_FIELDS, layoutEnvelope } from '../../schema/envelope.js';
import { RUNTIME_HELPERS } from '../../templates/field-kinds.js';
import { EMITTED_GLOBALS } from '../../templates/names.js';
import { message, seed } from './arbitraries.js';
import {
  codecOf,
  compileCodec,
  dirtyMemory,
  emit,
  load,
  messageOf,
  objectOf,
  type PlannedMessage,
} from './compile.js';
import { compiled, formatted, RUNTIME } from './tools.js';

const FLIGHT = messageOf('Flight', {
  origin: { kind: 'ascii', maxLength: 3 },
  delayMinutes: { kind: 'i32' },
  distanceMiles: { kind: 'f64' },
  status: { kind: 'enum', values: ['on time', 'late'] },
  position: objectOf({ x: { kind: 'f64' }, y: { kind: 'f64' } }),
});

/** Every set of fields that an envelope can hold, on messages with and without a tail. */
const ENVELOPES = Array.from({ length: 2 ** ENVELOPE_FIELDS.length }, (_, set): PlannedMessage => {
  const text = { kind: 'utf8', maxBytes: 20 } as const;
  const wanted = ENVELOPE_FIELDS.filter((_name, bit) => (set >> bit) & 1);
  return {
    ...messageOf(`Enveloped${set}`, { text: set % 2 === 0 ? text : { kind: 'tail', type: text } }),
    ...(wanted.length === 0 ? {} : { envelope: layoutEnvelope(wanted) }),
  };
});

/** Every kind, long names, long unions, collisions with what the module names itself. */
const EVERYTHING = [
  FLIGHT,
  messageOf('Report', {}),
  messageOf('lowercase', { nested: objectOf({ flag: { kind: 'bool' }, none: objectOf({}) }) }),
  messageOf('InstrumentReferencePriceUpdateNotification', {
    weightedAveragePriceOfTheLastTradingSession: { kind: 'f64' },
    theNumberOfContractsThatWereTradedToday: { kind: 'i32' },
    counterpartyClassification: objectOf({ identifierOfTheCounterparty: { kind: 'utf8', maxBytes: 300 } }),
  }),
  messageOf('FlightPosition', { value: { kind: 'u8' }, readAscii: { kind: 'i8' }, Number: { kind: 'f64' } }),
  messageOf('readAscii', { text: { kind: 'ascii', maxLength: 3 }, fieldRange: { kind: 'u16' } }),
  messageOf('OneValue', {
    only: { kind: 'enum', values: ['x'] },
    items: { kind: 'list', as: 'array', items: [{ kind: 'enum', values: ['x'] }], max: 2, isExact: false },
    exactly: { kind: 'list', as: 'array', items: [{ kind: 'enum', values: ['x'] }], max: 2, isExact: true },
    entries: {
      kind: 'list',
      as: 'map',
      items: [{ kind: 'u8' }, { kind: 'enum', values: [null] }],
      max: 2,
      isExact: false,
    },
    pair: {
      kind: 'tuple',
      items: [{ kind: 'enum', values: [1] }, objectOf({ kind: { kind: 'enum', values: ['a'] } })],
    },
  }),
  messageOf('Kinds', {
    a: { kind: 'i16' },
    b: { kind: 'u32' },
    c: { kind: 'f32' },
    d: { kind: 'safeInt' },
    e: { kind: 'u64' },
    f: { kind: 'i64' },
    g: { kind: 'date' },
    h: { kind: 'bytes', maxBytes: 9 },
    numbers: { kind: 'enum', values: Array.from({ length: 60 }, (_, index) => index * 7) },
    words: { kind: 'enum', values: Array.from({ length: 30 }, (_, index) => `word number ${index}`) },
    quotes: {
      kind: 'enum',
      values: ["it's", '"', '\\', '\u2028', '\0', '\ud800', '$' + '{1}`', '\'"', '*/', 1e300, -1],
    },
  }),
];

describe('the emitted module', () => {
  it('is formatted as Biome formats it, whatever the layouts', () => {
    const random = fc
      .sample(message, { seed, numRuns: 200 })
      // Biome counts columns and knows wide characters; lines of those may break elsewhere.
      .filter((layout) => /^[\x20-\x7e]*$/.test(JSON.stringify(layout)))
      .slice(0, 60)
      .map((layout, index): PlannedMessage => ({ ...layout, name: `M${index}` }));
    const docs = new Map([['messages.Flight.origin', 'IATA code.\n\n- one\n- two']]);
    const source = emit([...EVERYTHING, ...ENVELOPES, ...random], docs);
    expect(formatted(source)).toBe(source);
  });

  it('compiles under the strictest flags', () => {
    expect(compiled({ 'messages.ts': emit([...EVERYTHING, ...ENVELOPES]), 'use.ts': USE })).toBe('');
  });

  it('leaves nothing in a bundle that uses nothing of it', () => {
    expect(bundled("import './messages.js'; console.log(1);")).toBe('console.log(1);');
  });

  it('leaves only the encoder in a bundle that only encodes', () => {
    const code = bundled("import { encodeFlight } from './messages.js'; console.log(encodeFlight);");
    expect(code).toContain('writeAscii');
    expect(code).not.toMatch(/class \w*View|decode|readAscii|Kinds/);
  });

  it('works when names of fields and messages are those that it uses itself', () => {
    const exports = load(emit(EVERYTHING));
    for (const name of ['FlightCodec', 'FlightPositionCodec', 'readAsciiCodec', 'lowercaseCodec']) {
      expect(exports).toHaveProperty(name);
    }
    const taken = messageOf('M', Object.fromEntries(EMITTED_GLOBALS.map((name) => [name, { kind: 'f64' }])));
    const memory = dirtyMemory(taken.byteLength);
    const value = Object.fromEntries(EMITTED_GLOBALS.map((name, index) => [name, index]));
    codecOf(taken).encode(value, memory, 0);
    expect(codecOf(taken).decode(memory, 0)).toEqual(value);
  });

  it('is the same text for the same plan', () => {
    expect(emit(EVERYTHING)).toBe(emit(structuredClone(EVERYTHING)));
  });
});

describe('sn-gen/runtime', () => {
  it('offers every helper that emitted messages may import', () => {
    expect(Object.keys(runtime)).toEqual(expect.arrayContaining([...RUNTIME_HELPERS]));
  });
});

describe('doc comments', () => {
  it('carry the words of the schema, then layout and place', () => {
    const docs = new Map([
      ['messages.Flight', 'One scheduled flight.'],
      ['messages.Flight.origin', 'IATA code of the airport it left from.'],
      ['messages.Flight.position.x', 'Longitude.'],
    ]);
    const source = emit([FLIGHT], docs);
    expect(source).toContain(
      [
        '/**',
        ' * One scheduled flight.',
        ' *',
        ' * 40 bytes.',
        ' */',
        'export interface Flight {',
        '  /**',
        '   * IATA code of the airport it left from.',
        '   *',
        '   * ascii(3) at byte 24.',
        '   */',
        '  origin: string;',
        '  /** i32 at byte 28. */',
        '  delayMinutes: number;',
      ].join('\n'),
    );
    expect(source).toContain('  /** IATA code of the airport it left from. */\n  get origin(): string {');
    expect(source).toContain('  /** Longitude. */\n  get x(): number {');
  });

  it.each(['*/ alert(1) /*', 'a\u2028*/b', '**//', 'x\r\n*/\r\ny', '@example */'])(
    'cannot be left: %j',
    (words) => {
      const docs = new Map(['messages.Flight', 'messages.Flight.origin'].map((path) => [path, words]));
      const source = emit([FLIGHT], docs);
      expect(Object.keys(load(source))).toEqual(Object.keys(load(emit([FLIGHT]))));
      expect(formatted(source)).toBe(source);
    },
  );
});

describe('hostile names and values', () => {
  it.each([
    'a b',
    'a;b',
    "a'",
    'a\n',
    '',
    '1a',
    'a-b',
    'é',
    'a\u2028',
    '__proto__',
    'constructor',
    'toObject',
  ])('are refused as the name of a field: %j', (name) => {
    const fields = [{ name, type: { kind: 'u8' as const }, offsetBytes: 0, byteLength: 1 }];
    expect(() => emit([{ name: 'M', fields, byteLength: 8, fingerprint: '' }])).toThrow('cannot be the name');
  });

  it('are refused as the name of a message', () => {
    expect(() => emit([{ ...FLIGHT, name: 'M{};alert(1);//' }])).toThrow('cannot be the name');
  });

  it('are enum values like any other', async () => {
    const anyUnits = fc.string({ unit: fc.nat(0xffff).map((code) => String.fromCharCode(code)) });
    await fc.assert(
      fc.asyncProperty(fc.uniqueArray(anyUnits, { minLength: 1 }), async (values) => {
        const codec = await compileCodec(messageOf('M', { f: { kind: 'enum', values } }));
        const memory = dirtyMemory(8);
        for (const f of values) {
          codec.encode({ f }, memory, 0);
          expect(codec.decode(memory, 0)).toEqual({ f });
        }
      }),
      { seed, numRuns: 100 },
    );
  });

  it('leave only visible characters in the source', () => {
    const values = ['\u2028', '\u2029', '\u202e', '\u200b', '\ufeff', '\x1b', '\u0085', '\ud800'];
    const source = emit(
      [messageOf('M', { f: { kind: 'enum', values } })],
      new Map([['messages.M', values.join('')]]),
    );
    for (const value of values) expect(source).not.toContain(value);
  });
});

/** What a user does with the module, and what must be an error for them. */
const USE = `
import { encodeFlight, FlightCodec, type Flight, type FlightPositionView, type FlightView, type Report } from './messages.js';
import { memoryOf } from 'sn-gen/runtime';

const memory = memoryOf(new SharedArrayBuffer(64));
const report: Report = {};
const flight: Flight = { origin: 'EWR', delayMinutes: 1, distanceMiles: 2, status: 'late', position: { x: 1, y: 2 } };
encodeFlight(flight, memory, 0);
const view: FlightView = FlightCodec.view(memory, 0);
const nested: FlightPositionView | unknown = view.position;
const late: 'on time' | 'late' = view.status;
const x: number = view.position.x + view.toObject().position.x;
// @ts-expect-error: a getter has no setter
view.delayMinutes = 1;
// @ts-expect-error: not a value of the enum
flight.status = 'early';
// @ts-expect-error: a field is missing
encodeFlight({ origin: 'EWR' }, memory, 0);
// @ts-expect-error: a report has no fields
const more: Report = { a: 1 };
console.log(report, nested, late, x, more);
`;

function bundled(entry: string): string {
  const folder = mkdtempSync(join(tmpdir(), 'sn-gen-codec-'));
  try {
    writeFileSync(join(folder, 'messages.ts'), emit(EVERYTHING));
    writeFileSync(join(folder, 'package.json'), '{"type":"module"}');
    const { outputFiles } = buildSync({
      stdin: { contents: entry, resolveDir: folder },
      bundle: true,
      write: false,
      format: 'esm',
      alias: { 'sn-gen/runtime': RUNTIME },
    });
    return outputFiles
      .map(({ text }) => text.replace(/^\/\/ .*\n/gm, ''))
      .join('')
      .trim();
  } finally {
    rmSync(folder, { recursive: true });
  }
}
