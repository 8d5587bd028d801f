/**
 * Native affinity: the system calls that bind the calling thread to CPUs, through `koffi`.
 *
 * koffi is an optional peer dependency, required when a thread is bound and never before. It is required by name from where this code
 * lies, so that bundlers leave it where it is installed. Node.js itself has no call for this.
 *
 *   Linux    int sched_setaffinity(0, bytes, mask): 0 is the calling thread; the mask has one bit for each CPU. It ands the mask with the
 *            cpuset and refuses (EINVAL) only what leaves nothing.
 *   Windows  SetThreadAffinityMask(GetCurrentThread(), mask) within the thread's processor group of at most 64 CPUs, which
 *            GetThreadGroupAffinity reads back.
 */
import { createRequire } from 'node:module';
import { SnError } from '../errors.js';
import { formatCpuList } from './cpu-list.js';

/** What is used of koffi, of its versions 2 and 3. */
export interface Koffi {
  /** @param path - of a library; null for what the program itself is linked to. */
  load(path: string | null): { func(prototype: string): (...values: unknown[]) => unknown };
  /** Of the last call of this thread. */
  errno(): number;
}

/** Mask words are of 64 bits. */
const WORD_BITS = 64;
/** CPUs in a processor group of Windows. */
const GROUP_CPUS = 64;
/** `GROUP_AFFINITY`: the mask in 8 bytes, the group in 2, and 6 that are reserved. */
const GROUP_AFFINITY_BYTES = 16;

/** @throws SnError `SN_AFFINITY` when koffi is not installed, or not for this platform. */
export function loadKoffi(load: (name: string) => unknown = requireFromHere): Koffi {
  try {
    return load('koffi') as Koffi;
  } catch (cause) {
    const isMissing = (cause as { readonly code?: unknown } | null)?.code === 'MODULE_NOT_FOUND';
    const problem = isMissing ? 'which is not installed' : `which does not load: ${(cause as Error).message}`;
    throw new SnError(
      'SN_AFFINITY',
      `threads are bound to CPUs through the package koffi, ${problem}: run npm install koffi where the program runs, or leave affinity out`,
      { cause, details: { package: 'koffi' } },
    );
  }
}

/** @throws SnError `SN_AFFINITY` when Linux allows none of these CPUs. */
export function bindOnLinux(koffi: Koffi, cpus: readonly number[]): void {
  const setAffinity = koffi.load(null).func('int sched_setaffinity(int, size_t, const void *)');
  const mask = maskOf(cpus);
  if (setAffinity(0, mask.byteLength, mask) === 0) return;
  throw refused(cpus, `sched_setaffinity failed with errno ${koffi.errno()}`);
}

/**
 * @returns the CPUs that Windows says the thread may use now.
 * @throws SnError `SN_AFFINITY` for CPUs outside the first processor group, and when Windows refuses.
 */
export function bindOnWindows(koffi: Koffi, cpus: readonly number[]): readonly number[] {
  if (cpus.some((cpu) => cpu >= GROUP_CPUS))
    throw refused(cpus, `only the ${GROUP_CPUS} CPUs of one processor group can be used on Windows`);
  const kernel = koffi.load('kernel32.dll');
  const thread = kernel.func('void *__stdcall GetCurrentThread()')();
  const setMask = kernel.func('uintptr_t __stdcall SetThreadAffinityMask(void *, uintptr_t)');
  const readGroup = kernel.func('int __stdcall GetThreadGroupAffinity(void *, void *)');
  const mask = new DataView(maskOf(cpus).buffer).getBigUint64(0, true);
  // It answers with the mask before, which is never empty.
  if (BigInt(setMask(thread, mask) as number | bigint) === 0n)
    throw refused(cpus, 'SetThreadAffinityMask failed');
  const group = new Uint8Array(GROUP_AFFINITY_BYTES);
  if (readGroup(thread, group) === 0) throw refused(cpus, 'GetThreadGroupAffinity failed');
  return cpusIn(group.subarray(0, WORD_BITS / 8));
}

/** One bit for each CPU, the lowest first, in whole words. */
function maskOf(cpus: readonly number[]): Uint8Array {
  const words = Math.floor(Math.max(...cpus) / WORD_BITS) + 1;
  const mask = new Uint8Array((words * WORD_BITS) / 8);
  for (const cpu of cpus) mask[cpu >> 3] = (mask[cpu >> 3] as number) | (1 << (cpu & 7));
  return mask;
}

function cpusIn(mask: Uint8Array): readonly number[] {
  return Array.from({ length: mask.length * 8 }, (_, cpu) => cpu).filter(
    (cpu) => ((mask[cpu >> 3] as number) & (1 << (cpu & 7))) !== 0,
  );
}

function refused(cpus: readonly number[], why: string): SnError {
  return new SnError(
    'SN_AFFINITY',
    `the system does not let this thread run on ${formatCpuList(cpus)}: ${why}; allowedCpus() says what it may use`,
    { details: { cpus } },
  );
}

function requireFromHere(name: string): unknown {
  return createRequire(import.meta.url)(name);
}
