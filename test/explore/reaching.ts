/**
 * Reaching: which functions of the sources under test can come to an Atomics operation.
 *
 * Those become generators, so that the explorer can stop them there. The analysis goes by names: a function reaches if it
 * holds an Atomics operation itself or calls something whose name belongs to a function that reaches. Names that clash
 * (`push` of a queue and of an array) cost nothing but a look at what the call returned.
 *
 * Invariants:
 * I1. Constructors and accessors never step: they run at once. Constructors may use Atomics (they run before any thread).
 */
import { ts } from 'ts-morph';

/** Array methods that call back at once: a callback that reaches makes the caller reach. */
export const SYNCHRONOUS_CALLBACKS = new Set(['some']);
/** Names of the typed arrays of `Memory` over shared memory. */
export const MEMORY_ARRAYS = new Set(['u8', 'i8', 'u16', 'i16', 'u32', 'i32', 'f32', 'f64', 'u64', 'i64']);

export type FunctionNode =
  | ts.FunctionDeclaration
  | ts.FunctionExpression
  | ts.ArrowFunction
  | ts.MethodDeclaration
  | ts.ConstructorDeclaration
  | ts.AccessorDeclaration;

export interface Reaching {
  /** Functions to be turned into generators. */
  readonly functions: ReadonlySet<ts.Node>;
  /** Whether what is called `name` inside `within` may be one of them. */
  mayReach(name: string, within: ts.Node | undefined): boolean;
  /** Two results with the same key transform the same text alike. */
  readonly key: string;
}

interface Facts {
  readonly node: FunctionNode;
  readonly name: string | undefined;
  readonly parameters: readonly string[];
  readonly calls: ReadonlySet<string>;
  readonly isDirect: boolean;
}

/** Analyses all modules together, since they call each other. */
export function findReaching(sources: readonly ts.SourceFile[]): Reaching {
  const facts = new Map<ts.Node, Facts>();
  const passed: { callee: string; index: number; argument: ts.Expression }[] = [];
  for (const source of sources) collect(source, facts, passed);

  const functions = new Set<ts.Node>();
  const names = new Set<string>();
  const parameters = new Map<ts.Node, Set<string>>();
  const mayReach = (name: string, within: ts.Node | undefined): boolean =>
    names.has(name) || (within !== undefined && parameters.get(within)?.has(name) === true);
  const isReaching = (argument: ts.Expression): boolean =>
    functions.has(argument) || names.has(nameOf(argument) ?? '');

  for (let before = -1; before !== functions.size + parameters.size; ) {
    before = functions.size + parameters.size;
    for (const fact of facts.values()) {
      if (functions.has(fact.node) || neverSteps(fact.node)) continue;
      if (!fact.isDirect && ![...fact.calls].some((name) => mayReach(name, fact.node))) continue;
      functions.add(fact.node);
      if (fact.name !== undefined) names.add(fact.name);
    }
    for (const { callee, index, argument } of passed) {
      if (!isReaching(argument)) continue;
      for (const fact of facts.values()) {
        const parameter = fact.parameters[index];
        if (fact.name !== callee || parameter === undefined) continue;
        const known = parameters.get(fact.node) ?? new Set();
        parameters.set(fact.node, known.add(parameter));
      }
    }
  }
  for (const fact of facts.values())
    if (ts.isAccessor(fact.node) && (fact.isDirect || [...fact.calls].some((name) => names.has(name))))
      throw new Error(`accessor ${fact.name} comes to an Atomics operation: the explorer cannot stop it`);
  const key = [...names].toSorted().join(' ');
  return { functions, mayReach, key };
}

/** The name by which a call or an argument is known: the last part of a dotted one. */
export function nameOf(expression: ts.Node): string | undefined {
  if (ts.isIdentifier(expression)) return expression.text;
  if (ts.isPropertyAccessExpression(expression)) return expression.name.text;
  return undefined;
}

export function isFunctionNode(node: ts.Node): node is FunctionNode {
  return (
    ts.isFunctionDeclaration(node) ||
    ts.isFunctionExpression(node) ||
    ts.isArrowFunction(node) ||
    ts.isMethodDeclaration(node) ||
    ts.isConstructorDeclaration(node) ||
    ts.isAccessor(node)
  );
}

/** `Atomics.load`: the operation's name. */
export function atomicsOperation(node: ts.Node): string | undefined {
  if (!ts.isCallExpression(node) || !ts.isPropertyAccessExpression(node.expression)) return undefined;
  const { expression, name } = node.expression;
  return ts.isIdentifier(expression) && expression.text === 'Atomics' ? name.text : undefined;
}

/** `memory.u32[...]`: the array's name. */
export function memoryArray(node: ts.Node): string | undefined {
  if (!ts.isElementAccessExpression(node)) return undefined;
  const name = nameOf(node.expression);
  return name !== undefined && MEMORY_ARRAYS.has(name) ? name : undefined;
}

export function isAssignedTo(node: ts.Node): boolean {
  const { parent } = node;
  return (
    ts.isBinaryExpression(parent) &&
    parent.left === node &&
    parent.operatorToken.kind === ts.SyntaxKind.EqualsToken
  );
}

function neverSteps(node: ts.Node): boolean {
  return ts.isConstructorDeclaration(node) || ts.isAccessor(node);
}

function collect(
  source: ts.SourceFile,
  facts: Map<ts.Node, Facts>,
  passed: { callee: string; index: number; argument: ts.Expression }[],
): void {
  const visitFunction = (node: FunctionNode): void => {
    const calls = new Set<string>();
    let isDirect = false;
    const visit = (inner: ts.Node): void => {
      if (atomicsOperation(inner) !== undefined) isDirect = true;
      if (memoryArray(inner) === 'i32' && !isAssignedTo(inner)) isDirect = true;
      if (ts.isCallExpression(inner)) {
        const callee = nameOf(inner.expression);
        if (callee !== undefined) {
          calls.add(callee);
          inner.arguments.forEach((argument, index) => {
            passed.push({ callee, index, argument });
          });
        }
      }
      if (isFunctionNode(inner)) {
        visitFunction(inner);
        const fact = facts.get(inner) as Facts;
        if (!runsAtOnce(inner)) return;
        isDirect ||= fact.isDirect;
        for (const call of fact.calls) calls.add(call);
        return;
      }
      ts.forEachChild(inner, visit);
    };
    ts.forEachChild(node, visit);
    const parameters = node.parameters.map(({ name }) => (ts.isIdentifier(name) ? name.text : ''));
    facts.set(node, { node, name: functionName(node), parameters, calls, isDirect });
  };
  const visitTop = (node: ts.Node): void => {
    if (isFunctionNode(node)) visitFunction(node);
    else ts.forEachChild(node, visitTop);
  };
  visitTop(source);
}

/** A callback of `some`, or a promise's executor. */
function runsAtOnce(node: FunctionNode): boolean {
  const { parent } = node;
  if (ts.isNewExpression(parent)) return nameOf(parent.expression) === 'Promise';
  if (!ts.isCallExpression(parent) || parent.expression === node) return false;
  return SYNCHRONOUS_CALLBACKS.has(nameOf(parent.expression) ?? '');
}

function functionName(node: FunctionNode): string | undefined {
  if (ts.isConstructorDeclaration(node)) return undefined;
  if (node.name !== undefined && ts.isIdentifier(node.name)) return node.name.text;
  const { parent } = node;
  if (ts.isVariableDeclaration(parent) || ts.isPropertyDeclaration(parent) || ts.isPropertyAssignment(parent))
    return nameOf(parent.name);
  return undefined;
}
