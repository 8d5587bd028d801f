/** The command, run in the tests' own process. */
import { runCommand } from '../../generator/command.js';

/** Runs it; colours as on a terminal when asked. */
export async function runInProcess(args: readonly string[], cwd = process.cwd(), hasColors = false) {
  const output = { stdout: '', stderr: '' };
  const into = (name: 'stdout' | 'stderr') => ({
    write(text: string) {
      output[name] += text;
    },
    hasColors: () => hasColors,
  });
  const code = await runCommand(args, { stdout: into('stdout'), stderr: into('stderr'), cwd });
  return { code, ...output };
}
