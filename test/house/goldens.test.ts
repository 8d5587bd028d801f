import { join } from 'node:path';
import { generate } from 'sn-gen';
import { describe, expect, it } from 'vitest';
import { ROOT } from './sources.js';

/** Schemas whose whole output is committed. `npm run goldens` writes it anew: read the difference before you commit it. */
const SCHEMAS = [
  'examples/async-io/schema.ts',
  'examples/basic/schema.ts',
  'examples/calls/schema.ts',
  'examples/data-processing/schema.ts',
  'examples/distributed-compute/schema.ts',
  'examples/flights/schema.ts',
  'examples/message-passing/schema.ts',
  'examples/worker-pool/schema.ts',
  'test/golden/async/schema.ts',
  'test/golden/catalogue/schema.ts',
  'test/golden/growth/schema.ts',
  'test/golden/routed/schema.ts',
  'test/golden/telemetry/schema.ts',
  'test/golden/validated/schema.ts',
  'bench/topologies/calls/schema.ts',
  'bench/topologies/orders/schema.ts',
  'bench/topologies/payloads/schema.ts',
  'bench/topologies/quotes/schema.ts',
  'bench/topologies/routes/schema.ts',
  'bench/topologies/tasks/schema.ts',
];

describe('goldens', () => {
  it.each(SCHEMAS)('%s generates exactly what is committed', async (schema) => {
    const { drift, unchanged } = await generate({ schema: join(ROOT, schema), check: true });
    expect(drift).toEqual([]);
    expect(unchanged).toEqual(
      expect.arrayContaining(['index.ts', 'messages.ts', 'pool.ts', 'topology.json']),
    );
  });
});
