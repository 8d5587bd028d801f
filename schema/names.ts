/**
 * Names: what a message, a worker or a field may be called.
 *
 * Names become identifiers, members, types and files of the emitted code, so they are taken from an allow-list
 * of shapes; what the emitted code already uses is refused, and so are two names that would meet there.
 * Collisions are judged without regard to case: file systems differ, and `flight` and `Flight` would both
 * give `encodeFlight`.
 */
import { requestName, responseName } from './call.js';
import { type Fault, type FaultList, quote } from './faults.js';

type NameFault = Pick<Fault, 'code' | 'problem' | 'help'>;

const IDENTIFIER = /^[A-Za-z_][A-Za-z0-9_]*$/;

/** A file of this name cannot be made on Windows, whatever its extension. */
const DEVICE_NAME = /^(con|prn|aux|nul|com[0-9]|lpt[0-9])$/i;

/** Words that JavaScript modules and TypeScript do not take as the name of a binding. */
const RESERVED_WORDS: ReadonlySet<string> = new Set(
  (
    'arguments await break case catch class const continue debugger default delete do else enum eval export extends ' +
    'false finally for function if implements import in instanceof interface let new null package private ' +
    'protected public return static super switch this throw true try typeof undefined var void while with yield'
  ).split(' '),
);

/** Members that every object has, or that change what an object is. */
const OBJECT_MEMBERS: ReadonlySet<string> = new Set([
  ...Object.getOwnPropertyNames(Object.prototype),
  'prototype',
  'toObject',
]);

/** `then` would make what carries it a promise to `await`. */
const HANDLER_MEMBERS: ReadonlySet<string> = new Set([
  'init',
  'tick',
  'shutdown',
  'exportPartition',
  'importPartition',
  'then',
]);

const POOL_MEMBERS: ReadonlySet<string> = new Set(
  'receive receivers stream stats target control drain close destroy on off then'.split(' '),
);

/** Members of a handler's `ctx` beside the workers it sends to. */
const CONTEXT_MEMBERS: ReadonlySet<string> = new Set(['instance', 'instances', 'partitionOf', 'signal']);

/** Modules of the emitted code, and the name of the host. */
const EMITTED_FILES: ReadonlySet<string> = new Set(['main', 'pool', 'messages', 'index', 'validators']);

/** Types and values that emitted code uses: a message's type of this name would hide them, or be hidden. */
const EMITTED_GLOBALS: ReadonlySet<string> = new Set(
  (
    'AbortSignal Array ArrayBuffer Atomics BigInt BigInt64Array BigUint64Array Boolean Buffer Claim ClaimOptions Codec CorrelationOption DataView Date ' +
    'CallHandle CallOptions CallSignals MapOf Disposable Error Float32Array Float64Array Function Handle Inbox Infinity Int16Array Int32Array Int8Array JSON ' +
    'LaneClaim LaneReader LaneWriter LongLaneClaim MainClaim MainHandle MainInbox MainReceive MainSend MainStream MainTrySend Map Math Memory ' +
    'MessageStream NaN Number Object Omit Participant Pick Pool PoolBase PoolBaseOptions PoolOptions PoolProgram Promise Proxy ' +
    'RangeError Readonly Receive Receivers Record Reflect RegExp SendOptions Set SharedArrayBuffer SnError State ' +
    'StreamOptions String Symbol Target TextDecoder TextEncoder TraceContext TraceOption TypeError URL Uint16Array Uint32Array Uint8Array Validators WeakMap ' +
    'WaitOptions WeakSet Worker WorkerControl WorkerStats any badRecord bigint boolean claimOn claimToAll closedRecord console createPool emptyInbox enumValue fieldRange ' +
    'answerCall answering calling globalThis hashBigInt hashBool hashDate hashEnum hashNumber hashText indexesOf longClaimOn mapCalls longClaimToAll memoryOf never ' +
    'number object process program readAscii readBool readBytes readDate readF32 readF64 readSafeInt readUtf8 ' +
    'runWorker sendToAll startCall startPool string symbol timeOf trySendToAll unknown unknownTag viewBytes writeAscii ' +
    'CustomRoute LeastLoaded claimRouted hashBytes hashF32 laneByRoute longClaimRouted partitionOfRange ' +
    'writeBytes writeUtf8'
  ).split(' '),
);

export function fieldNameFault(name: string): NameFault | undefined {
  return shapeFault(name) ?? takenFault(name, OBJECT_MEMBERS, 'is a member of every object');
}

export function messageNameFault(name: string): NameFault | undefined {
  return (
    fieldNameFault(name) ??
    takenFault(name, HANDLER_MEMBERS, "is a member of a worker's handlers") ??
    takenFault(name, EMITTED_GLOBALS, 'is used by the emitted code')
  );
}

export function workerNameFault(name: string): NameFault | undefined {
  return (
    fieldNameFault(name) ??
    takenFault(name, POOL_MEMBERS, 'is a member of the pool') ??
    takenFault(name, CONTEXT_MEMBERS, "is a member of a handler's ctx") ??
    takenFault(name.toLowerCase(), EMITTED_FILES, 'is a module of the emitted code') ??
    (DEVICE_NAME.test(name) ? taken(name, 'cannot be the name of a file on Windows') : undefined)
  );
}

/** Reports every message and worker whose emitted names meet those of one that stands before it. */
export function reportCollisions(
  messages: readonly string[],
  calls: readonly string[],
  workers: readonly string[],
  faults: FaultList,
): void {
  const owners = new Map<string, string>();
  const claim = (path: readonly string[], owner: string, emitted: readonly string[]) => {
    const met = emitted.find((name) => owners.has(name.toLowerCase()));
    if (met === undefined) {
      for (const name of emitted) owners.set(name.toLowerCase(), owner);
      return;
    }
    faults.push({
      code: 'SN1022',
      path,
      problem: `'${path[1]}' and ${owners.get(met.toLowerCase())} would both be ${met} in the emitted code, if only by case`,
      help: 'rename one of them',
    });
  };
  for (const name of messages) claim(['messages', name], `the message '${name}'`, namesOfMessage(name));
  for (const name of calls) claim(['calls', name], `the call '${name}'`, namesOfCall(name));
  for (const name of workers) claim(['workers', name], `the worker '${name}'`, namesOfWorker(name));
}

/** What the emitters name after a message. */
function namesOfMessage(name: string): readonly string[] {
  const type = capitalised(name);
  const functions = ['encode', 'decode', 'validate', 'stamp', 'encodeEnveloped'].map((verb) => verb + type);
  const types = ['View', 'Writer', 'Codec', 'Envelope', 'EnvelopeView'].map((suffix) => name + suffix);
  const routing = ['hashOf', 'partitionOf', 'boundsOf', 'customOf', 'routeOf', 'setKeyOf'].map(
    (prefix) => prefix + name,
  );
  return [name, ...types, ...functions, ...routing];
}

/** What the emitters name after a call; a handler has one member for each message and each call. */
function namesOfCall(name: string): readonly string[] {
  const parts = [requestName(name), responseName(name)].flatMap(namesOfMessage);
  return [name, `answer${capitalised(name)}`, `callOf${capitalised(name)}`, ...parts];
}

/** What the emitters name after a worker: its module (told apart by its suffix), its types and its `define`. */
function namesOfWorker(name: string): readonly string[] {
  const type = capitalised(name);
  const suffixes = 'Call Claim Context Handle Handlers Inbox PartitionOf Pool Send TrySend'.split(' ');
  const types = suffixes.map((suffix) => `${type}${suffix}`);
  return [`${name}.ts`, `define${type}`, `run${type}`, `partitionsOf${type}`, ...types];
}

function capitalised(name: string): string {
  return name.slice(0, 1).toUpperCase() + name.slice(1);
}

function shapeFault(name: string): NameFault | undefined {
  if (!IDENTIFIER.test(name)) {
    return {
      code: 'SN1020',
      problem: `a name must be letters, digits and _, and not begin with a digit: got ${quote(name)}`,
      help: `write '${name.replace(/[^A-Za-z0-9_]+/g, '_').replace(/^(?=[0-9]|$)/, '_')}'`,
    };
  }
  return takenFault(name, RESERVED_WORDS, 'is a reserved word');
}

function takenFault(name: string, names: ReadonlySet<string>, why: string): NameFault | undefined {
  return names.has(name) ? taken(name, why) : undefined;
}

function taken(name: string, why: string): NameFault {
  return { code: 'SN1021', problem: `'${name}' ${why}`, help: `choose another name, such as '${name}_'` };
}
