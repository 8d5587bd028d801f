/** `sn-gen` as a library: what the command line does, as a function. */
export type { Target } from './bundle.js';
export type { Fault, Place, PlacedFault } from './faults.js';
export { GenerateError } from './faults.js';
export type { GenerateOptions, GenerateResult } from './generate.js';
export { generate } from './generate.js';
export type { Drift } from './write.js';
