/** `sn-gen breaking`. */
import type { CommandIo, ExitCode } from './command-io.js';

export async function runBreaking(_args: readonly string[], _io: CommandIo): Promise<ExitCode> {
  return 2;
}
