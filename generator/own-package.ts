/**
 * This package's own modules, for users' files that import them where it is not installed: run by `npx` from
 * a cache, linked, or from this repository.
 *
 * A user's own copy is taken first, so that types in the editor and code in the bundle are one version.
 */
import { existsSync, readFileSync } from 'node:fs';
import { dirname, extname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const THIS_FILE = fileURLToPath(import.meta.url);

/** `.ts` when run from source, `.js` when built: both trees have the same folders. */
const OWN_MODULES: Readonly<Record<string, string>> = {
  'sn-gen/schema': join(dirname(THIS_FILE), '..', 'schema', `index${extname(THIS_FILE)}`),
  'sn-gen/runtime': join(dirname(THIS_FILE), '..', 'runtime', `index${extname(THIS_FILE)}`),
};

/** The file of `sn-gen/schema` or `sn-gen/runtime` in this package; nothing for other specifiers. */
export function ownModule(specifier: string): string | undefined {
  return Object.hasOwn(OWN_MODULES, specifier) ? OWN_MODULES[specifier] : undefined;
}

/** Whether a file belongs to this very package, built or not. */
export function isOwnFile(file: string): boolean {
  return packageFolder(file) === packageFolder(THIS_FILE);
}

/** The version in package.json. */
export function ownVersion(): string {
  const folder = packageFolder(THIS_FILE) ?? '.';
  const { version } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as { version: string };
  return version;
}

/** The nearest folder above a file that has a package.json. */
export function packageFolder(file: string): string | undefined {
  for (let folder = dirname(file); ; folder = dirname(folder)) {
    if (existsSync(join(folder, 'package.json'))) return folder;
    if (folder === dirname(folder)) return undefined;
  }
}
