/** Inspect and breaking over random messages. `SN_SEED` repeats a run. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { comparePlans } from '../../generator/compare-plans.js';
import { breaksOf } from '../../generator/evolution.js';
import { inspectMessage, totalBytes } from '../../generator/inspect.js';
import { inspectionText } from '../../generator/inspect-text.js';
import { readTopology } from '../../generator/read-topology.js';
import type { MessageDescriptor } from '../../schema/descriptor.js';
import { fingerprintOf } from '../../schema/fingerprint.js';
import { u32 } from '../../schema/index.js';
import type { MessageLayout } from '../../schema/layout.js';
import { type MessagePlan, planMessage, type TopologyPlan } from '../../schema/plan.js';
import { asOfVersion, versionOf } from '../../schema/versions.js';
import { gapFault } from '../../schema/zod-since.js';
import { grown, message, seed } from '../codec/arbitraries.js';
import { interoperate, planOfFields } from './planned.js';

const PLAN = planOfFields({ a: u32() });
const NO_COLORS = (await import('picocolors')).default.createColors(false);

function planOfMessage(layout: MessageLayout): TopologyPlan & { readonly messages: readonly [MessagePlan] } {
  const { fingerprint: _, ...bare } = layout as MessagePlan;
  return { ...PLAN, messages: [{ ...bare, fingerprint: fingerprintOf(bare) }] };
}

it('two messages differ on the wire exactly when their builds refuse each other', () => {
  const property = fc.property(message, message, (one, other) => {
    expectWire(planOfMessage(one), planOfMessage(other));
  });
  fc.assert(property, { seed, numRuns: 300 });
});

it('so do versions of one message, those that grew apart, and those whose past was changed', () => {
  let apart = 0;
  const property = fc.property(grown, grown, fc.nat(), (one, other, drawn) => {
    const newest = versionOf(one.fields);
    const versions = Array.from({ length: newest }, (_, index) => planOfVersion(one, index + 1));
    for (const older of versions) for (const newer of versions) expectWire(older, newer);
    const [latest] = versions.slice(-1) as [TopologyPlan];
    const without = one.fields.filter((_, index) => index !== drawn % Math.max(1, one.fields.length));
    const later = other.fields
      .filter(({ since = 1 }) => since > 1)
      .map((field) => ({ ...field, name: `o${field.name}` }));
    const sibling = [...one.fields.filter(({ since = 1 }) => since === 1), ...later];
    for (const fields of [without, sibling]) {
      if (gapFault(fields) !== undefined) continue;
      const changed = planOfVersion({ name: 'M', fields }, versionOf(fields));
      for (const version of [...versions, latest]) {
        expectWire(version, changed);
        expectWire(changed, version);
        if (!interoperate(version.messages[0] as MessagePlan, changed.messages[0] as MessagePlan)) apart++;
      }
    }
  });
  fc.assert(property, { seed, numRuns: 100 });
  expect(apart).toBeGreaterThan(50);
});

function expectWire(older: TopologyPlan, newer: TopologyPlan): void {
  const [was, is] = [older.messages[0], newer.messages[0]] as [MessagePlan, MessagePlan];
  const isWire = comparePlans(older, newer).some(({ rule }) => breaksOf(rule).includes('wire'));
  expect(isWire).toBe(!interoperate(was, is));
  if (was.fingerprint === is.fingerprint) expect(comparePlans(older, newer)).toEqual([]);
}

function planOfVersion(descriptor: MessageDescriptor, version: number): TopologyPlan {
  return { ...PLAN, messages: [planMessage(asOfVersion(descriptor, version))] };
}

it('what is no padding is some field, and each field lies in the record', () => {
  const layouts = fc.oneof(message, grown.map(planMessage));
  const property = fc.property(layouts, (layout) => {
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
  const plans = fc.oneof(
    message.map(planOfMessage),
    grown.map((each) => planOfVersion(each, versionOf(each.fields))),
  );

  const folder = mkdtempSync(join(tmpdir(), 'sn-gen-test-plans-'));
  const file = join(folder, 'topology.json');
  const property = fc.asyncProperty(plans, async (plan) => {
    writeFileSync(file, JSON.stringify({ generator: 'sn-gen', ...plan }));
    const read = await readTopology(file);
    expect(comparePlans(read, plan)).toEqual([]);
  });
  await fc.assert(property, { seed, numRuns: 100 }).finally(() => rmSync(folder, { recursive: true }));
});
