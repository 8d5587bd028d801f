/**
 * Unsupported: says once in a process what this system cannot do with threads. The program goes on: where a thread runs changes how
 * fast it is, not what it does.
 */

const CANNOT = {
  affinity: 'does not bind threads to CPUs: affinity is ignored, the system decides where threads run',
  priority: 'has no priority for each thread that Node.js could set: priority is ignored',
} as const;

const warned = new Set<keyof typeof CANNOT>();

export function warnUnsupported(what: keyof typeof CANNOT): void {
  if (warned.has(what)) return;
  warned.add(what);
  const code = what === 'affinity' ? 'SN_AFFINITY' : 'SN_PRIORITY';
  process.emitWarning(`${process.platform} ${CANNOT[what]}`, { type: 'SnWarning', code });
}
