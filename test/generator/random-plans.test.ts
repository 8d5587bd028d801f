/** Inspect and breaking over random messages. `SN_SEED` repeats a run. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { comparePlans } from '../../generator/compare-plans.js';
import { breaksOf } from '../../generator/evolution.js';
import { inspectMessage, type MessagePlan, totalBytes } from '../../generator/inspect.js';
import { inspectionText } from '../../generator/inspect-text.js';
import { readTopology } from '../../generator/read-topology.js';
import { fingerprintOf } from '../../schema/fingerprint.js';
import { u32 } from '../../schema/index.js';
import type { MessageLayout } from '../../schema/layout.js';
import type { TopologyPlan } from '../../schema/plan.js';
import { message, seed } from '../codec/arbitraries.js';
import { planOfFields } from './planned.js';

const PLAN = planOfFields({ a: u32() });
const NO_COLORS = (await import('picocolors')).default.createColors(false);

function planOfMessage(layout: MessageLayout): TopologyPlan & { readonly messages: readonly [MessagePlan] } {
  const { fingerprint: _, ...bare } = layout as MessagePlan;
  return { ...PLAN, messages: [{ ...bare, fingerprint: fingerprintOf(bare) }] };
}

it('two messages differ on the wire exactly when their fingerprints do', () => {
  const property = fc.property(message, message, (one, other) => {
    const [older, newer] = [planOfMessage(one), planOfMessage(other)];
    const isWire = comparePlans(older, newer).some(({ rule }) => breaksOf(rule).includes('wire'));
    expect(isWire).toBe(older.messages[0].fingerprint !== newer.messages[0].fingerprint);
    expect(comparePlans(older, older)).toEqual([]);
  });
  fc.assert(property, { seed, numRuns: 300 });
});

it('what is no padding is some field, and each field lies in the record', () => {
  const property = fc.property(message, (layout) => {
    const plan = planOfMessage(layout);
    const inspection = inspectMessage(plan, plan.messages[0]);
    const { owners, padding, rows } = inspection;
    expect(owners.length).toBe(layout.byteLength);
    expect(owners.filter((owner) => owner === undefined).length).toBe(totalBytes(padding));
    for (const { inItem, offsetBytes = 0, byteLength } of rows) {
      if (!inItem) expect(offsetBytes + byteLength).toBeLessThanOrEqual(layout.byteLength);
    }
    expect(inspectionText([inspection], NO_COLORS)).toContain(layout.name);
  });
  fc.assert(property, { seed, numRuns: 300 });
});

it('every plan that is written can be read', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'sn-gen-test-plans-'));
  const file = join(folder, 'topology.json');
  const property = fc.asyncProperty(message, async (layout) => {
    writeFileSync(file, JSON.stringify({ generator: 'sn-gen', ...planOfMessage(layout) }));
    const read = await readTopology(file);
    expect(comparePlans(read, planOfMessage(layout))).toEqual([]);
  });
  await fc.assert(property, { seed, numRuns: 100 }).finally(() => rmSync(folder, { recursive: true }));
});
