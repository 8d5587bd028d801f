#!/usr/bin/env node
/** The executable `sn-gen`. */
import { runCommand } from './command.js';

// Not process.exit(): what was written to a pipe must get through.
process.exitCode = await runCommand(process.argv.slice(2), {
  stdout: process.stdout,
  stderr: process.stderr,
  cwd: process.cwd(),
});
