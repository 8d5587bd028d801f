/** The sources of this package, and what each imports. */
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, normalize, relative, sep } from 'node:path';
import { fileURLToPath } from 'node:url';

export const ROOT = fileURLToPath(new URL('../../', import.meta.url));

export interface SourceFile {
  /** From the root, with forward slashes. */
  readonly path: string;
  /** Files of this package as paths from the root; all else as it is written. */
  readonly imports: readonly string[];
}

const FROM = /^(?:import|export)\s(?:[^;'"]*?\sfrom\s)?['"]([^'"]+)['"]/gm;
const DYNAMIC = /\bimport\(\s*['"]([^'"]+)['"]\s*\)/g;

/** All sources below a folder of the root. */
export function sourcesOf(folder: string): SourceFile[] {
  return filesBelow(folder).map((path) => ({ path, imports: importsOf(path) }));
}

function filesBelow(folder: string): string[] {
  return readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith('.ts'))
    .map((path) => `${folder}/${path.split(sep).join('/')}`)
    .sort();
}

function importsOf(path: string): string[] {
  const text = readFileSync(join(ROOT, path), 'utf8');
  return [...text.matchAll(FROM), ...text.matchAll(DYNAMIC)].map(([, specifier = '']) =>
    specifier.startsWith('.') ? resolved(path, specifier) : specifier,
  );
}

function resolved(from: string, specifier: string): string {
  const path = normalize(join(dirname(from), specifier)).replace(/\.js$/, '.ts');
  return relative('.', path).split(sep).join('/');
}
