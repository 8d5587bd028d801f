/**
 * Declarations: how `worker()` and the routes hand what the user wrote to `describeTopology`.
 *
 * They return *functions* that carry their declaration under a symbol. The reason is in TypeScript's
 * inference: it checks a nested call before it knows the outer call's type parameters and keeps that result,
 * unless the nested call returns a function; then it waits until the outer ones are known. Only so can
 * `hash('orgin')` inside `worker()` inside `topology()` be refused at the very word, and be completed.
 */

const DECLARATION = Symbol.for('sn-gen.declaration');

/** What `worker()` or a route recorded, not checked yet. */
export interface Declaration {
  readonly of: 'worker' | 'route';
  readonly input: unknown;
}

/** Wraps a declaration in a function; calling it gives the input back. */
export function declare<Input>(of: Declaration['of'], input: Input): () => Input {
  const carrier = () => input;
  Object.defineProperty(carrier, DECLARATION, { value: Object.freeze({ of, input }) });
  return Object.freeze(carrier);
}

/** The declaration that a value carries; the user's own functions carry none and are not called. */
export function declarationOf(value: unknown, of: Declaration['of']): Declaration | undefined {
  if (typeof value !== 'function') return undefined;
  const declaration = (value as { readonly [DECLARATION]?: Declaration })[DECLARATION];
  return declaration?.of === of ? declaration : undefined;
}
