/**
 * Claims: the emitted way to write a message in place, beside the senders.
 */
import type { Imports } from './imports.js';
import { keyOf } from './keys.js';
import { inputNameOf } from './message-model.js';
import { capitalised } from './names.js';
import { optionsOf, passTurn, pickLane, routeOf, type Sent } from './routes.js';
import { assignment, call, docComment, line } from './text.js';
import { isValidated } from './validators.js';

/** A member of the interface `XClaim`. */
export function claimSignature(sent: Sent, imports: Imports): string {
  const { layout } = sent;
  const key = keyOf(sent);
  const writer = imports.messageType(`${layout.name}Writer`);
  const record = key === undefined ? writer : `Omit<${writer}, ${key.names}>`;
  const parameters = [
    ...(key === undefined ? [] : [`key: ${key.type}`]),
    `options?: ${optionsOf(sent, 'ClaimOptions', imports)}`,
  ];
  return line(
    2,
    layout.name,
    { open: '(', items: parameters, close: ')' },
    `: ${imports.runtimeType('Claim')}<${record}>;`,
  );
}

/** The function that writes what routes a message; nothing where its fields do not. */
export function emitSetKey(sent: Sent, imports: Imports): readonly string[] {
  const key = keyOf(sent);
  if (key === undefined) return [];
  const { name } = sent.layout;
  imports.messageType(inputNameOf(sent.layout));
  const writer = imports.message(`${name}Writer`);
  return [
    [
      docComment(0, undefined, `Writes what routes ${name}.`),
      line(
        0,
        `function setKeyOf${name}`,
        { open: '(', items: [`record: ${writer}`, `key: ${key.type}`], close: ')' },
        ': void {',
      ),
      ...key.fields.map((field) => `  record.${field} = key.${field};`),
      '}',
    ].join('\n'),
  ];
}

/** The name of the method and its parameters. */
export function claimHead(sent: Sent): string {
  return `${sent.layout.name}(${keyOf(sent) === undefined ? '' : 'key, '}options)`;
}

/**
 * The locals that a claim needs: what it knows of the message, what checks a validated one when it is whole, and the claims on the one
 * lane that there is, which V8 takes for a constant.
 */
export function claimLocals(sent: Sent, imports: Imports): readonly string[] {
  const { entry, layout } = sent;
  const { name, envelope, tailMaxBytes } = layout;
  const kind = [
    `tag: ${entry.tag}`,
    `writer: ${imports.message(`${name}Writer`)}`,
    ...(isValidated(layout) ? [`check: ${checkOf(name)}`] : []),
    ...(envelope === undefined
      ? []
      : [
          `envelope: { byteLength: ${envelope.byteLength}, stamp: ${imports.message(`stamp${capitalised(name)}`)} }`,
        ]),
  ];
  const locals = [
    ...(isValidated(layout) ? emitCheck(sent, imports) : []),
    line(4, `const ${kindOf(name)} = `, { open: '{', items: kind, close: '}' }, ';'),
  ];
  if (routeOf(sent).pick === undefined) return locals;
  const claims = imports.runtime(tailMaxBytes === undefined ? 'LaneClaim' : 'LongLaneClaim');
  const made = `only && new ${claims}(only, ${kindOf(name)})`;
  return [...locals, assignment(4, `const ${localOf(sent)}`, made), ...emitLaneOf(sent, imports)];
}

/** Decodes a message that is whole, for a route that must see all of it. */
function emitLaneOf(sent: Sent, imports: Imports): readonly string[] {
  const { pick, needsWhole } = routeOf(sent);
  if (!needsWhole || pick === undefined) return [];
  const { name } = sent.layout;
  const parameters = [`memory: ${imports.runtimeType('Memory')}`, 'offsetBytes: number'];
  return [
    line(
      4,
      `const laneOf${name} = `,
      { open: '(', items: parameters, close: ')' },
      `: ${imports.runtimeType('LaneWriter')} => {`,
    ),
    `      const value = ${imports.message(`decode${capitalised(name)}`)}(memory, offsetBytes);`,
    `      return ${pick(sent, imports, 'value')};`,
    '    };',
  ];
}

/** A record has no object to run the schema on: it is decoded for that. */
function emitCheck({ layout: { name } }: Sent, imports: Imports): readonly string[] {
  const decode = imports.message(`decode${capitalised(name)}`);
  const parameters = [`memory: ${imports.runtimeType('Memory')}`, 'offsetBytes: number'];
  return [
    line(4, `const ${checkOf(name)} = `, { open: '(', items: parameters, close: ')' }, ': void => {'),
    line(6, '', call(`validators.${name}?.`, `${decode}(memory, offsetBytes)`), ';'),
    '    };',
  ];
}

function checkOf(name: string): string {
  return `checkOf${name}`;
}

function kindOf(name: string): string {
  return `kindOf${name}`;
}

/** The body of a claim, indented as it stands. */
export function emitClaim(sent: Sent, imports: Imports): readonly string[] {
  const { layout } = sent;
  const { pick, turn, needsWhole } = routeOf(sent);
  const open = layout.tailMaxBytes === undefined ? 'claim' : 'longClaim';
  if (pick === undefined) {
    return [`        return ${imports.runtime(`${open}ToAll`)}(lanes, ${kindOf(layout.name)}, options);`];
  }
  if (needsWhole) return emitWholeClaim(sent, imports);
  const onLane = `${localOf(sent)} ?? ${imports.runtime(`${open}On`)}(lane, ${kindOf(layout.name)})`;
  const key = keyOf(sent) === undefined ? 'open(' : `openKeyed(setKeyOf${layout.name}, key, `;
  return [
    ...inMethod(...pickLane(pick(sent, imports, 'key'))),
    assignment(8, 'const claim', onLane),
    ...inMethod(...passTurn(turn?.(sent)), `return claim.${key}options);`),
  ];
}

/** Where the lane is known only once the message is whole: it is written elsewhere and decoded for the route. */
function emitWholeClaim(sent: Sent, imports: Imports): readonly string[] {
  const { name, tailMaxBytes } = sent.layout;
  const routing = [kindOf(name), `laneOf${name}`, 'options'];
  const routed =
    tailMaxBytes === undefined
      ? call(imports.runtime('claimRouted'), 'lanes', ...routing)
      : call(imports.runtime('longClaimRouted'), ...routing);
  return [
    `        if (${localOf(sent)} !== undefined) return ${localOf(sent)}.open(options);`,
    line(8, 'return ', routed, ';'),
  ];
}

function inMethod(...lines: readonly string[]): readonly string[] {
  return lines.map((text) => `        ${text}`);
}

function localOf({ layout }: Sent): string {
  return `claimOf${layout.name}`;
}
