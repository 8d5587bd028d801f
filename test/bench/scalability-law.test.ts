import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fitScalability, type ScalabilityLaw, type SpeedUp, speedUp } from '../../bench/scalability-law.js';

const constants = fc.record({
  contention: fc.double({ min: 0, max: 0.5, noNaN: true }),
  coherency: fc.double({ min: 0, max: 0.05, noNaN: true }),
});

function measure(law: ScalabilityLaw, counts: readonly number[], noise = (_: number) => 1): SpeedUp[] {
  return counts.map((instances, at) => ({ instances, times: speedUp(law, instances) * noise(at) }));
}

/** What the fit makes least: the squares of what N / C(N) is off by. */
function squares(law: ScalabilityLaw, measured: readonly SpeedUp[]): number {
  return measured.reduce(
    (sum, { instances, times }) => sum + (instances / times - instances / speedUp(law, instances)) ** 2,
    0,
  );
}

describe('the Universal Scalability Law', () => {
  it('is 1 for one instance, linear without costs, and Amdahl’s with contention alone', () => {
    expect(speedUp({ contention: 0.3, coherency: 0.1 }, 1)).toBe(1);
    expect(speedUp({ contention: 0, coherency: 0 }, 12)).toBe(12);
    expect(speedUp({ contention: 0.1, coherency: 0 }, 8)).toBeCloseTo(1 / (0.1 + 0.9 / 8), 12);
  });

  it('falls again with coherency, from sqrt((1 - contention) / coherency) instances on', () => {
    const law = { contention: 0.04, coherency: 0.0024 };
    expect(speedUp(law, 20)).toBeGreaterThan(speedUp(law, 19));
    expect(speedUp(law, 20)).toBeGreaterThan(speedUp(law, 21));
  });

  it('is found again from what it says of two numbers of instances or more', () => {
    fc.assert(
      fc.property(
        constants,
        fc.uniqueArray(fc.integer({ min: 2, max: 64 }), { minLength: 2, maxLength: 8 }),
        (law, counts) => {
          const { favourable, adverse } = fitScalability(measure(law, [1, ...counts]));
          expect(favourable).toEqual(adverse);
          expect(favourable.contention).toBeCloseTo(law.contention, 6);
          expect(favourable.coherency).toBeCloseTo(law.coherency, 6);
        },
      ),
    );
  });

  it('lies close where measurements are off by up to 2 %', () => {
    const law = { contention: 0.03, coherency: 0.001 };
    const counts = [1, 2, 4, 8, 16, 32];
    fc.assert(
      fc.property(fc.array(fc.double({ min: 0.98, max: 1.02, noNaN: true }), { minLength: 6 }), (noise) => {
        const { favourable } = fitScalability(measure(law, counts, (at) => noise[at] as number));
        for (const instances of counts)
          expect(speedUp(favourable, instances) / speedUp(law, instances)).toBeCloseTo(1, 1);
      }),
    );
  });

  it('never has a constant below 0, and no law with such constants fits better', () => {
    const measurements = fc.uniqueArray(
      fc.record({
        instances: fc.integer({ min: 2, max: 32 }),
        share: fc.double({ min: 0.2, max: 1.3, noNaN: true }),
      }),
      { minLength: 2, maxLength: 6, selector: ({ instances }) => instances },
    );
    fc.assert(
      fc.property(measurements, constants, (shares, other) => {
        const measured = shares.map(({ instances, share }) => ({ instances, times: instances * share }));
        const { favourable } = fitScalability(measured);
        expect(Math.min(favourable.contention, favourable.coherency)).toBeGreaterThanOrEqual(0);
        expect(squares(favourable, measured)).toBeLessThanOrEqual(squares(other, measured) + 1e-9);
      }),
    );
  });

  it('lies between all contention and all coherency where two instances alone were measured', () => {
    const { favourable, adverse } = fitScalability([
      { instances: 1, times: 1 },
      { instances: 2, times: 1.9 },
    ]);
    for (const law of [favourable, adverse]) expect(speedUp(law, 2)).toBeCloseTo(1.9, 12);
    expect(favourable.coherency).toBe(0);
    expect(adverse.contention).toBe(0);
    for (const instances of [4, 8, 64])
      expect(speedUp(adverse, instances)).toBeLessThan(speedUp(favourable, instances));
  });

  it('does not scale beyond the number of instances, whatever was measured', () => {
    const { favourable, adverse } = fitScalability([{ instances: 2, times: 2.1 }]);
    for (const law of [favourable, adverse]) expect(speedUp(law, 16)).toBe(16);
  });

  it('cannot be fitted to one instance alone', () => {
    expect(() => fitScalability([{ instances: 1, times: 1 }])).toThrow('two instances or more');
  });
});
