/**
 * What pools would do on more cores than this machine has: a model, made of what was measured here, and told as such.
 *
 *     rate(N) = min(C(N) / (work + worker's cost), 1 / host's cost)
 *
 * C is the Universal Scalability Law, fitted to the speed-ups (`scalability-law.ts`). The host's cost is that of a message published by itself, as
 * it is when receivers run dry; of a call what the host takes from the request to the response. A row's spread is what the favourable law and the
 * adverse one say, its median their middle: from two instances alone not both constants can be known. PERFORMANCE.md says what the model leaves out.
 */
import { availableParallelism } from 'node:os';
import { fitScalability, type ScalabilityLaw, speedUp } from '../scalability-law.js';
import type { Row } from '../statistics.js';
import type { Suite } from '../suite.js';
import { COSTS, messageCosts } from './message-costs.js';
import { COUNTS, speedUpName, speedUps } from './speed-ups.js';

const CORES = availableParallelism();
const INSTANCES = [4, 16, 64, 256].filter((instances) => instances > CORES).slice(0, 3);
const DURATIONS_US = [1, 10, 100];
const NOTE = 'a forecast by a model, not measured';
/** Bare workers that reach less of the ideal than this had not the machine for themselves. */
const IDLE_SHARE = 0.9;

/** Speed-ups that the law is fitted to. */
const FITTED = COUNTS.filter((instances) => instances > 1);
const INPUTS: readonly string[] = [
  COSTS.published,
  COSTS.receive,
  COSTS.call,
  ...FITTED.flatMap((instances) => [speedUpName('pool', instances), speedUpName('bare', instances)]),
];

/** What a task costs beside itself, microseconds. */
interface Costs {
  readonly hostUs: number;
  readonly workerUs: number;
}

type MedianOf = (name: string) => number;

/** A row of the model: what it says by a law and the costs. */
interface Forecast {
  readonly name: string;
  readonly unit: string;
  readonly value: (law: ScalabilityLaw, medianOf: MedianOf) => number;
}

const FORECASTS: readonly Forecast[] = [
  { name: 'model: contention', unit: 'of the work', value: ({ contention }) => contention },
  { name: 'model: coherency', unit: 'of the work', value: ({ coherency }) => coherency },
  ...INSTANCES.map(
    (instances): Forecast => ({
      name: `model: speed-up of ${instances} instances on as many cores`,
      unit: 'x',
      value: (law) => speedUp(law, instances),
    }),
  ),
  ...(['messages', 'calls'] as const).flatMap((kind) =>
    DURATIONS_US.flatMap((us) =>
      INSTANCES.map(
        (instances): Forecast => ({
          name: `model: ${kind} of ${us} us, ${instances} instances on as many cores`,
          unit: 'thousand/s',
          value: (law, medianOf) => {
            const { hostUs, workerUs } = costsOf(kind, medianOf);
            return 1000 * Math.min(1 / hostUs, speedUp(law, instances) / (us + workerUs));
          },
        }),
      ),
    ),
  ),
];

/** What was measured, once, and what is forecast from it. On a single core there is nothing to learn from. */
export const scaling: Suite = async (wanted) => {
  const forecasts = FITTED.length === 0 ? [] : FORECASTS.filter(({ name }) => wanted(name));
  const isNeeded = (name: string): boolean => wanted(name) || (forecasts.length > 0 && INPUTS.includes(name));
  const measured = [...(await messageCosts(isNeeded)), ...(await speedUps(isNeeded))];
  if (forecasts.length === 0) return measured;
  const medianOf: MedianOf = (name) => (measured.find((row) => row.name === name) as Row).median;
  const { favourable, adverse } = fitScalability(
    FITTED.map((instances) => ({ instances, times: medianOf(speedUpName('pool', instances)) })),
  );
  const note = isHostIdle(medianOf) ? NOTE : `${NOTE}; worthless: other work ran beside its inputs`;
  return [
    ...measured,
    ...forecasts.map(({ name, unit, value }): Row => {
      const samples = [value(favourable, medianOf), value(adverse, medianOf)];
      const [low = 0, high = 0] = [Math.min(...samples), Math.max(...samples)];
      return { name, unit, median: (low + high) / 2, spread: [low, high], samples, note };
    }),
  ];
};

function isHostIdle(medianOf: MedianOf): boolean {
  return FITTED.every((instances) => medianOf(speedUpName('bare', instances)) >= IDLE_SHARE * instances);
}

function costsOf(kind: 'messages' | 'calls', medianOf: MedianOf): Costs {
  const [published, receive, call] = [COSTS.published, COSTS.receive, COSTS.call].map(
    (name) => medianOf(name) / 1000,
  ) as [number, number, number];
  return kind === 'messages'
    ? { hostUs: published, workerUs: receive }
    : // The worker sends a response, as a message.
      { hostUs: call, workerUs: receive + published };
}
