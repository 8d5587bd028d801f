/** Plans of small topologies, for tests of what is made of plans. */
import { z } from 'zod';
import { SnError } from '../../runtime/errors.js';
import { codecIdentity, relationOf } from '../../runtime/identity.js';
import { describeTopology } from '../../schema/describe.js';
import { broadcast, topology, worker } from '../../schema/index.js';
import { type MessagePlan, planTopology, type TopologyPlan } from '../../schema/plan.js';

/** The plan of whatever `topology()` gives. */
export function planOf(declared: unknown): TopologyPlan {
  const { descriptor, faults } = describeTopology(declared);
  if (faults.length > 0) throw new Error(JSON.stringify(faults));
  return planTopology(descriptor, { schema: '../schema.ts', modulePath: (handler) => `../${handler}` });
}

/** A topology of one message `M` with these fields. */
export function planOfFields(fields: z.core.$ZodLooseShape): TopologyPlan {
  const M = z.object(fields) as z.ZodObject;
  const w = worker({ handler: './w.ts', receives: { M: broadcast() } });
  return planOf(topology({ messages: { M }, workers: { w } }));
}

/** Whether the runtime lets a reader attach to a writer, whose codecs are of these plans. */
export function interoperate(writer: MessagePlan, reader: MessagePlan): boolean {
  try {
    relationOf(codecIdentity(writer), codecIdentity(reader));
    return true;
  } catch (error) {
    if (error instanceof SnError && error.code === 'SN_SCHEMA_MISMATCH') return false;
    throw error;
  }
}
