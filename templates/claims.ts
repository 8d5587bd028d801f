/**
 * Claims: the emitted way to write a message in place, beside the senders.
 */
import type { Imports } from './imports.js';
import { inputNameOf } from './message-model.js';
import { capitalised } from './names.js';
import { passTurn, pickLane, routeOf, type Sent } from './routes.js';
import { assignment, call, docComment, line, quote } from './text.js';
import { isValidated } from './validators.js';

/** A member of the interface `XClaim`. */
export function claimSignature(sent: Sent, imports: Imports): string {
  const { layout } = sent;
  const key = keyOf(sent);
  const writer = imports.messageType(`${layout.name}Writer`);
  const record = key === undefined ? writer : `Omit<${writer}, ${key.names}>`;
  const parameters = [
    ...(key === undefined ? [] : [`key: ${key.type}`]),
    `options?: ${imports.runtimeType('ClaimOptions')}`,
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
 * The locals that a claim needs: what checks a validated message when it is whole, and the claims on the one lane that there is,
 * which V8 takes for a constant.
 */
export function claimLocals(sent: Sent, imports: Imports): readonly string[] {
  const { layout } = sent;
  const check = isValidated(layout) ? emitCheck(sent, imports) : [];
  if (routeOf(sent).pick === undefined) return check;
  const claims = imports.runtime(layout.tailMaxBytes === undefined ? 'LaneClaim' : 'LongLaneClaim');
  const made = `new ${claims}(only, ${messageOf(sent, imports)})`;
  return [...check, ...assignment(0, `const ${localOf(sent)}`, `only && ${made}`).split('\n')];
}

/** A record has no object to run the schema on: it is decoded for that. */
function emitCheck({ layout: { name } }: Sent, imports: Imports): readonly string[] {
  const decode = imports.message(`decode${capitalised(name)}`);
  const parameters = [`memory: ${imports.runtimeType('Memory')}`, 'offsetBytes: number'];
  return [
    ...line(
      0,
      `const ${checkOf(name)} = `,
      { open: '(', items: parameters, close: ')' },
      ': void => {',
    ).split('\n'),
    ...line(2, '', call(`validators.${name}?.`, `${decode}(memory, offsetBytes)`), ';').split('\n'),
    '};',
  ];
}

function checkOf(name: string): string {
  return `checkOf${name}`;
}

/** Tag, writer and, where it is validated, its check. */
function messageOf({ entry, layout }: Sent, imports: Imports): string {
  const check = isValidated(layout) ? `, ${checkOf(layout.name)}` : '';
  return `${entry.tag}, ${imports.message(`${layout.name}Writer`)}${check}`;
}

/** The body of a claim. */
export function emitClaim(sent: Sent, imports: Imports): readonly string[] {
  const { layout } = sent;
  const { pick, turn } = routeOf(sent);
  const open = layout.tailMaxBytes === undefined ? 'claim' : 'longClaim';
  const message = messageOf(sent, imports);
  if (pick === undefined) {
    return [`return ${imports.runtime(`${open}ToAll`)}(lanes, options, ${message});`];
  }
  const onLane = `${localOf(sent)} ?? ${imports.runtime(`${open}On`)}(lane, ${message})`;
  const key = keyOf(sent) === undefined ? 'open(' : `openKeyed(setKeyOf${layout.name}, key, `;
  return [
    pickLane(pick(sent, imports, 'key')),
    ...assignment(0, 'const claim', onLane).split('\n'),
    ...passTurn(turn?.(sent)),
    `return claim.${key}options);`,
  ];
}

function localOf({ layout }: Sent): string {
  return `claimOf${layout.name}`;
}

/** The fields by whose values a message is routed. */
export function keyOf({
  entry,
  layout,
}: Sent): { readonly fields: readonly string[]; readonly names: string; readonly type: string } | undefined {
  if (entry.route.kind !== 'hash') return undefined;
  const { fields } = entry.route;
  const names = fields.map((name) => quote(name)).join(' | ');
  return { fields, names, type: `Pick<${inputNameOf(layout)}, ${names}>` };
}
