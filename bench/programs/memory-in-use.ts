/** What the calling thread holds: its isolate's heap after a collection, and what lies outside of it. Needs `--expose-gc`. */
export function memoryInUse(): { readonly heapBytes: number; readonly externalBytes: number } {
  if (globalThis.gc === undefined) throw new Error('start node with --expose-gc');
  globalThis.gc();
  const { heapUsed, external } = process.memoryUsage();
  return { heapBytes: heapUsed, externalBytes: external };
}
