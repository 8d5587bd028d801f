/**
 * Calls: the emitted way to call a worker, beside its senders, and how its inbox answers.
 */
import type { CallPlan, InboxPlan, MessagePlan, TopologyPlan } from '../schema/plan.js';
import type { Imports } from './imports.js';
import { inputNameOf } from './message-model.js';
import { capitalised } from './names.js';
import { passTurn, pickLane, routeOf, type Sent } from './routes.js';
import { docComment, line, quote } from './text.js';

/** One call that a target answers, with all that its methods need; its `entry` and `layout` are those of the request. */
export interface Called extends Sent {
  readonly name: string;
  readonly response: MessagePlan;
}

/** The calls that arrive in an inbox. */
export function callsOf({ messages, calls }: TopologyPlan, inbox: InboxPlan): readonly Called[] {
  const layoutOf = (message: string) => messages.find(({ name }) => name === message) as MessagePlan;
  return inbox.messages.flatMap((entry): Called[] => {
    if (entry.call === undefined) return [];
    const { name, request, response } = (calls ?? []).find((one) => one.name === entry.call) as CallPlan;
    return [{ name, entry, inbox, layout: layoutOf(request), response: layoutOf(response) }];
  });
}

/** The interface `XCall`. */
export function emitCallInterface(
  type: string,
  whom: string,
  calls: readonly Called[],
  docs: ReadonlyMap<string, string>,
  imports: Imports,
): string {
  return [
    docComment(0, undefined, `Calls ${whom}: promises of the responses.`),
    `export interface ${type}Call {`,
    ...calls.flatMap((one) => {
      const parameters = [
        `request: ${imports.messageType(inputNameOf(one.layout))}`,
        `options?: ${imports.runtimeType('CallOptions')}`,
      ];
      const response = imports.messageType(one.response.name);
      return [
        docComment(2, docs.get(`calls.${one.name}`), `Answered by ${routeOf(one).whom(one.entry.route)}.`),
        line(2, one.name, { open: '(', items: parameters, close: ')' }, `: Promise<${response}>;`),
      ];
    }),
    '}',
  ].join('\n');
}

/** What the methods of `XHandle` keep of each call. */
export function emitCallKind(one: Called, imports: Imports): string {
  const [request, response] = [one.layout, one.response].map(({ name }) => capitalised(name));
  const members = [
    `name: ${quote(one.name)}`,
    `tag: ${one.entry.tag}`,
    `encode: ${imports.message(`encode${request}`)}`,
    ...(one.layout.tailMaxBytes === undefined ? [] : [`bytesOf: ${imports.message(`tailOf${request}`)}`]),
    `decode: ${imports.message(`decode${response}`)}`,
  ];
  return [
    docComment(0, undefined, `How \`${one.name}\` is called.`),
    line(
      0,
      `const ${kindOf(one)} = ${imports.runtime('calling')}(`,
      { open: '{', items: members, close: '}' },
      ');',
    ),
  ].join('\n');
}

/** The members `call` and `map` of a handle, as its constructor makes them. */
export function emitCallMembers(calls: readonly Called[], imports: Imports): readonly string[] {
  if (calls.length === 0) return [];
  return [
    '    this.call = {',
    ...calls.flatMap((one) => {
      const { pick, turn, needsWhole } = routeOf(one);
      // What picks one of several is never undefined: no call is answered by all.
      const picked = pick?.(one, imports, 'request') as string;
      return [
        // Async where the route may throw: a call rejects.
        `      ${needsWhole ? 'async ' : ''}${one.name}(request, options) {`,
        ...[...pickLane(picked), ...passTurn(turn?.(one))].map((text) => `        ${text}`),
        `        return ${imports.runtime('startCall')}(lane, ${kindOf(one)}, request, options);`,
        '      },',
      ];
    }),
    '    };',
    '    this.map = {',
    ...calls.map(
      ({ name }) =>
        `      ${name}: (requests, options) => ${imports.runtime('mapCalls')}(this.call.${name}, requests, options),`,
    ),
    '    };',
  ];
}

/** What an inbox keeps of a call that it answers. */
export function emitAnswerKind(one: Called, imports: Imports): string {
  const response = capitalised(one.response.name);
  const members = [
    `handle: (request: ${imports.messageType(`${one.layout.name}View`)}) => handlers.${one.name}(request, state, ctx)`,
    `encode: ${imports.message(`encode${response}`)}`,
    ...(one.response.tailMaxBytes === undefined ? [] : [`bytesOf: ${imports.message(`tailOf${response}`)}`]),
  ];
  const [open, close] = [`const ${answerOf(one)} = ${imports.runtime('answering')}(signals, `, ');'];
  return line(4, open, { open: '{', items: members, close: '}' }, close).trimStart();
}

/** The local that holds it. */
export function answerOf({ name }: Called): string {
  return `answerOf${capitalised(name)}`;
}

function kindOf({ name }: Called): string {
  return `callOf${capitalised(name)}`;
}
