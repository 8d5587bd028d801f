/** `sn-gen` as a library: what the command line does, as a function. */
export type { Fault, Place, PlacedFault, PlacedWarning, Sources } from './faults.js';
export { GenerateError } from './faults.js';
export { generate } from './generate.js';
export type { Drift, GenerateOptions, GenerateResult, Target } from './options.js';
