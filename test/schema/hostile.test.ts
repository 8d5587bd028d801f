/** Whatever a schema file may export, describing it gives faults, and exceptions never. */

import fc from 'fast-check';
import { hash, message } from 'sn-gen/schema';
import { expect, test } from 'vitest';
import { describeTopology } from '../../schema/describe.js';
import { FAULT_MEANINGS } from '../../schema/faults.js';
import { faultsOf, fieldFaults, untyped, untypedWorker } from './support.js';

/** Values of every kind, objects without a prototype and with odd keys among them. */
const anything = fc.anything({ withBigInt: true, withDate: true, withMap: true, withNullPrototype: true });

const expectKnownCodes = (faults: ReturnType<typeof faultsOf>) => {
  for (const { code, problem, help } of faults) {
    expect(Object.keys(FAULT_MEANINGS)).toContain(code);
    expect(problem.length * help.length).toBeGreaterThan(0);
  }
};

test('anything may stand in place of a topology or of its parts', () => {
  fc.assert(
    fc.property(anything, (value) => {
      expect(describeTopology(value).faults).toHaveLength(1);
      expectKnownCodes(faultsOf({ messages: value }));
      expectKnownCodes(faultsOf({ workers: value }));
      expectKnownCodes(faultsOf({ messages: { M: value }, workers: { w: value } }));
    }),
  );
});

test('anything may stand in place of an option, a route or a key', () => {
  fc.assert(
    fc.property(fc.string(), anything, (name, value) => {
      const options = [
        'handler',
        'instances',
        'capacity',
        'tickMs',
        'async',
        'concurrency',
        'affinity',
        'priority',
        'receives',
        'answers',
        'sends',
        name,
      ];
      for (const option of options)
        expectKnownCodes(faultsOf({ workers: { w: untypedWorker({ [option]: value }) } }));
      for (const options of [value, { [name]: value }, { validate: value }]) {
        expectKnownCodes(faultsOf({ messages: { M: message(value as never, options as object) } }));
      }
      for (const inner of [{ [name]: value }, { M: value }, { M: hash(value) }]) {
        expectKnownCodes(faultsOf({ workers: { w: untypedWorker({ receives: inner }) } }));
        expectKnownCodes(faultsOf({ workers: { w: untypedWorker({ sends: inner }) } }));
      }
    }),
  );
});

test('anything may stand in place of a Zod type or of its definition', () => {
  fc.assert(
    fc.property(anything, fc.dictionary(fc.string(), anything), (value, def) => {
      const parts = {
        type: 'string',
        checks: value,
        entries: value,
        values: value,
        shape: value,
        innerType: value,
        element: value,
        keyType: value,
        valueType: value,
        items: value,
        rest: value,
        options: value,
        discriminator: value,
        defaultValue: value,
        in: value,
        out: value,
        mode: value,
        partial: value,
      };
      const types =
        'string number bigint enum literal object readonly optional nullable nonoptional default prefault array set map ' +
        'tuple record union pipe';
      expectKnownCodes(fieldFaults(value));
      expectKnownCodes(fieldFaults({ _zod: { def } }));
      for (const type of [...types.split(' '), value]) {
        expectKnownCodes(fieldFaults({ _zod: { def: { ...parts, ...def, type } } }));
        const u8 = { _zod: { def: { type: 'boolean' } } };
        const inner = {
          ...parts,
          innerType: u8,
          element: u8,
          keyType: u8,
          valueType: u8,
          discriminator: 'k',
        };
        expectKnownCodes(
          fieldFaults({ _zod: { def: { ...inner, options: [u8, value], items: [u8, value], type } } }),
        );
      }
      expectKnownCodes(faultsOf({ messages: { M: { _zod: { def: { ...parts, type: 'object' } } } } }));
    }),
  );
});

test('a name that is no identifier never reaches the descriptor without a fault', () => {
  fc.assert(
    fc.property(fc.string({ minLength: 1 }), (name) => {
      const { faults } = describeTopology(untyped({ workers: { [name]: untypedWorker({}) } }));
      expect(faults.length > 0 || /^[A-Za-z_][A-Za-z0-9_]*$/.test(name)).toBe(true);
    }),
  );
});
