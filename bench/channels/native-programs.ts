/** The compiled peers: each is missing where its compiler is, or its crates are. */
import { buildCpp, buildRust } from '../build.js';
import { nativeProgram, type Program } from './contests.js';

export interface NativePrograms {
  /** crossbeam-channel and flume. */
  readonly rust: Program | undefined;
  readonly ring: Program | undefined;
  readonly roundTrip: Program | undefined;
  readonly memcpy: Program | undefined;
  readonly pingPong: Program | undefined;
}

export function buildNativePrograms(): NativePrograms {
  return {
    rust: nativeProgram(buildRust()),
    ring: nativeProgram(buildCpp('ring')),
    roundTrip: nativeProgram(buildCpp('round-trip')),
    memcpy: nativeProgram(buildCpp('memcpy')),
    pingPong: nativeProgram(buildCpp('ping-pong')),
  };
}
