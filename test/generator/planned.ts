/** Plans of small topologies, for tests of what is made of plans. */
import { z } from 'zod';
import { describeTopology } from '../../schema/describe.js';
import { broadcast, topology, worker } from '../../schema/index.js';
import { planTopology, type TopologyPlan } from '../../schema/plan.js';

/** The plan of whatever `topology()` gives. */
export function planOf(declared: unknown): TopologyPlan {
  const { descriptor, faults } = describeTopology(declared);
  if (faults.length > 0) throw new Error(JSON.stringify(faults));
  return planTopology(descriptor, { schema: '../schema.ts', handlerPath: (handler) => `../${handler}` });
}

/** A topology of one message `M` with these fields. */
export function planOfFields(fields: z.core.$ZodLooseShape): TopologyPlan {
  const M = z.object(fields) as z.ZodObject;
  const w = worker({ handler: './w.ts', receives: { M: broadcast() } });
  return planOf(topology({ messages: { M }, workers: { w } }));
}
