/**
 * Validators file: `generated/validators.ts`, which runs the user's schema on values; emitted only where a message asks for it.
 *
 * It alone imports the schema, and with it Zod. A handle knows of validators by their type only and is given those of the messages that
 * its owner may send: so Zod gets into the bundles of the workers that send such a message, and into no other.
 */
import type { InboxPlan, MessagePlan, TopologyPlan } from '../schema/plan.js';
import { type Imports, moduleOf } from './imports.js';
import { capitalised } from './names.js';
import { call, docComment, line, quote, type Wrapping } from './text.js';

const MODULE = './validators.js';
const PARAMETERS: Wrapping = { open: '(', items: ['value: unknown'], close: ')' };

/** The module's text; nothing when no message asks for it. */
export function emitValidators(plan: TopologyPlan): string | undefined {
  const validated = plan.messages.filter(isValidated).map(({ name }) => name);
  if (validated.length === 0) return undefined;
  const imports = [
    "import { throwIssues } from 'sn-gen/runtime';",
    "import { issuesIn } from 'sn-gen/schema';",
    `import schema from ${quote(moduleOf(plan.schema))};`,
  ].join('\n');
  return [imports, emitInterface(validated), ...validated.map(emitValidator)].join('\n\n');
}

/** Whether anything that arrives in an inbox is validated, so that who sends there needs validators. */
export function takesValidated({ messages }: TopologyPlan, inbox: InboxPlan): boolean {
  return inbox.messages.some(({ message }) =>
    messages.some((one) => one.name === message && isValidated(one)),
  );
}

/** The type of what a handle is given. */
export function validatorsType(imports: Imports): string {
  return imports.type(MODULE, 'Validators');
}

/** What a handle is given by an owner that may send these messages. */
export function validatorsFor(
  { messages }: TopologyPlan,
  sent: readonly string[],
  imports: Imports,
): Wrapping {
  const validated = messages.filter((one) => isValidated(one) && sent.includes(one.name));
  const items = validated.map(({ name }) => `${name}: ${imports.value(MODULE, validatorOf(name))}`);
  return { open: '{', items, close: '}' };
}

export function isValidated({ validate }: MessagePlan): boolean {
  return validate === true;
}

function emitInterface(messages: readonly string[]): string {
  return [
    docComment(
      0,
      undefined,
      'What checks a value before it is sent; each sender has those of what it may send.',
    ),
    'export interface Validators {',
    ...messages.map((name) => line(2, `readonly ${name}?: `, PARAMETERS, ' => void;')),
    '}',
  ].join('\n');
}

function emitValidator(message: string): string {
  return [
    docComment(
      0,
      undefined,
      `Runs the schema of ${message} on a value. @throws SnError \`SN_VALIDATION\` when it has something against it.`,
    ),
    line(0, `export function ${validatorOf(message)}`, PARAMETERS, ': void {'),
    line(2, 'const issues = ', call('issuesIn', `schema.messages.${message}`, 'value'), ';'),
    line(2, '', call('throwIssues', quote(message), 'issues'), ';'),
    '}',
  ].join('\n');
}

function validatorOf(message: string): string {
  return `validate${capitalised(message)}`;
}
