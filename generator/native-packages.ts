/**
 * Native packages: those with compiled addons, which look for their `.node` file beside their own code and so
 * must stay where they are installed.
 */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { packageFolder } from './own-package.js';

/** Packages whose only use is to find or load an addon: who depends on one has an addon. */
const ADDON_LOADERS: ReadonlySet<string> = new Set([
  '@mapbox/node-pre-gyp',
  '@napi-rs/triples',
  'bindings',
  'detect-libc',
  'node-addon-api',
  'node-gyp-build',
  'node-pre-gyp',
  'prebuild-install',
]);

/** napi-rs and others publish an addon for each platform as an optional dependency. */
const PLATFORM_PACKAGE = /(?:^|[-/])(?:linux|darwin|win32)-(?:x64|arm64)(?:$|-)/;

interface Manifest {
  readonly gypfile?: boolean;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
}

/** Whether the package that a file belongs to has a native addon. */
export function isInNativePackage(file: string): boolean {
  const folder = packageFolder(file);
  if (folder === undefined || !folder.includes('node_modules')) return false;
  if (existsSync(join(folder, 'binding.gyp'))) return true;
  const manifest = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as Manifest;
  if (manifest.gypfile === true) return true;
  const optional = Object.keys(manifest.optionalDependencies ?? {});
  return (
    [...Object.keys(manifest.dependencies ?? {}), ...optional].some((name) => ADDON_LOADERS.has(name)) ||
    optional.some((name) => PLATFORM_PACKAGE.test(name))
  );
}
