/** What arrives is what Zod's own parse gives, for every type that has a layout. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { describeTopology } from '../../schema/describe.js';
import { issuesIn } from '../../schema/issues.js';
import { planTopology } from '../../schema/plan.js';
import catalogue from '../golden/catalogue/schema.js';
import { seed, valueFor } from './arbitraries.js';
import { compileCodec, dirtyMemory } from './compile.js';

const { descriptor, faults } = describeTopology(catalogue);
const plan = planTopology(descriptor, { schema: '../schema.ts', modulePath: (handler) => handler });

describe(`a message of the catalogue (SN_SEED=${seed})`, () => {
  it('has no faults', () => {
    expect(faults).toEqual([]);
  });

  it.each(plan.messages.map((message) => [message.name, message] as const))('%s', async (name, message) => {
    const schema = catalogue.messages[name as keyof typeof catalogue.messages] as unknown as z.ZodType;
    const codec = await compileCodec(message);
    const memory = dirtyMemory(codec.byteLength + 16);
    let carried = 0;
    fc.assert(
      fc.property(valueFor(message.fields), (value) => {
        // Text has a limit in bytes here and one in characters there.
        const sent = z.safeEncode(schema, value);
        if (!sent.success) return;
        expect(issuesIn(schema, value)).toEqual([]);
        codec.encode(value, memory, 16);
        expect(codec.decode(memory, 16)).toEqual(schema.parse(sent.data));
        carried += 1;
      }),
      { seed, numRuns: 4000 },
    );
    expect(carried).toBeGreaterThan(200);
  });
});
