/**
 * Thread place: what a thread does with its settings, what it tells the host about itself, and how the host sees from that where the
 * thread may run.
 *
 * On Linux it tells its number, by which anybody can read its CPUs from /proc at any time: that is never stale, and a busy thread is
 * not asked. Elsewhere it tells what the system answered when it bound itself, which stays so unless it binds itself anew.
 */
import { cpusOfThread } from './cpu-topology.js';
import { bindThread, ownSystemThreadId } from './pin-thread.js';
import type { ThreadSettings } from './thread-plan.js';
import { setThreadPriority } from './thread-priority.js';

/** From a thread to the host; structured-cloneable. */
export interface ThreadPlace {
  /** The number that Linux knows the thread by. */
  readonly systemThreadId: number | undefined;
  /** Where it might run once it had bound itself. */
  readonly bound: readonly number[] | undefined;
}

/** In a thread that starts: runs as the host has planned. @throws SnError `SN_AFFINITY`, `SN_PRIORITY`. */
export function takePlace({ cpu, priority }: ThreadSettings): ThreadPlace {
  const bound = cpu === undefined ? undefined : bindThread([cpu]);
  if (priority !== undefined) setThreadPriority(priority);
  return { systemThreadId: ownSystemThreadId(), bound };
}

/** At the host: where a thread that lives may run; undefined where the system does not tell. */
export function cpusAt({ systemThreadId, bound }: ThreadPlace): readonly number[] | undefined {
  return systemThreadId === undefined ? bound : cpusOfThread(systemThreadId);
}
