import { describe, expect, it } from 'vitest';
import { formatFaults, sortByPlace } from '../../generator/diagnostics.js';
import { GENERATOR_FAULT_MEANINGS, type PlacedFault } from '../../generator/faults.js';
import { FAULT_MEANINGS } from '../../schema/faults.js';

const SOURCES = new Map([
  ['/p/schema.ts', 'one\n\tconst Flight = z.object({\n  origin: z.any(),\n});\n'],
  ['/p/delays.ts', 'export {};\n'],
]);
const OPTIONS = { cwd: '/p', colors: false };

function fault(over: Partial<PlacedFault> = {}): PlacedFault {
  return {
    code: 'SN1012',
    path: ['messages', 'Flight', 'origin'],
    place: { file: '/p/schema.ts', line: 3, column: 3, length: 6 },
    problem: 'no layout',
    help: 'use ascii(3)',
    ...over,
  };
}

describe('formatFaults', () => {
  it('shows code, place, subject, a frame with carets, and the help', () => {
    expect(formatFaults([fault()], SOURCES, OPTIONS)).toBe(
      [
        'SN1012 schema.ts:3:3 Flight.origin: no layout',
        '  2 | \tconst Flight = z.object({',
        '> 3 |   origin: z.any(),',
        '    |   ^^^^^^',
        '  4 | });',
        'help: use ascii(3)',
        '',
        '1 fault in schema.ts; nothing was written.',
      ].join('\n'),
    );
  });

  it('keeps tabs before the carets, and stays on the line', () => {
    const place = { file: '/p/schema.ts', line: 2, column: 2, length: 500 };
    expect(formatFaults([fault({ place })], SOURCES, OPTIONS)).toContain(
      `> 2 | \tconst Flight = z.object({\n    | \t${'^'.repeat('const Flight = z.object({'.length)}\n`,
    );
  });

  it('names the files of all faults in the last line', () => {
    const inHandler = fault({
      code: 'SN1009',
      path: [],
      place: { file: '/p/delays.ts', line: 1, column: 1, length: 1 },
    });
    const text = formatFaults([fault(), fault(), inHandler], SOURCES, OPTIONS);
    expect(text).toContain('SN1009 delays.ts:1:1 no layout\n> 1 | export {};\n');
    expect(text.endsWith('3 faults in schema.ts and delays.ts; nothing was written.')).toBe(true);
  });

  it('does without a frame where there is no source', () => {
    const place = { file: '/p/gone.ts', line: 1, column: 1, length: 1 };
    expect(formatFaults([fault({ place })], SOURCES, OPTIONS)).toMatch(/^SN1012 gone.ts:1:1 .*\nhelp: /);
  });

  it('lets no control character of a schema reach the terminal', () => {
    const sources = new Map([['/p/schema.ts', `const a = '\u001b[2J\u202e';`]]);
    const hostile = fault({
      path: ['messages', '\u001b[2J'],
      problem: 'bad \u001b]0;x\u0007',
      place: { file: '/p/schema.ts', line: 1, column: 1, length: 5 },
    });
    // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what must not be there.
    expect(formatFaults([hostile], sources, OPTIONS)).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u202e]/);
  });

  it('colours only when asked to', () => {
    expect(formatFaults([fault()], SOURCES, { cwd: '/p', colors: true })).toContain(
      '\u001b[31mSN1012\u001b[39m',
    );
    expect(formatFaults([fault()], SOURCES, OPTIONS)).not.toContain('\u001b');
  });

  it('cuts a line that would fill the screen', () => {
    const sources = new Map([['/p/schema.ts', 'x'.repeat(5000)]]);
    const place = { file: '/p/schema.ts', line: 1, column: 4000, length: 5 };
    expect(formatFaults([fault({ place })], sources, OPTIONS).length).toBeLessThan(400);
  });
});

describe('sortByPlace', () => {
  it('puts the schema first, then files, lines and columns in order, and equal faults once', () => {
    const at = (file: string, line: number, column: number) =>
      fault({ place: { file, line, column, length: 1 } });
    const sorted = sortByPlace(
      [at('/p/a.ts', 1, 1), at('/p/schema.ts', 2, 9), at('/p/schema.ts', 2, 3), at('/p/schema.ts', 2, 9)],
      '/p/schema.ts',
    );
    expect(sorted.map(({ place }) => `${place.file}:${place.line}:${place.column}`)).toEqual([
      '/p/schema.ts:2:3',
      '/p/schema.ts:2:9',
      '/p/a.ts:1:1',
    ]);
  });
});

describe('fault codes', () => {
  it('mean one thing each', () => {
    const shared = Object.keys(GENERATOR_FAULT_MEANINGS).filter((code) => code in FAULT_MEANINGS);
    expect(shared).toEqual([]);
  });
});
