/**
 * Transform: shipped TypeScript in, JavaScript out that stops before every operation on shared memory.
 *
 *     Atomics.load(a, i)          ->  (yield $.op('load', a, i))
 *     this.i32[i]  (plain read)   ->  (yield $.op('hint', this.i32, i))
 *     lane.commit()               ->  ($.steps(lane.commit()) ? yield* $.taken() : $.taken())     where `commit` reaches
 *     memory.u32[i] = x           ->  $.write(memory.u32, i, x)
 *     memory.u8.set(bytes, at)    ->  $.writeBytes(memory.u8, bytes, at)
 *     () => lane.flush()          ->  (function* () { ... }).bind(this)
 *
 * Nothing else changes: the statements, their order and all arithmetic are the shipped ones.
 */
import { ts } from 'ts-morph';
import {
  atomicsOperation,
  isAssignedTo,
  isFunctionNode,
  MEMORY_ARRAYS,
  memoryArray,
  nameOf,
  type Reaching,
  SYNCHRONOUS_CALLBACKS,
} from './reaching.js';

const { factory } = ts;
const star = (): ts.AsteriskToken => factory.createToken(ts.SyntaxKind.AsteriskToken);

const printer = ts.createPrinter();

/** One module as a CommonJS body that uses `$` and stands in for the globals that it names. */
export function transform(source: ts.SourceFile, reaching: Reaching): string {
  const { transformed } = ts.transform(source, [
    (context) => (file) => ts.visitEachChild(file, visitor(context, reaching, undefined), context),
  ]);
  const stepping = printer.printFile(transformed[0] as ts.SourceFile);
  return ts.transpileModule(stepping, {
    fileName: source.fileName,
    compilerOptions: {
      module: ts.ModuleKind.CommonJS,
      target: ts.ScriptTarget.ES2022,
      useDefineForClassFields: false,
    },
  }).outputText;
}

/** @param within - the function whose body is being visited. */
function visitor(
  context: ts.TransformationContext,
  reaching: Reaching,
  within: ts.Node | undefined,
): (node: ts.Node) => ts.Node {
  const isStepping = within !== undefined && reaching.functions.has(within);
  const visit = (node: ts.Node): ts.Node => {
    if (isFunctionNode(node)) {
      const inner = ts.visitEachChild(node, visitor(context, reaching, node), context);
      return reaching.functions.has(node) ? generatorOf(inner) : inner;
    }
    const assignment = memoryAssignment(node);
    if (assignment !== undefined) {
      const { array, index, value } = assignment;
      return support('write', [visitExpression(array), visitExpression(index), visitExpression(value)]);
    }
    const visited = ts.visitEachChild(node, visit, context);
    if (ts.isCallExpression(node)) return visitCall(node, visited as ts.CallExpression);
    if (
      ts.isNewExpression(node) &&
      nameOf(node.expression) === 'Promise' &&
      reaching.functions.has(node.arguments?.[0] as ts.Node)
    )
      return delegate(support('promise', (visited as ts.NewExpression).arguments ?? []));
    const array = isAssignedTo(node) ? undefined : memoryArray(node);
    if (array === undefined) return visited;
    const access = visited as ts.ElementAccessExpression;
    const place = [access.expression, access.argumentExpression];
    return array === 'i32' ? step('hint', place) : support('read', place);
  };
  const visitExpression = (node: ts.Expression): ts.Expression => visit(node) as ts.Expression;

  const visitCall = (node: ts.CallExpression, visited: ts.CallExpression): ts.Expression => {
    const operation = atomicsOperation(node);
    // A constructor runs before any thread does: its Atomics are the real ones.
    if (operation !== undefined) return isStepping ? step(operation, visited.arguments) : visited;
    const callee = nameOf(node.expression);
    if (callee === undefined) return visited;
    if (callee === 'set' && ts.isPropertyAccessExpression(visited.expression)) {
      const target = visited.expression.expression;
      if (MEMORY_ARRAYS.has(nameOf(target) ?? ''))
        return support('writeBytes', [target, ...visited.arguments]);
    }
    if (SYNCHRONOUS_CALLBACKS.has(callee) && reaching.functions.has(node.arguments[0] as ts.Node)) {
      const { expression } = visited.expression as ts.PropertyAccessExpression;
      return delegate(support(callee, [expression, ...visited.arguments]));
    }
    if (!reaching.mayReach(callee, within)) return visited;
    if (!isStepping) throw new Error(`${callee}() steps, but is called where nothing can: ${node.getText()}`);
    return factory.createParenthesizedExpression(
      factory.createConditionalExpression(
        support('steps', [visited]),
        undefined,
        factory.createYieldExpression(star(), support('taken', [])),
        undefined,
        support('taken', []),
      ),
    );
  };
  return visit;
}

function memoryAssignment(
  node: ts.Node,
): { array: ts.Expression; index: ts.Expression; value: ts.Expression } | undefined {
  if (!ts.isBinaryExpression(node) || memoryArray(node.left) === undefined) return undefined;
  const { kind } = node.operatorToken;
  if (kind < ts.SyntaxKind.FirstAssignment || kind > ts.SyntaxKind.LastAssignment) return undefined;
  if (kind !== ts.SyntaxKind.EqualsToken)
    throw new Error(`the explorer knows plain assignments to memory only: ${node.getText()}`);
  const { expression, argumentExpression } = node.left as ts.ElementAccessExpression;
  return { array: expression, index: argumentExpression, value: node.right };
}

function generatorOf(node: ts.Node): ts.Node {
  if (ts.isMethodDeclaration(node))
    return factory.updateMethodDeclaration(
      node,
      node.modifiers,
      star(),
      node.name,
      node.questionToken,
      node.typeParameters,
      node.parameters,
      undefined,
      node.body,
    );
  if (ts.isFunctionDeclaration(node))
    return factory.updateFunctionDeclaration(
      node,
      node.modifiers,
      star(),
      node.name,
      node.typeParameters,
      node.parameters,
      undefined,
      node.body,
    );
  const arrow = node as ts.ArrowFunction | ts.FunctionExpression;
  const body = ts.isBlock(arrow.body)
    ? arrow.body
    : factory.createBlock([factory.createReturnStatement(arrow.body)], true);
  const generator = factory.createFunctionExpression(
    undefined,
    star(),
    undefined,
    arrow.typeParameters,
    arrow.parameters,
    undefined,
    body,
  );
  if (ts.isFunctionExpression(node)) return generator;
  const bind = factory.createPropertyAccessExpression(
    factory.createParenthesizedExpression(generator),
    'bind',
  );
  return factory.createCallExpression(bind, undefined, [factory.createThis()]);
}

/** `$.name(...)` */
function support(name: string, args: readonly ts.Expression[]): ts.CallExpression {
  return factory.createCallExpression(
    factory.createPropertyAccessExpression(factory.createIdentifier('$'), name),
    undefined,
    args,
  );
}

/** `(yield $.op('kind', ...))` */
function step(kind: string, args: readonly ts.Expression[]): ts.Expression {
  return factory.createParenthesizedExpression(
    factory.createYieldExpression(undefined, support('op', [factory.createStringLiteral(kind), ...args])),
  );
}

/** `(yield* expression)` */
function delegate(expression: ts.Expression): ts.Expression {
  return factory.createParenthesizedExpression(factory.createYieldExpression(star(), expression));
}
