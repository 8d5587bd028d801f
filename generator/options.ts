/** What `generate()` takes and gives. */
import type { Metafile } from 'esbuild';
import type { TopologyPlan } from '../schema/plan.js';
import type { PlacedWarning, Sources } from './faults.js';

/** What the bundles run on. */
export type Target = 'node' | 'browser';

export interface GenerateOptions {
  /** The schema's file; relative to the working directory. */
  readonly schema: string;
  /** The output folder; relative to the schema's folder. Default `generated`. */
  readonly out?: string;
  /** Whether to bundle the workers. Default true. */
  readonly bundle?: boolean;
  /** Compare and write nothing; bundles, which nobody commits, are not compared. Default false. */
  readonly check?: boolean;
  /** What the bundles run on. Default `node`. */
  readonly target?: Target;
}

export interface GenerateResult {
  /** The output folder, absolute. */
  readonly out: string;
  /** Paths relative to the output folder, sorted. */
  readonly written: readonly string[];
  readonly unchanged: readonly string[];
  readonly deleted: readonly string[];
  /** With `check`: what is not as it would be generated. Else empty. */
  readonly drift: readonly Drift[];
  readonly plan: TopologyPlan;
  /** What the topology probably does not mean, in the order of its places. */
  readonly warnings: readonly PlacedWarning[];
  /** The user's files by absolute path: what the warnings' places are in. */
  readonly sources: Sources;
  /** Each worker's bundle; empty without bundling. */
  readonly bundles: readonly { readonly worker: string; readonly bytes: number }[];
  /** esbuild's account of what went into the bundles. */
  readonly metafile?: Metafile;
  /** The user's files that the output depends on, absolute, sorted. */
  readonly inputs: readonly string[];
  /** Milliseconds that the whole took. */
  readonly ms: number;
}

/** One file that is not as it would be generated. */
export interface Drift {
  /** Relative to the output folder. */
  readonly path: string;
  readonly state: 'missing' | 'differs' | 'stale';
}
