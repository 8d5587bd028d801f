import { getEnvironmentData } from 'node:worker_threads';
import { defineKeeper, type KeeperContext } from './generated/index.js';

/** Of the test: see support/gate.ts. */
const gate = new Int32Array((getEnvironmentData('gate') as SharedArrayBuffer) ?? new SharedArrayBuffer(8));
/** A gate that a broken test leaves shut does not hold for ever. */
const GATE_TIMEOUT_MS = 10_000;

const tell = (route: string, { id }: { readonly id: number }, { main, instance }: KeeperContext): void =>
  void main.send.Got({ route, key: '', id, instance });

export default defineKeeper({
  ByKey({ key, id }, _, { main, instance }) {
    main.send.Got({ route: 'hash', key, id, instance });
  },
  ByTwoKeys({ key, half, id }, _, { main, instance }) {
    main.send.Got({ route: 'twoKeys', key: `${key}${half ? '+' : '-'}`, id, instance });
  },
  InTurn: (message, _, ctx) => tell('roundRobin', message, ctx),
  ToAll: (message, _, ctx) => tell('broadcast', message, ctx),
  ByNumber: (message, _, ctx) => tell('number', message, ctx),
  BySingle: (message, _, ctx) => tell('f32', message, ctx),
  ByBigInt: (message, _, ctx) => tell('bigint', message, ctx),
  ByBool: (message, _, ctx) => tell('bool', message, ctx),
  ByDate: (message, _, ctx) => tell('date', message, ctx),
  ByEnum: (message, _, ctx) => tell('enum', message, ctx),
  ByText: (message, _, ctx) => tell('text', message, ctx),
  ByBytes: (message, _, ctx) => tell('bytes', message, ctx),
  ByUuid: (message, _, ctx) => tell('uuid', message, ctx),
  ByRange: (message, _, ctx) => tell('range', message, ctx),
  BySingleRange: (message, _, ctx) => tell('f32Range', message, ctx),
  ByBigIntRange: (message, _, ctx) => tell('bigintRange', message, ctx),
  ByDateRange: (message, _, ctx) => tell('dateRange', message, ctx),
  ByTextRange: (message, _, ctx) => tell('textRange', message, ctx),
  Balanced(message, _, ctx) {
    if (message.waits) waitAtGate();
    tell('leastLoaded', message, ctx);
  },
  ByRule: (message, _, ctx) => tell('custom', message, ctx),
  ByLongRule: (message, _, ctx) => tell('longCustom', message, ctx),
  whoHas: (_request, _, { instance }) => ({ instance }),
  whoIsFree: (_request, _, { instance }) => ({ instance }),
  whoIsNamed: (_request, _, { instance }) => ({ instance }),
});

function waitAtGate(): void {
  Atomics.add(gate, 1, 1);
  Atomics.notify(gate, 1);
  Atomics.wait(gate, 0, 0, GATE_TIMEOUT_MS);
}
