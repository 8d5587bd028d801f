/** What the tests of `schema/` share: small topologies, and short ways to look at what is described. */
import { roundRobin, topology, worker } from 'sn-gen/schema';
import { z } from 'zod';
import { describeTopology } from '../../schema/describe.js';
import type { FieldDescriptor, TypeDescriptor } from '../../schema/descriptor.js';
import type { Fault } from '../../schema/faults.js';

/** A topology with what a type-checked call would refuse. */
export function untyped(declared: { messages?: unknown; workers?: unknown }) {
  const make = topology as (declared: unknown) => unknown;
  return make({ ...valid(), ...declared });
}

/** Parts of a small topology without faults. */
export function valid() {
  return { messages: { M: z.object({ a: z.int32() }) }, workers: { w: untypedWorker({}) } };
}

export function untypedWorker(options: object): unknown {
  const make = worker as (options: unknown) => unknown;
  return make({ handler: './w.ts', receives: { M: roundRobin() }, ...options });
}

export function faultsOf(declared: { messages?: unknown; workers?: unknown }): readonly Fault[] {
  return describeTopology(untyped(declared)).faults;
}

/** The faults of one field `M.f`. */
export function fieldFaults(type: unknown): readonly Fault[] {
  return faultsOf({ messages: { M: rawObject({ f: type }) } });
}

/** The descriptor of one field, which must have no fault. */
export function describeField(type: unknown): TypeDescriptor | undefined {
  const { descriptor, faults } = describeTopology(untyped({ messages: { M: rawObject({ f: type }) } }));
  if (faults.length > 0) throw new Error(JSON.stringify(faults));
  return descriptor.messages[0]?.fields[0]?.type;
}

/** `z.object` of a shape that its types would refuse. */
export function rawObject(shape: object): z.ZodObject {
  return z.object(shape as z.ZodRawShape);
}

export function field(name: string, type: TypeDescriptor): FieldDescriptor {
  return { name, type };
}
