/**
 * Templates: from the plan to the text of every emitted file.
 */
import type { TopologyPlan } from '../schema/plan.js';
import { bannerOf } from './banner.js';
import { emitIndex } from './barrel.js';
import { emitMain } from './main.js';
import { emitMessages } from './messages.js';
import { emitPool } from './pool.js';
import { emitValidators } from './validators.js';
import { emitWorker } from './worker.js';

export { bannerOf } from './banner.js';
export { emitWorkerEntry } from './worker.js';

export interface EmittedText {
  /** Relative to the output folder. */
  readonly path: string;
  readonly text: string;
}

/** Every file that users commit, in the order of their paths. */
export function emitTopology(plan: TopologyPlan, docs: ReadonlyMap<string, string>): readonly EmittedText[] {
  const validators = emitValidators(plan);
  const typescript: EmittedText[] = [
    { path: 'index.ts', text: emitIndex(plan) },
    { path: 'messages.ts', text: emitMessages(plan, docs) },
    { path: 'pool.ts', text: emitPool(plan, docs) },
    ...(plan.main.messages.length === 0 ? [] : [{ path: 'main.ts', text: emitMain(plan) }]),
    ...(validators === undefined ? [] : [{ path: 'validators.ts', text: validators }]),
    ...plan.workers.map((worker) => ({ path: `${worker.name}.ts`, text: emitWorker(plan, worker, docs) })),
  ];
  const banner = bannerOf(plan);
  return [
    ...typescript.map(({ path, text }) => ({ path, text: `${banner}\n${text.trimEnd()}\n` })),
    { path: 'topology.json', text: `${JSON.stringify({ generator: 'sn-gen', ...plan }, undefined, 2)}\n` },
  ].sort((a, b) => (a.path < b.path ? -1 : 1));
}
