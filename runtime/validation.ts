/**
 * Validation: what is thrown when the schema has something against a value. Zod itself is called by emitted code alone.
 */
import { SnError } from './errors.js';

/** What is wrong, and where in the value; Zod's issues have this shape. */
export interface ValidationIssue {
  readonly path: readonly PropertyKey[];
  readonly message: string;
}

/** @throws SnError `SN_VALIDATION` when there are issues; all of them are in its `details`. */
export function throwIssues(message: string, issues: readonly ValidationIssue[]): void {
  const [first] = issues;
  if (first === undefined) return;
  const more = issues.length === 1 ? '' : `; and ${issues.length - 1} more`;
  throw new SnError('SN_VALIDATION', `${message}${pathText(first.path)}: ${first.message}${more}`, {
    details: { message, issues },
  });
}

/** `.lines[2].sku` */
function pathText(path: readonly PropertyKey[]): string {
  return path.map((key) => (typeof key === 'number' ? `[${key}]` : `.${String(key)}`)).join('');
}
