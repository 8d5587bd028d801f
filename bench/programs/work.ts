/** The work of a task, the same for all pools: busy for so many microseconds by the clock, at which nobody looks for 0. */
export function work(microseconds: number): number {
  if (microseconds === 0) return microseconds;
  const endMs = performance.now() + microseconds / 1000;
  while (performance.now() < endMs);
  return microseconds;
}
