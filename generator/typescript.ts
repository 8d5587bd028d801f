/**
 * TypeScript, as ts-morph brings it: the parser that reads the user's sources.
 *
 * Only that one file of ts-morph's is loaded: its wrappers and the texts of TypeScript's libraries, which
 * nothing here needs, would take half as long again. And it is required, not imported: for an import Node.js
 * first searches the megabytes of CommonJS for names that they export.
 */
import { createRequire } from 'node:module';
import type * as TsMorph from 'ts-morph';

export type TypeScript = typeof TsMorph.ts;

/** Loads it at the first call, for about 0.4 s. */
export function loadTypeScript(): TypeScript {
  const require = createRequire(import.meta.url);
  // From where ts-morph lies: with pnpm its own dependencies are in reach from there only.
  return createRequire(require.resolve('ts-morph'))('@ts-morph/common/dist/typescript.js') as TypeScript;
}
