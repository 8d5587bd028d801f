/**
 * What esbuild reports, in our terms.
 */
import { Buffer } from 'node:buffer';
import { resolve } from 'node:path';
import type { BuildFailure, Message } from 'esbuild';
import { type Place, startOf } from './faults.js';

/** Whether esbuild rejected because of what it was given, rather than broke. */
export function isBuildFailure(error: unknown): error is BuildFailure {
  return error instanceof Error && Array.isArray((error as Partial<BuildFailure>).errors);
}

/** Whether a message says that an import leads nowhere: no such module, or no such export in it. */
export function isMissingImport(message: Message): boolean {
  return /^(Could not resolve |No matching export |Could not read from file)/.test(message.text);
}

/** What to do about an import that leads nowhere. */
export function missingImportHelp(message: Message): string {
  const specifier = /^Could not resolve "(.+)"$/.exec(message.text)?.[1];
  if (specifier === undefined) return 'import a name that the module exports';
  if (/^[./]/.test(specifier)) return `make the file, or correct the path ${JSON.stringify(specifier)}`;
  const name = specifier.split('/').slice(0, specifier.startsWith('@') ? 2 : 1);
  return `install it: npm install ${name.join('/')}`;
}

/** Where esbuild saw it; the start of `fallback` when it does not say. */
export function placeOf(message: Message, workingFolder: string, fallback: string): Place {
  const { location } = message;
  if (location === null) return startOf(fallback);
  // esbuild counts in bytes of UTF-8, editors in UTF-16 units.
  const line = Buffer.from(location.lineText);
  const units = (from: number, to: number) => line.subarray(from, to).toString().length;
  return {
    file: resolve(workingFolder, location.file),
    line: location.line,
    column: units(0, location.column) + 1,
    length: Math.max(1, units(location.column, location.column + location.length)),
  };
}
