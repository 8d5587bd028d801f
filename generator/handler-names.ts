/**
 * Handler names: what a handler's source mentions, to tell which messages it cannot possibly send.
 *
 * Every send names its message: `ctx.main.send.Report(...)`. So a handler that nowhere has the name `Report` does not send it. That holds only
 * where all of its code is in this one file and no send picks its message at run time; a module for which it may not hold is *open*, and
 * nothing is said of it. When in doubt it is open: a wrong warning costs more than a missing one.
 */
import { isBuiltin } from 'node:module';
import { dirname, resolve, sep } from 'node:path';
import type { ts } from 'ts-morph';
import type { TypeScript } from './typescript.js';

/** What of a handle has the messages' names for members. */
const SENDERS: ReadonlySet<string> = new Set(['send', 'trySend', 'claim', 'tryClaim']);

/** All names and texts in a module, or `undefined` where it is open. @param generated - folder of the generated code, absolute. */
export function namesIn(
  t: TypeScript,
  file: string,
  text: string,
  generated: string,
): ReadonlySet<string> | undefined {
  const source = t.createSourceFile(file, text, t.ScriptTarget.ESNext, true);
  const names = new Set<string>();
  let isOpen = false;
  const visit = (node: ts.Node): void => {
    if (t.isIdentifier(node) || t.isStringLiteralLike(node)) names.add(node.text);
    if (isForeign(t, node, file, generated) || isPickedLater(t, node)) isOpen = true;
    if (!isOpen) t.forEachChild(node, visit);
  };
  visit(source);
  return isOpen ? undefined : names;
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

/** `send` by itself, whose members may be asked for by any name. */
function isPickedLater(t: TypeScript, node: ts.Node): boolean {
  if (!t.isIdentifier(node) || !SENDERS.has(node.text)) return false;
  const access = node.parent;
  const isMember = t.isPropertyAccessExpression(access) && access.name === node;
  return !isMember || !t.isPropertyAccessExpression(access.parent) || access.parent.expression !== access;
}
