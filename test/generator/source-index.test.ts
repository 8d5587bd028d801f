import { describe, expect, it } from 'vitest';
import type { LocalModules } from '../../generator/load.js';
import { indexSources } from '../../generator/source-index.js';
import { loadTypeScript } from '../../generator/typescript.js';
import type { FieldDescriptor, TopologyDescriptor } from '../../schema/descriptor.js';

/** An index over files given by name; relative imports lead to the file of that name. */
function index(files: Readonly<Record<string, string>>) {
  const names = Object.keys(files);
  const imports = new Map(names.map((name) => [`./${name.replace('.ts', '')}`, `/p/${name}`]));
  const modules: LocalModules = new Map(
    Object.entries(files).map(([name, text]) => [`/p/${name}`, { text, imports }]),
  );
  return indexSources(loadTypeScript(), modules, '/p/schema.ts');
}

/** What stands at a place, and where that is. */
function at(files: Readonly<Record<string, string>>, ...path: readonly string[]): string {
  const { file, line, column, length } = index(files).locate(path);
  const name = file.slice('/p/'.length);
  const text = files[name]?.split('\n')[line - 1]?.slice(column - 1, column - 1 + length);
  return `${name}:${line}:${column} ${text}`;
}

const INLINE = {
  'schema.ts': `export default topology({
  messages: {
    Flight: z.object({
      origin: ascii(3),
      position: z.object({ lat: z.float64() }),
    }),
  },
  workers: {
    delays: worker({
      handler: './delays.ts',
      instances: 0,
      receives: { Flight: hash('orgin'), Report: hash(['a', 'b']) },
      sends: { main: ['Delay'] },
    }),
  },
});`,
};

describe('locate', () => {
  it('finds what is written in one piece', () => {
    expect(at(INLINE, 'messages')).toBe('schema.ts:2:3 messages');
    expect(at(INLINE, 'messages', 'Flight')).toBe('schema.ts:3:5 Flight');
    expect(at(INLINE, 'messages', 'Flight', 'origin')).toBe('schema.ts:4:7 origin');
    expect(at(INLINE, 'messages', 'Flight', 'position', 'lat')).toBe('schema.ts:5:28 lat');
    expect(at(INLINE, 'workers', 'delays', 'receives', 'Flight')).toBe('schema.ts:12:19 Flight');
    expect(at(INLINE, 'workers', 'delays', 'sends', 'main')).toBe('schema.ts:13:16 main');
  });

  it('points at plain values and at elements of lists themselves', () => {
    expect(at(INLINE, 'workers', 'delays', 'handler')).toBe("schema.ts:10:16 './delays.ts'");
    expect(at(INLINE, 'workers', 'delays', 'instances')).toBe('schema.ts:11:18 0');
    expect(at(INLINE, 'workers', 'delays', 'sends', 'main', 'Delay')).toBe("schema.ts:13:23 'Delay'");
    expect(at(INLINE, 'workers', 'delays', 'receives', 'Flight', 'orgin')).toBe("schema.ts:12:32 'orgin'");
    expect(at(INLINE, 'workers', 'delays', 'receives', 'Report', 'b')).toBe("schema.ts:12:61 'b'");
  });

  it('looks through message() into its schema and its options', () => {
    const files = {
      'schema.ts': `const Flight = z.object({ origin: ascii(3) });
export default topology({
  messages: { Flight: message(Flight, { validate: 3 }) },
});`,
    };
    expect(at(files, 'messages', 'Flight')).toBe('schema.ts:3:15 Flight');
    expect(at(files, 'messages', 'Flight', 'origin')).toBe('schema.ts:1:27 origin');
    expect(at(files, 'messages', 'Flight', 'validate')).toBe('schema.ts:3:51 3');
  });

  it('falls back to the nearest enclosing place', () => {
    expect(at(INLINE, 'messages', 'Flight', 'nothing', 'deeper')).toBe('schema.ts:3:5 Flight');
    expect(at(INLINE, 'workers', 'delays', 'capacity')).toBe('schema.ts:9:5 delays');
    expect(at({ 'schema.ts': 'export default make();' }, 'messages', 'A')).toBe('schema.ts:1:16 make()');
    expect(at({ 'schema.ts': '' }, 'messages')).toBe('schema.ts:1:1 ');
  });

  it('follows variables, shorthands, and what is chained behind an object', () => {
    const files = {
      'schema.ts': `const Position = z.object({ lat: z.float64() }).meta({ lat: 1 });
const Flight = z.strictObject({ origin: ascii(3), position: Position }).describe('x').meta({ origin: 1 });
const delays = worker({ handler: './d.ts' });
const workers = { delays } as const;
const declared = { messages: { Flight, Renamed: Flight }, workers } satisfies object;
const made = topology(declared);
export { made as default };`,
    };
    expect(at(files, 'messages', 'Flight')).toBe('schema.ts:2:7 Flight');
    expect(at(files, 'messages', 'Renamed')).toBe('schema.ts:5:40 Renamed');
    expect(at(files, 'messages', 'Renamed', 'origin')).toBe('schema.ts:2:33 origin');
    expect(at(files, 'messages', 'Flight', 'position', 'lat')).toBe('schema.ts:1:29 lat');
    expect(at(files, 'workers', 'delays', 'handler')).toBe("schema.ts:3:34 './d.ts'");
  });

  it('follows extensions, merges, spreads and shapes; what comes last wins', () => {
    const files = {
      'schema.ts': `const Base = z.object({ id: u32(), at: z.date() });
const common = { tag: ascii(4) };
const A = Base.extend({ id: u8() });
const B = z.object({ id: u16(), ...Base.shape, ...common });
const C = Base.merge(z.object({ more: bool() })).optional();
export default topology({ messages: { A, B, C, ...{ D: Base } } });`,
    };
    expect(at(files, 'messages', 'A', 'id')).toBe('schema.ts:3:25 id');
    expect(at(files, 'messages', 'A', 'at')).toBe('schema.ts:1:36 at');
    expect(at(files, 'messages', 'B', 'id')).toBe('schema.ts:1:25 id');
    expect(at(files, 'messages', 'B', 'tag')).toBe('schema.ts:2:18 tag');
    expect(at(files, 'messages', 'C', 'more')).toBe('schema.ts:5:33 more');
    expect(at(files, 'messages', 'D')).toBe('schema.ts:6:53 D');
  });

  it('follows imports: named, renamed, default, whole modules and re-exports', () => {
    const files = {
      'schema.ts': `import { Flight, Trade as Deal, Late } from './barrel';
import def from './default';
import * as all from './flight';
export default topology({ messages: { Flight, Deal, def, X: all.Flight, Late, ...all } });`,
      'barrel.ts': `export * from './flight';
export { Inner as Trade } from './trade';
import { Inner } from './trade';
export { Inner as Late };`,
      'flight.ts': 'export const Flight = z.object({ origin: ascii(3) });',
      'trade.ts': 'const Inner = z.object({ price: f64() });\nexport { Inner };',
      'default.ts': 'const it = z.object({ a: u8() });\nexport default it;',
    };
    expect(at(files, 'messages', 'Flight', 'origin')).toBe('flight.ts:1:34 origin');
    expect(at(files, 'messages', 'Deal', 'price')).toBe('trade.ts:1:26 price');
    expect(at(files, 'messages', 'Late', 'price')).toBe('trade.ts:1:26 price');
    expect(at(files, 'messages', 'def', 'a')).toBe('default.ts:1:23 a');
    expect(at(files, 'messages', 'X', 'origin')).toBe('flight.ts:1:34 origin');
  });

  it('takes quoted, computed and hostile names', () => {
    const names = ['a-b', 'c d', '3', '__proto__', '*/'];
    const files = {
      'schema.ts': `export default topology({ messages: {
  'a-b': 1, ['c d']: 2, 3: 3, "__proto__": 4, '*/': 5 } });`,
    };
    expect(names.map((name) => at(files, 'messages', name))).toEqual([
      'schema.ts:2:10 1',
      'schema.ts:2:22 2',
      'schema.ts:2:28 3',
      'schema.ts:2:44 4',
      'schema.ts:2:53 5',
    ]);
    expect(at(files, 'messages', 'constructor')).toBe('schema.ts:1:27 messages');
  });

  it('stops on names that lead in circles', () => {
    const files = { 'schema.ts': 'const a = b;\nconst b = { ...a, ...b };\nexport default topology(a);' };
    expect(at(files, 'messages', 'A')).toBe('schema.ts:3:16 topology(a)');
  });
});

describe('docs', () => {
  const field = (name: string, fields?: FieldDescriptor[]): FieldDescriptor => ({
    name,
    type: fields === undefined ? { kind: 'u8' } : { kind: 'object', fields },
  });

  it('collects comments of messages, fields and workers, without their marks', () => {
    const topology: TopologyDescriptor = {
      messages: [
        {
          name: 'Flight',
          fields: [field('origin'), field('position', [field('lat')]), field('bare'), field('old')],
        },
        { name: 'Other', fields: [] },
      ],
      calls: [],
      workers: [
        {
          name: 'delays',
          handler: './d.ts',
          instances: 1,
          capacitySlots: 8,
          receives: [],
          answers: [],
          sends: [],
        },
      ],
    };
    const docs = index({
      'schema.ts': `/** The header of the file. */

import { z } from 'zod';
/** Where it is. */
const Position = z.object({
  /**
   * Degrees north.
   *
   *     - indented
   * @deprecated use \`*\\/\`
   */
  lat: f64(),
});
/** One flight. */
export const Flight = z.object({
  /** IATA code. */ origin: ascii(3),
  position: Position,
  /* no doc comment */
  bare: u8(),
  /** far */
  /** near */
  old: u8(),
});
export default topology({
  messages: { Flight, /** */ Other: z.object({}) },
  workers: {
    /** Adds up. */
    delays: worker({}),
  },
});`,
    }).docs(topology);
    expect(Object.fromEntries(docs)).toEqual({
      'messages.Flight': 'One flight.',
      'messages.Flight.origin': 'IATA code.',
      'messages.Flight.position': 'Where it is.',
      'messages.Flight.position.lat': 'Degrees north.\n\n    - indented\n@deprecated use `*\\/`',
      'messages.Flight.old': 'near',
      'workers.delays': 'Adds up.',
    });
  });
});

describe('docs of a message with options', () => {
  it('are those of its schema', () => {
    const fields: readonly FieldDescriptor[] = [{ name: 'origin', type: { kind: 'u8' } }];
    const topology = { messages: [{ name: 'Flight', fields }], calls: [], workers: [] };
    const docs = index({
      'schema.ts': `/** One flight. */
const Flight = z.object({
  /** IATA code. */
  origin: u8(),
});
export default topology({ messages: { Flight: message(Flight, { validate: true }) } });`,
    }).docs(topology);
    expect(Object.fromEntries(docs)).toEqual({
      'messages.Flight': 'One flight.',
      'messages.Flight.origin': 'IATA code.',
    });
  });
});

describe('docs of a call', () => {
  it('are those of its request and its response, wherever they stand', () => {
    const fields: readonly FieldDescriptor[] = [{ name: 'airport', type: { kind: 'u8' } }];
    const topology = {
      messages: [
        { name: 'MeanOfRequest', fields },
        { name: 'MeanOfResponse', fields },
      ],
      calls: [{ name: 'meanOf', request: 'MeanOfRequest', response: 'MeanOfResponse' }],
      workers: [],
    };
    const docs = index({
      'schema.ts': `/** What comes back. */
const Mean = z.object({
  /** Of the response. */
  airport: u8(),
});
const meanOf = call(
  z.object({
    /** Of the request. */
    airport: u8(),
  }),
  Mean,
);
export default topology({
  calls: {
    /** Asks for a mean. */
    meanOf,
  },
});`,
    }).docs(topology);
    expect(Object.fromEntries(docs)).toEqual({
      'calls.meanOf': 'Asks for a mean.',
      'messages.MeanOfRequest.airport': 'Of the request.',
      'messages.MeanOfResponse': 'What comes back.',
      'messages.MeanOfResponse.airport': 'Of the response.',
    });
  });
});

describe('duplicates', () => {
  it('SN1006: finds messages, workers and fields of one name, each at its later place', () => {
    const faults = index({
      'schema.ts': `const Flight = z.object({ a: u8(), 'a': u16() });
const declared = {
  messages: { Flight, Flight: z.object({}) },
  workers: {
    delays: worker({ handler: './a.ts' }),
    delays: worker({ handler: './b.ts' }),
  },
};
export default topology(declared);`,
    }).duplicates();
    expect(
      faults.map(({ code, path, place }) => `${code} ${place.line}:${place.column} ${path.join('.')}`),
    ).toEqual(['SN1006 3:23 messages.Flight', 'SN1006 6:5 workers.delays']);
    expect(faults[0]?.problem).toBe(
      'this message is declared on line 3 already; JavaScript would keep only the last',
    );
    expect(faults[1]?.problem).toContain('this worker is declared on line 5 already');
  });

  it('SN1006: finds fields of one name also in other files', () => {
    const faults = index({
      'schema.ts': `import { Flight } from './flight';\nexport default topology({ messages: { Flight } });`,
      'flight.ts': 'export const Flight = z.object({\n  a: u8(),\n  a: u16(),\n});',
    }).duplicates();
    expect(faults).toMatchObject([
      { path: ['messages', 'Flight', 'a'], place: { file: '/p/flight.ts', line: 3 } },
    ]);
  });

  it('takes an overriding extension or spread for what it is', () => {
    const faults = index({
      'schema.ts': `const Base = z.object({ a: u8() });
export default topology({ messages: { A: Base.extend({ a: u16() }), ...{ A: Base } } });`,
    }).duplicates();
    expect(faults).toEqual([]);
  });
});
