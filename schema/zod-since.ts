/**
 * Versions in a Zod schema: where `since` may stand, and what it may say.
 *
 * The mark is lost by no wrapper but hidden by each: `since(2, u8()).optional()` has it on the inner type. It is therefore looked for
 * on a field's type and on everything that this wraps, and a mark anywhere else is a fault, so that none is ignored in silence.
 */
import type { FieldDescriptor, TypeDescriptor } from './descriptor.js';
import { type Fault, quote } from './faults.js';
import { sinceMarkOf } from './since.js';
import { FIRST_NOTED_VERSION, isNotedVersion, LAST_VERSION, versionOf } from './versions.js';
import type { ZodDef } from './zod-numbers.js';

type SinceFault = Pick<Fault, 'code' | 'problem' | 'help'>;

/** What is noted on the definitions around a message's field, from the outermost in; the outermost mark counts. */
export function markOf(wrappers: readonly ZodDef[]): unknown {
  return wrappers.map(sinceMarkOf).find((mark) => mark !== undefined);
}

/** A mark where it may not stand. */
export function strayMarkFault(def: ZodDef, wrappers: readonly ZodDef[]): SinceFault | undefined {
  if (sinceMarkOf(def) === undefined || wrappers.includes(def)) return undefined;
  return {
    code: 'SN1056',
    problem: 'since(version, type) stands on a field of a message, not on what lies inside of one',
    help: 'add a field to the message itself: the nested type as it was, and one more beside it',
  };
}

/** What is wrong with a field that came later. */
export function sinceFault(mark: unknown, type: TypeDescriptor): SinceFault | undefined {
  if (!isNotedVersion(mark)) {
    return {
      code: 'SN1054',
      problem: `since takes a version from ${FIRST_NOTED_VERSION} to ${LAST_VERSION}: got ${quote(mark)}`,
      help: `write since(${FIRST_NOTED_VERSION}, type) for the first field that is added; those without since are of version 1`,
    };
  }
  if (type.kind === 'maybe' || type.kind === 'default') return undefined;
  return {
    code: 'SN1055',
    problem: 'records from before the field hold no value for it',
    help: 'add .optional(), .nullable() or .default(value) to its type',
  };
}

/** A version with no field: which field comes too late, and what is wrong. */
export function gapFault(
  fields: readonly FieldDescriptor[],
): { readonly field: string; readonly fault: SinceFault } | undefined {
  const versions = new Set(fields.map(({ since = 1 }) => since));
  for (let version = FIRST_NOTED_VERSION; version < versionOf(fields); version++) {
    if (versions.has(version)) continue;
    const next = fields.find(({ since = 1 }) => since > version) as FieldDescriptor;
    return {
      field: next.name,
      fault: {
        code: 'SN1057',
        problem: `it came with version ${next.since}, and no field came with version ${version}`,
        help: `write since(${version}, ...); a field that was in use stays, with its version`,
      },
    };
  }
  return undefined;
}
