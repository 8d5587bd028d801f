import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { inspectMessage } from '../../generator/inspect.js';
import { LINE_BYTES, laneByteLength, SLOTS_OFFSET_BYTES } from '../../runtime/lane-layout.js';
import {
  ascii,
  bool,
  call,
  list,
  roundRobin,
  since,
  topology,
  u8,
  u16,
  u32,
  utf8,
  worker,
} from '../../schema/index.js';
import { LANE_ALIGN_BYTES, LANE_HEADER_BYTES } from '../../schema/links.js';
import { ROOT } from '../house/sources.js';
import { planOf, planOfFields } from './planned.js';
import { HANDLER, makeProject, SCHEMA } from './project.js';
import { runInProcess as run } from './run-command.js';

function inspected(fields: z.core.$ZodLooseShape) {
  const plan = planOfFields(fields);
  const [message] = plan.messages;
  if (message === undefined) throw new Error('no message');
  return inspectMessage(plan, message);
}

describe('inspectMessage', () => {
  it('counts offsets of nested fields from the record, and of items from the item', () => {
    const { rows } = inspected({
      at: z.object({ x: u32(), y: u32() }),
      legs: list(z.object({ to: ascii(3), isLate: bool() }), 2),
    });
    expect(rows.map(({ path, offsetBytes, inItem }) => [path, offsetBytes, inItem])).toEqual([
      ['at', 0, false],
      ['at.x', 0, false],
      ['at.y', 4, false],
      ['legs', 8, false],
      ['legs[]', 0, true],
      ['legs[].to', 0, true],
      ['legs[].isLate', 4, true],
      ['legs (count)', 24, false],
    ]);
  });

  it('places bits by byte and number', () => {
    const { rows } = inspected({
      a: u8(),
      b: bool(),
      c: z.array(u8()).length(1).nullish(),
      d: bool().optional(),
    });
    const bits = rows.flatMap(({ path, bits: of }) => (of === undefined ? [] : [[path, of]]));
    expect(bits).toEqual([
      ['b', { offsetBytes: 2, bit: 0, count: 1 }],
      ['c', { offsetBytes: 2, bit: 1, count: 2 }],
      ['d', { offsetBytes: 2, bit: 3, count: 2 }],
    ]);
  });

  it('finds padding at the end, behind text and inside of items', () => {
    expect(inspected({ a: ascii(4), b: u8() }).padding).toEqual([
      { offsetBytes: 5, byteLength: 3 },
      { offsetBytes: 9, byteLength: 7 },
    ]);
    expect(inspected({ a: list(z.object({ b: u32(), c: u8() }), 2) }).padding).toEqual([
      { offsetBytes: 5, byteLength: 3 },
      { offsetBytes: 13, byteLength: 3 },
      { offsetBytes: 17, byteLength: 7 },
    ]);
    expect(inspected({ a: u32(), b: u32() }).padding).toEqual([]);
  });

  it('takes no byte of an option for padding that another option uses', () => {
    const { padding } = inspected({
      a: z.discriminatedUnion('by', [
        z.object({ by: z.literal(1), b: u8() }),
        z.object({ by: z.literal(2), b: u32() }),
      ]),
    });
    expect(padding).toEqual([{ offsetBytes: 5, byteLength: 3 }]);
  });

  it.each([
    [{ a: u8(), b: z.number(), c: u8(), d: z.number(), e: u8(), f: z.number() }, 32, 48],
    [{ a: z.number(), b: u32() }, 16, 16],
    [{ a: bool(), b: bool(), c: u16(), d: u32().optional() }, 8, 16],
    [{ a: u8(), b: z.object({ c: u8(), d: u32(), e: u8() }), f: u32() }, 16, 24],
    [{ a: u8(), b: list(z.object({ c: u8(), d: u16(), e: u8() }), 3) }, 16, 24],
  ])('says what %j would take in the order written', (fields, packed, unpacked) => {
    const { message, unpackedBytes } = inspected(fields);
    expect([message.byteLength, unpackedBytes]).toEqual([packed, unpacked]);
  });

  it('finds the bits of each version in the version, and no padding in them', () => {
    const { rows, owners, padding } = inspected({
      a: bool(),
      b: since(2, bool().optional()),
      c: since(3, u8().nullable()),
    });
    expect(rows.map(({ path, bits: of, since: version }) => [path, of?.offsetBytes, version])).toEqual([
      ['a', 0, undefined],
      ['b', 8, 2],
      ['c', 17, 3],
    ]);
    expect([0, 8, 16, 17].map((byte) => owners[byte])).toEqual(['bits', 'bits', 'c', 'bits']);
    expect(padding.map(({ byteLength }) => byteLength)).toEqual([7, 7, 6]);
  });

  it("tells a lane by the runtime's measure", () => {
    expect([LANE_HEADER_BYTES, LANE_ALIGN_BYTES]).toEqual([SLOTS_OFFSET_BYTES, LINE_BYTES]);
    const [inbox] = inspected({ a: utf8(100) }).inboxes;
    expect(inbox).toEqual({
      inbox: 'w',
      tag: 0,
      strideBytes: 112,
      unusedBytes: 0,
      capacitySlots: 1024,
      laneBytes: laneByteLength(1024, 112),
    });
  });

  it('counts the number in front of a request', () => {
    const calls = { c: call(z.object({ a: u32() }), z.object({ b: u32() })) };
    const w = worker({ handler: './w.ts', answers: { c: roundRobin() } });
    const plan = planOf(topology({ messages: {}, calls, workers: { w } }));
    const request = plan.messages.find(({ name }) => name === plan.calls?.[0]?.request);
    if (request === undefined) throw new Error('the request is no message');
    expect(inspectMessage(plan, request).inboxes).toMatchObject([{ strideBytes: 24, unusedBytes: 0 }]);
  });

  it('tells of what lies in the tail where it stands in the record', () => {
    const { message, rows, owners, inboxes } = inspected({ a: u32(), b: utf8(5000), c: list(u32(), 5000) });
    expect(
      rows.map(({ path, type, offsetBytes, byteLength }) => [path, type, offsetBytes, byteLength]),
    ).toEqual([
      ['a', 'u32', 0, 4],
      ['b', 'utf8(5000) in the tail', 4, 8],
      ['b (place)', 'i32', 4, 4],
      ['b (count)', 'u32', 8, 4],
      ['c', 'array of up to 5000 in the tail', 12, 8],
      ['c (place)', 'i32', 12, 4],
      ['c[]', 'u32', 0, 4],
      ['c (count)', 'u32', 16, 4],
    ]);
    expect(owners.filter((owner) => owner === 'c').length).toBe(8);
    const [inbox] = inboxes;
    expect(message.tailMaxBytes).toBeGreaterThan(25_000);
    expect(inbox?.laneBytes).toBe(laneByteLength(1024, inbox?.strideBytes ?? 0, inbox?.ringBytes));
  });
});

describe('sn-gen inspect', () => {
  it.each(['examples/flights', 'test/golden/catalogue', 'test/golden/growth'])('shows %s', async (folder) => {
    const { code, stdout, stderr } = await run(['inspect', `${ROOT}${folder}/schema.ts`]);
    expect([code, stderr]).toEqual([0, '']);
    expect(stdout.split('\n').every((line) => line === line.trimEnd())).toBe(true);
    expect(stdout).toMatchSnapshot();
  });

  it('shows one message, and writes no file', async () => {
    const project = makeProject({ 'schema.ts': SCHEMA, 'delays.ts': HANDLER });
    const before = project.snapshot();
    const { code, stdout } = await run(['inspect', project.path('schema.ts'), '--message', 'Flight']);
    expect(code).toBe(0);
    expect(stdout).toMatch(/^Flight {2}8 bytes\n/);
    expect(stdout).not.toContain('Delay ');
    expect(project.snapshot()).toEqual(before);
  });

  it("gives the plan's data as JSON", async () => {
    const project = makeProject({ 'schema.ts': SCHEMA, 'delays.ts': HANDLER });
    const { stdout } = await run(['inspect', project.path('schema.ts'), '--json', '--message=Delay']);
    expect(JSON.parse(stdout)).toMatchObject({
      schema: '../schema.ts',
      version: 1,
      messages: [
        {
          name: 'Delay',
          byteLength: 16,
          fields: [
            { name: 'airport', offsetBytes: 8 },
            { name: 'mean', offsetBytes: 0 },
          ],
          rows: [{ path: 'airport' }, { path: 'mean' }],
          padding: [{ offsetBytes: 12, byteLength: 4 }],
          paddingBytes: 4,
          unpackedBytes: 16,
          inboxes: [{ inbox: 'main', tag: 0, strideBytes: 24 }],
        },
      ],
    });
  });

  it('exits 1 with all faults of a faulty schema', async () => {
    const project = makeProject({ 'schema.ts': SCHEMA.replace('z.int32()', 'z.any()') });
    const { code, stdout, stderr } = await run(['inspect', project.path('schema.ts')], project.folder);
    expect([code, stdout]).toEqual([1, '']);
    expect(stderr).toMatch(/SN1012 .*Flight\.delayMinutes/);
    expect(stderr).toMatch(/SN1007 .*delays\.handler/);
  });

  it('shows what each link takes and all of them, but not beside one message', async () => {
    const schema = `${ROOT}test/golden/telemetry/schema.ts`;
    const { stdout } = await run(['inspect', schema]);
    expect(stdout.slice(stdout.indexOf('links '))).toMatchSnapshot();
    expect((await run(['inspect', schema, '--message', 'Sample'])).stdout).not.toContain('links ');
    const { memory } = JSON.parse((await run(['inspect', schema, '--json'])).stdout);
    expect(memory.links[0]).toMatchObject({ from: 'main', fromInstances: 1, lanes: expect.any(Number) });
    const sum = memory.links.reduce(
      (total: number, link: { readonly byteLength: number }) => total + link.byteLength,
      0,
    );
    expect(memory.byteLength).toBe(sum);
    expect((await run(['inspect', schema, '--json', '--message=Sample'])).stdout).not.toContain('"memory"');
  });

  it('SN1074: exits 2 on a message that there is not, and names the near one', async () => {
    const project = makeProject({ 'schema.ts': SCHEMA, 'delays.ts': HANDLER });
    const result = await run(['inspect', project.path('schema.ts'), '--message', 'Fligt']);
    expect(result).toEqual({
      code: 2,
      stdout: '',
      stderr: 'SN1074 --message: the schema has no message "Fligt"\nhelp: did you mean \'Flight\'?\n',
    });
  });

  it('colours on a terminal only', async () => {
    const project = makeProject({ 'schema.ts': SCHEMA, 'delays.ts': HANDLER });
    const args = ['inspect', project.path('schema.ts')];
    expect((await run(args, project.folder, true)).stdout).toContain('\u001b[1mFlight');
    expect((await run(args, project.folder)).stdout).not.toContain('\u001b');
  });

  it.each([
    [[], 'name the schema file, such as sn-gen inspect schema.ts'],
    [['a.ts', 'b.ts'], 'one schema at a time'],
    [['a.ts', '--out='], '--out must name a folder'],
    [['a.ts', '--wat'], "Unknown option '--wat'"],
  ])('exits 2 on the command line %j and shows how to use it', async (args, problem) => {
    const { code, stdout, stderr } = await run(['inspect', ...args]);
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toContain(problem);
    expect(stderr).toContain('Usage: sn-gen inspect');
  });

  it('shows its usage', async () => {
    expect(await run(['inspect', '--help'])).toMatchObject({
      code: 0,
      stdout: expect.stringContaining('--message'),
    });
  });
});
