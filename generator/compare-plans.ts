/**
 * Compare plans: every difference between an older plan and a newer one.
 *
 * I1  A message that both have has a difference that breaks the wire exactly when the two builds do not understand each other's
 *     records: when neither's fingerprints are the beginning of the other's.
 */
import type { EnvelopeLayout } from '../schema/envelope.js';
import type { InboxPlan, MessagePlan, TopologyPlan, WorkerPlan } from '../schema/plan.js';
import { compareStructs } from './compare-types.js';
import { type Difference, type DifferenceList, differ, isSame, pairUp } from './differences.js';

type Route = InboxPlan['messages'][number]['route'];

export function comparePlans(older: TopologyPlan, newer: TopologyPlan): readonly Difference[] {
  const found: DifferenceList = [];
  compareMessages(older.messages, newer.messages, found);
  const { removed, added, both } = pairUp(older.workers, newer.workers, ({ name }) => name);
  for (const { name } of removed) differ(found, 'worker-removed', `workers.${name}`, name);
  for (const { name } of added) differ(found, 'worker-added', `workers.${name}`, undefined, name);
  for (const [was, is] of both) compareWorkers(was, is, found);
  compareTags(older.main, newer.main, 'main.receives', found);
  return found;
}

/** Messages are known by their names; one that has all of another's fields in their places is that one, renamed. */
function compareMessages(
  older: readonly MessagePlan[],
  newer: readonly MessagePlan[],
  found: DifferenceList,
): void {
  const { removed, added, both } = pairUp(older, newer, ({ name }) => name);
  const free = new Set(added);
  for (const was of removed) {
    // Two messages without fields are alike, but nothing says that they are one.
    const is = [...free].find(({ fields }) => fields.length > 0 && isSame(fields, was.fields));
    if (is !== undefined) free.delete(is);
    const path = `messages.${was.name}`;
    if (is === undefined) differ(found, 'message-removed', path, `${was.byteLength} bytes`);
    else differ(found, 'message-renamed', path, was.name, is.name);
  }
  for (const [was, is] of both) {
    compareRecords(was, is, found);
    compareValidation(was, is, found);
    compareEnvelopes(was, is, found);
  }
  for (const { name, byteLength } of free) {
    differ(found, 'message-added', `messages.${name}`, undefined, `${byteLength} bytes`);
  }
}

function compareRecords(was: MessagePlan, is: MessagePlan, found: DifferenceList): void {
  const path = `messages.${was.name}`;
  const before = found.length;
  compareStructs(was, is, path, found, interoperate(was, is));
  if (found.length > before || was.fingerprint === is.fingerprint) return;
  differ(found, 'record-changed', path, was.fingerprint, is.fingerprint);
}

function compareValidation(was: MessagePlan, is: MessagePlan, found: DifferenceList): void {
  if (was.validate === is.validate) return;
  differ(found, is.validate === true ? 'validation-added' : 'validation-removed', `messages.${was.name}`);
}

function compareEnvelopes(was: MessagePlan, is: MessagePlan, found: DifferenceList): void {
  const [older, newer] = [was, is].map(({ envelope }) => envelope?.fields ?? []) as [
    EnvelopeLayout['fields'],
    EnvelopeLayout['fields'],
  ];
  const { removed, added } = pairUp(older, newer, ({ name }) => name);
  const path = `messages.${was.name}.envelope`;
  for (const { name } of removed) differ(found, 'envelope-field-removed', path, name);
  for (const { name } of added) differ(found, 'envelope-field-added', path, undefined, name);
}

/** As `relationOf` of the runtime says: the versions that the shorter one has are those of the longer one. */
function interoperate(was: MessagePlan, is: MessagePlan): boolean {
  const [older, newer] = [was, is].map(({ fingerprint, fingerprints = [fingerprint] }) => fingerprints) as [
    readonly string[],
    readonly string[],
  ];
  const common = Math.min(older.length, newer.length);
  return isSame(older.slice(0, common), newer.slice(0, common));
}

function instancesText(instances: WorkerPlan['instances']): string {
  return typeof instances === 'object' ? `${instances.min} to ${instances.max}` : String(instances);
}

function compareWorkers(was: WorkerPlan, is: WorkerPlan, found: DifferenceList): void {
  const path = `workers.${was.name}`;
  if (was.handler !== is.handler) differ(found, 'handler-moved', `${path}.handler`, was.handler, is.handler);
  if (!isSame(was.instances, is.instances)) {
    const [before, after] = [was.instances, is.instances].map(instancesText);
    differ(found, 'instances-changed', `${path}.instances`, before, after);
  }
  if (was.tickMs !== is.tickMs) {
    const [before, after] = [was.tickMs, is.tickMs].map((ms) => (ms === undefined ? undefined : `${ms} ms`));
    differ(found, is.tickMs === undefined ? 'tick-removed' : 'tick-changed', `${path}.tickMs`, before, after);
  }
  if (was.concurrency !== is.concurrency) {
    const [before, after] = [was.concurrency, is.concurrency].map((count) => count?.toString() ?? 'sync');
    const isSameKind = was.concurrency !== undefined && is.concurrency !== undefined;
    const place = `workers.${was.name}.${isSameKind ? 'concurrency' : 'async'}`;
    differ(found, isSameKind ? 'concurrency-changed' : 'async-changed', place, before, after);
  }
  if (!isSame(was.affinity, is.affinity)) {
    const [before, after] = [was.affinity, is.affinity].map((affinity) => String(affinity ?? 'none'));
    differ(found, 'affinity-changed', `${path}.affinity`, before, after);
  }
  if (was.priority !== is.priority) {
    const [before, after] = [was.priority, is.priority].map((priority) => priority?.toString());
    differ(found, 'priority-changed', `${path}.priority`, before, after);
  }
  const [before, after] = [was.inbox.capacitySlots, is.inbox.capacitySlots];
  if (before !== after) {
    differ(found, 'capacity-changed', `${path}.capacity`, `${before} slots`, `${after} slots`);
  }
  compareReceives(was.inbox, is.inbox, `${path}.receives`, found);
  compareSends(was.sends, is.sends, `${path}.sends`, found);
}

function compareReceives(was: InboxPlan, is: InboxPlan, path: string, found: DifferenceList): void {
  const { removed, added, both } = pairUp(was.messages, is.messages, ({ message }) => message);
  for (const { message } of removed) differ(found, 'receive-removed', `${path}.${message}`, message);
  for (const { message } of added) differ(found, 'receive-added', `${path}.${message}`, undefined, message);
  for (const [older, newer] of both) {
    if (isSame(renamed(older.route, older.message, found), newer.route)) continue;
    differ(
      found,
      'route-changed',
      `${path}.${older.message}`,
      routeWords(older.route),
      routeWords(newer.route),
    );
  }
  compareTags(was, is, path, found);
}

/** The route as it would be with its fields' new names: a renamed key leads to the same instance. */
function renamed(route: Route, message: string, found: DifferenceList): Route {
  const names = new Map(
    found.flatMap(({ rule, path, was, is }): [string, string][] =>
      rule === 'field-renamed' && path === `messages.${message}.${was}` && is !== undefined
        ? [[was ?? '', is]]
        : [],
    ),
  );
  const renamedField = (field: string) => names.get(field) ?? field;
  if (route.kind === 'range') return { ...route, field: renamedField(route.field) };
  return route.kind === 'hash' || route.kind === 'consistentHash'
    ? { ...route, fields: route.fields.map(renamedField) }
    : route;
}

function compareTags(was: InboxPlan, is: InboxPlan, path: string, found: DifferenceList): void {
  for (const [older, newer] of pairUp(was.messages, is.messages, ({ message }) => message).both) {
    if (older.tag === newer.tag) continue;
    differ(found, 'tag-changed', `${path}.${older.message}`, `tag ${older.tag}`, `tag ${newer.tag}`);
  }
}

function compareSends(
  was: WorkerPlan['sends'],
  is: WorkerPlan['sends'],
  path: string,
  found: DifferenceList,
): void {
  const flat = (sends: WorkerPlan['sends']) =>
    sends.flatMap(({ to, messages }) => messages.map((message) => `${to}.${message}`));
  const { removed, added } = pairUp(flat(was), flat(is), String);
  for (const send of removed) differ(found, 'send-removed', `${path}.${send}`, send);
  for (const send of added) differ(found, 'send-added', `${path}.${send}`, undefined, send);
}

/** `hash(["origin"])`. */
function routeWords({ kind, ...parameters }: Route): string {
  const values = Object.values(parameters).map((value) => JSON.stringify(value));
  return `${kind}(${values.join(', ')})`;
}
