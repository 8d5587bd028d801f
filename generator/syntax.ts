/**
 * Syntax: follows names through the user's source, without a type checker.
 *
 * `lookup(expression, 'origin')` finds what `origin` is in a value that the expression makes: through
 * identifiers, imports from other local files, spreads, `z.object(...)` and what is chained behind it. It
 * reads shapes as people write them; where a value is computed, it finds nothing, and the caller falls back.
 *
 * ts-morph supplies the parser. Only its TypeScript is used and neither its `Project` nor a checker: syntax
 * trees of a few small files cost a millisecond, loading the libraries of types would cost a second.
 */
import type { ts } from 'ts-morph';
import type { LocalModules } from './load.js';
import type { TypeScript } from './typescript.js';

/** A name and what stands behind it. */
export interface Binding {
  /** The name where it is declared: a property's key, a variable, an element of a list. */
  readonly name: ts.Node;
  readonly value: ts.Expression | undefined;
  /** The nodes whose comment tells about it, nearest first. */
  readonly commented: readonly ts.Node[];
}

/** Whose values a lookup searches, most significant first. */
type Holder =
  | {
      readonly kind: 'node';
      readonly node: ts.ObjectLiteralExpression | ts.ArrayLiteralExpression | ts.StringLiteral;
    }
  | { readonly kind: 'module'; readonly file: string };

/** Methods that keep the shape of what they are called on and add that of their arguments. */
const EXTENDING = new Set(['extend', 'safeExtend', 'merge', 'and']);

/** What `call()` is given, in this order. */
const CALL_PARTS: readonly string[] = ['request', 'response'];

/** Chains of names longer than this are cycles. */
const MAX_DEPTH = 64;

/** Steps of one lookup: cycles that branch would take for ever within the depth. */
const MAX_STEPS = 5000;

export class Syntax {
  readonly #ts: TypeScript;
  readonly #modules: LocalModules;
  readonly #parsed = new Map<string, ts.SourceFile>();
  #stepsLeft = 0;

  constructor(typescript: TypeScript, modules: LocalModules) {
    this.#ts = typescript;
    this.#modules = modules;
  }

  /** The syntax tree of one of the modules; parsed at the first call. */
  #sourceFile(file: string): ts.SourceFile {
    const known = this.#parsed.get(file);
    if (known !== undefined) return known;
    const { ScriptTarget } = this.#ts;
    const text = this.#modules.get(file)?.text ?? '';
    const parsed = this.#ts.createSourceFile(file, text, ScriptTarget.ESNext, true);
    this.#parsed.set(file, parsed);
    return parsed;
  }

  /** What a module exports under a name, `'default'` included. */
  exported(file: string, name: string): Binding | undefined {
    this.#stepsLeft = MAX_STEPS;
    return this.#exported(file, name, 0);
  }

  /** Whether a module has a default export, whatever it is and wherever it comes from. */
  exportsDefault(file: string): boolean {
    const t = this.#ts;
    return this.#sourceFile(file).statements.some((statement) => {
      if (t.isExportAssignment(statement)) return !statement.isExportEquals;
      if (t.isExportDeclaration(statement)) {
        const { exportClause } = statement;
        if (exportClause === undefined || !t.isNamedExports(exportClause)) return false;
        return exportClause.elements.some((element) => element.name.text === 'default');
      }
      const modifiers = t.canHaveModifiers(statement) ? (t.getModifiers(statement) ?? []) : [];
      return modifiers.some(({ kind }) => kind === t.SyntaxKind.DefaultKeyword);
    });
  }

  /** What `key` is in the value that an expression makes. */
  lookup(expression: ts.Expression | undefined, key: string): Binding | undefined {
    this.#stepsLeft = MAX_STEPS;
    return this.#lookup(expression, key, 0);
  }

  /** The object literals that make up a value, spreads not followed. */
  literals(expression: ts.Expression | undefined): readonly ts.ObjectLiteralExpression[] {
    this.#stepsLeft = MAX_STEPS;
    return this.#holders(expression, 0).flatMap((holder) =>
      holder.kind === 'node' && this.#ts.isObjectLiteralExpression(holder.node) ? [holder.node] : [],
    );
  }

  /** A property's name as text, when it is not computed. */
  nameOf(property: ts.ObjectLiteralElementLike): string | undefined {
    const { name } = property;
    if (name === undefined) return undefined;
    const spelled = this.#ts.isComputedPropertyName(name) ? name.expression : name;
    return this.#ts.isIdentifier(spelled) && spelled !== name ? undefined : this.#text(spelled);
  }

  #exported(file: string, name: string, depth: number): Binding | undefined {
    if (this.#isLost(depth) || !this.#modules.has(file)) return undefined;
    const source = this.#sourceFile(file);
    for (const statement of source.statements) {
      const found = this.#exportedBy(statement, name, file, depth);
      if (found !== undefined) return found;
    }
    return undefined;
  }

  #isLost(depth: number): boolean {
    this.#stepsLeft--;
    return depth > MAX_DEPTH || this.#stepsLeft < 0;
  }

  #lookup(expression: ts.Expression | undefined, key: string, depth: number): Binding | undefined {
    if (expression === undefined || this.#isLost(depth)) return undefined;
    const part = this.#partOfCall(expression, key, depth);
    if (part !== undefined) return part;
    for (const holder of this.#holders(expression, depth)) {
      const found =
        holder.kind === 'module'
          ? this.#exported(holder.file, key, depth + 1)
          : this.#memberOf(holder.node, key, depth);
      if (found !== undefined) return found;
    }
    return undefined;
  }

  /** `request` and `response` of `call(request, response)`. */
  #partOfCall(expression: ts.Expression, key: string, depth: number): Binding | undefined {
    const t = this.#ts;
    const named = this.#target(expression, depth + 1)?.value ?? expression;
    const node = this.#unwrap(named);
    if (!t.isCallExpression(node) || !t.isIdentifier(node.expression) || node.expression.text !== 'call')
      return undefined;
    const part = node.arguments[CALL_PARTS.indexOf(key)];
    return part && { name: part, value: part, commented: this.#target(part, depth + 1)?.commented ?? [] };
  }

  #memberOf(node: (Holder & { kind: 'node' })['node'], key: string, depth: number): Binding | undefined {
    if (this.#ts.isObjectLiteralExpression(node)) return this.#propertyOf(node, key, depth);
    const elements = this.#ts.isArrayLiteralExpression(node) ? node.elements : [node];
    const element = elements.find(
      (candidate) => this.#ts.isStringLiteral(candidate) && candidate.text === key,
    );
    return element && { name: element, value: element, commented: [] };
  }

  /** The last property of that name, since it is the one that counts. */
  #propertyOf(literal: ts.ObjectLiteralExpression, key: string, depth: number): Binding | undefined {
    for (const property of [...literal.properties].reverse()) {
      if (this.#ts.isSpreadAssignment(property)) {
        const found = this.#lookup(property.expression, key, depth + 1);
        if (found !== undefined) return found;
        continue;
      }
      if (property.name === undefined || this.nameOf(property) !== key) continue;
      if (this.#ts.isPropertyAssignment(property)) {
        const behind = this.#target(this.#declared(property.initializer), depth + 1)?.commented ?? [];
        return { name: property.name, value: property.initializer, commented: [property, ...behind] };
      }
      if (!this.#ts.isShorthandPropertyAssignment(property)) {
        return { name: property.name, value: undefined, commented: [property] };
      }
      const variable = this.#target(property.name, depth + 1);
      return {
        name: variable?.name ?? property.name,
        value: variable?.value,
        commented: [property, ...(variable?.commented ?? [])],
      };
    }
    return undefined;
  }

  /** The schema in `message(schema, options)`, whose comment is the message's as well; all else as it is. */
  #declared(expression: ts.Expression): ts.Expression {
    const isMessage =
      this.#ts.isCallExpression(expression) &&
      this.#ts.isIdentifier(expression.expression) &&
      expression.expression.text === 'message';
    return isMessage ? (expression.arguments[0] ?? expression) : expression;
  }

  #holders(expression: ts.Expression | undefined, depth: number): readonly Holder[] {
    if (expression === undefined || this.#isLost(depth)) return [];
    const t = this.#ts;
    const node = this.#unwrap(expression);
    if (t.isObjectLiteralExpression(node) || t.isArrayLiteralExpression(node) || t.isStringLiteral(node)) {
      return [{ kind: 'node', node }];
    }
    if (t.isIdentifier(node)) {
      const file = this.#namespace(node);
      if (file !== undefined) return [{ kind: 'module', file }];
      return this.#holders(this.#target(node, depth + 1)?.value, depth + 1);
    }
    if (t.isPropertyAccessExpression(node)) {
      // `messages.Flight` is a member; `Flight.shape` is as good as `Flight`.
      const member = this.#target(node, depth + 1);
      return this.#holders(member === undefined ? node.expression : member.value, depth + 1);
    }
    return t.isCallExpression(node) ? this.#holdersOfCall(node, depth) : [];
  }

  /** `z.object({...})`, `topology({...})`: the arguments; `X.extend({...})`: both; `X.meta(...)`: X. */
  #holdersOfCall(call: ts.CallExpression, depth: number): readonly Holder[] {
    const callee = call.expression;
    const inArguments = () => call.arguments.flatMap((argument) => this.#holders(argument, depth + 1));
    if (!this.#ts.isPropertyAccessExpression(callee)) return inArguments();
    const isExtending = EXTENDING.has(callee.name.text);
    const inObject = this.#holders(callee.expression, depth + 1);
    if (isExtending) return [...inArguments().reverse(), ...inObject];
    return inObject.length === 0 ? inArguments() : inObject;
  }

  /** The variable, property or import that an expression names, if it is but a name. */
  #target(expression: ts.Expression | undefined, depth: number): Binding | undefined {
    if (expression === undefined || this.#isLost(depth)) return undefined;
    const node = this.#unwrap(expression);
    if (this.#ts.isPropertyAccessExpression(node)) {
      return this.#lookup(node.expression, node.name.text, depth + 1);
    }
    if (!this.#ts.isIdentifier(node)) return undefined;
    return this.#variable(node, node.text) ?? this.#imported(node.getSourceFile(), node.text, depth);
  }

  /** A variable of that name in the nearest block around a node. */
  #variable(from: ts.Node, name: string): Binding | undefined {
    for (let scope: ts.Node | undefined = from.parent; scope !== undefined; scope = scope.parent) {
      if (!this.#ts.isBlock(scope) && !this.#ts.isSourceFile(scope)) continue;
      for (const statement of scope.statements) {
        const found = this.#declaredBy(statement, name);
        if (found !== undefined) return found;
      }
    }
    return undefined;
  }

  #declaredBy(statement: ts.Statement, name: string): Binding | undefined {
    if (!this.#ts.isVariableStatement(statement)) return undefined;
    for (const declaration of statement.declarationList.declarations) {
      if (!this.#ts.isIdentifier(declaration.name) || declaration.name.text !== name) continue;
      return { name: declaration.name, value: declaration.initializer, commented: [statement] };
    }
    return undefined;
  }

  #imported(source: ts.SourceFile, name: string, depth: number): Binding | undefined {
    for (const statement of source.statements) {
      if (!this.#ts.isImportDeclaration(statement) || statement.importClause === undefined) continue;
      const file = this.#moduleFile(source, statement.moduleSpecifier);
      if (file === undefined) continue;
      const { name: defaultName, namedBindings } = statement.importClause;
      if (defaultName?.text === name) return this.#exported(file, 'default', depth + 1);
      if (namedBindings === undefined || !this.#ts.isNamedImports(namedBindings)) continue;
      const specifier = namedBindings.elements.find((element) => element.name.text === name);
      if (specifier !== undefined) {
        return this.#exported(file, (specifier.propertyName ?? specifier.name).text, depth + 1);
      }
    }
    return undefined;
  }

  /** The file behind `import * as name`, if it is a local one. */
  #namespace(node: ts.Identifier): string | undefined {
    const source = node.getSourceFile();
    for (const statement of source.statements) {
      if (!this.#ts.isImportDeclaration(statement)) continue;
      const bindings = statement.importClause?.namedBindings;
      if (bindings === undefined || !this.#ts.isNamespaceImport(bindings)) continue;
      if (bindings.name.text === node.text) return this.#moduleFile(source, statement.moduleSpecifier);
    }
    return undefined;
  }

  #exportedBy(statement: ts.Statement, name: string, file: string, depth: number): Binding | undefined {
    const t = this.#ts;
    if (t.isExportAssignment(statement) && name === 'default' && !statement.isExportEquals) {
      const behind = this.#target(statement.expression, depth + 1);
      return {
        name: statement.expression,
        value: statement.expression,
        commented: [statement, ...(behind?.commented ?? [])],
      };
    }
    if (t.isVariableStatement(statement)) {
      const isExported = statement.modifiers?.some(({ kind }) => kind === t.SyntaxKind.ExportKeyword);
      return isExported ? this.#declaredBy(statement, name) : undefined;
    }
    if (!t.isExportDeclaration(statement)) return undefined;
    const { exportClause, moduleSpecifier } = statement;
    const from = moduleSpecifier && this.#moduleFile(statement.getSourceFile(), moduleSpecifier);
    if (exportClause === undefined) {
      return from === undefined ? undefined : this.#exported(from, name, depth + 1);
    }
    if (!t.isNamedExports(exportClause)) return undefined;
    const specifier = exportClause.elements.find((element) => element.name.text === name);
    if (specifier === undefined) return undefined;
    const inner = (specifier.propertyName ?? specifier.name).text;
    if (moduleSpecifier !== undefined) {
      return from === undefined ? undefined : this.#exported(from, inner, depth + 1);
    }
    const source = this.#sourceFile(file);
    return this.#variable(statement, inner) ?? this.#imported(source, inner, depth + 1);
  }

  #moduleFile(source: ts.SourceFile, specifier: ts.Expression): string | undefined {
    const text = this.#text(specifier);
    const file = text === undefined ? undefined : this.#modules.get(source.fileName)?.imports.get(text);
    return file !== undefined && this.#modules.has(file) ? file : undefined;
  }

  /** Without parentheses, `as`, `satisfies` and `!` around it. */
  #unwrap(expression: ts.Expression): ts.Expression {
    const { SyntaxKind } = this.#ts;
    let node = expression;
    while (
      this.#ts.isParenthesizedExpression(node) ||
      this.#ts.isAsExpression(node) ||
      this.#ts.isSatisfiesExpression(node) ||
      node.kind === SyntaxKind.NonNullExpression
    ) {
      node = (node as ts.ParenthesizedExpression).expression;
    }
    return node;
  }

  #text(node: ts.Node): string | undefined {
    const t = this.#ts;
    return t.isIdentifier(node) || t.isStringLiteralLike(node) || t.isNumericLiteral(node)
      ? node.text
      : undefined;
  }
}
