/**
 * Handler names: what a handler's source mentions, to tell what it cannot possibly send, and where it cannot block.
 *
 * Every send and call names what it sends, and to whom: `ctx.main.send.Report(...)`. So a handler that nowhere has the name `Report` does not
 * send it, and one that has `ledger.trySend` and nowhere `ledger.send` does not block there. That holds only where all of its code is in
 * this one file and no send picks its message at run time; a module for which it may not hold is *open*, and nothing is said of it. When in doubt
 * it is open: a wrong warning costs more than a missing one.
 */
import { isBuiltin } from 'node:module';
import { dirname, resolve, sep } from 'node:path';
import type { ts } from 'ts-morph';
import type { TypeScript } from './typescript.js';

/** What of a handle has the names of messages and calls for members, and whether it blocks where a lane is full. */
const MEMBERS: ReadonlyMap<string, { readonly blocks: boolean }> = new Map([
  ['send', { blocks: true }],
  ['claim', { blocks: true }],
  ['call', { blocks: true }],
  ['map', { blocks: true }],
  ['trySend', { blocks: false }],
  ['tryClaim', { blocks: false }],
]);
/** Of these every function and every array has one, too, which is called and has no such members. */
const COMMON: ReadonlySet<string> = new Set(['call', 'map']);

export interface HandlerNames {
  /** All names and texts. */
  readonly names: ReadonlySet<string>;
  /** The names of what may block: of targets, or of what stands for some. */
  readonly blocking: ReadonlySet<string>;
}

/** What a module mentions, or `undefined` where it is open. @param generated - folder of the generated code, absolute. */
export function namesIn(
  t: TypeScript,
  file: string,
  text: string,
  generated: string,
): HandlerNames | undefined {
  const source = t.createSourceFile(file, text, t.ScriptTarget.ESNext, true);
  const names = new Set<string>();
  const blocking = new Set<string>();
  let isOpen = false;
  const visit = (node: ts.Node): void => {
    if (t.isIdentifier(node) || t.isStringLiteralLike(node)) names.add(node.text);
    if (isForeign(t, node, file, generated) || isPickedLater(t, node)) isOpen = true;
    const blocked = blockingName(t, node);
    if (blocked !== undefined) blocking.add(blocked);
    if (!isOpen) t.forEachChild(node, visit);
  };
  visit(source);
  return isOpen ? undefined : { names, blocking };
}

/** Whether a worker may block in what it sends to a target, by what its handler mentions. @param targets - all that it may send to. */
export function mayBlockAt({ blocking }: HandlerNames, to: string, targets: ReadonlySet<string>): boolean {
  // What is no target's name may stand for any.
  return [...blocking].some((name) => name === to || !targets.has(name));
}

/** An import of code that may send, too. */
function isForeign(t: TypeScript, node: ts.Node, file: string, generated: string): boolean {
  if (t.isCallExpression(node)) {
    const { expression } = node;
    return (
      expression.kind === t.SyntaxKind.ImportKeyword ||
      (t.isIdentifier(expression) && expression.text === 'require')
    );
  }
  if (t.isImportEqualsDeclaration(node)) return true;
  if (!t.isImportDeclaration(node) && !t.isExportDeclaration(node)) return false;
  const { moduleSpecifier } = node;
  const isType = t.isImportDeclaration(node) ? node.importClause?.isTypeOnly === true : node.isTypeOnly;
  if (isType || moduleSpecifier === undefined || !t.isStringLiteral(moduleSpecifier)) return false;
  const { text } = moduleSpecifier;
  if (isBuiltin(text) || text === 'sn-gen/runtime') return false;
  return !text.startsWith('.') || !resolve(dirname(file), text).startsWith(generated + sep);
}

/** `send` by itself, or `'send'`: its members may be asked for by any name. */
function isPickedLater(t: TypeScript, node: ts.Node): boolean {
  if (t.isStringLiteralLike(node)) return MEMBERS.has(node.text);
  if (!t.isIdentifier(node) || !MEMBERS.has(node.text)) return false;
  const access = node.parent;
  if (!t.isPropertyAccessExpression(access) || access.name !== node)
    return !COMMON.has(node.text) || t.isBindingElement(access);
  const use = access.parent;
  if (t.isPropertyAccessExpression(use) && use.expression === access) return false;
  return !(COMMON.has(node.text) && t.isCallExpression(use) && use.expression === access);
}

/** `ledger` of `ctx.ledger.send.Entry`: the name of what blocks there; empty where it has none. */
function blockingName(t: TypeScript, node: ts.Node): string | undefined {
  if (!t.isPropertyAccessExpression(node) || MEMBERS.get(node.name.text)?.blocks !== true) return undefined;
  const use = node.parent;
  return t.isPropertyAccessExpression(use) && use.expression === node
    ? nameOf(t, node.expression)
    : undefined;
}

function nameOf(t: TypeScript, node: ts.Expression): string {
  if (t.isIdentifier(node)) return node.text;
  if (t.isPropertyAccessExpression(node)) return node.name.text;
  // at(instance)
  if (t.isCallExpression(node) && t.isPropertyAccessExpression(node.expression))
    return node.expression.name.text === 'at' ? nameOf(t, node.expression.expression) : '';
  return '';
}
