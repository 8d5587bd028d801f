/** What tests check of an error: its class is another one in a bundle, its code is not. */
import { expect } from 'vitest';
import type { SnErrorCode } from '../../../runtime/index.js';

/** Matches an `SnError` with this code, and with these properties. */
export function snError(code: SnErrorCode, properties: Readonly<Record<string, unknown>> = {}): unknown {
  return expect.objectContaining({ name: 'SnError', code, ...properties });
}

/** Matches an error by class name and message. */
export function causedBy(name: string, message: string): unknown {
  return expect.objectContaining({ name, message, stack: expect.stringContaining(message) });
}
