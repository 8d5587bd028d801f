/**
 * `npm run example -- basic`: generates the code of an example and runs it.
 *
 * In a project of your own the same is `npx sn-gen schema.ts && npx tsx main.ts`. Here both run from this repository's sources.
 *
 * Exit codes: 0, the example's result was right; 1, it was not, or its schema has faults; 2, there is no such example.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { runCommand } from '../generator/command.js';

const FOLDER = fileURLToPath(new URL('.', import.meta.url));
const examples = readdirSync(FOLDER).filter((name) => existsSync(join(FOLDER, name, 'schema.ts')));

const [name = ''] = process.argv.slice(2);
if (examples.includes(name)) {
  const { stdout, stderr } = process;
  const generated = await runCommand([join(FOLDER, name, 'schema.ts')], {
    stdout,
    stderr,
    cwd: process.cwd(),
  });
  process.exitCode = generated === 0 ? await runMain(join(FOLDER, name, 'main.ts')) : generated;
} else {
  console.error(`Usage: npm run example -- <name>, one of ${examples.join(', ')}`);
  process.exitCode = 2;
}

/** A process of its own, as it would be for you: it ends when the example leaves nothing behind. */
async function runMain(file: string): Promise<number> {
  console.log();
  const [code] = await once(spawn(process.execPath, ['--import', 'tsx', file], { stdio: 'inherit' }), 'exit');
  return code ?? 1;
}
